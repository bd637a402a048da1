import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { SchemeView } from '@app/sdk';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { GetScheme } from './get-scheme.js';
import { seesAll } from './list-schemes.js';

/** One scheme for one of its parties, a finance officer or a watcher. */
export class GetOwnScheme extends Query<SchemeView> {
  constructor(readonly schemeId: string) {
    super();
  }
}

@QueryHandler(GetOwnScheme)
export class GetOwnSchemeHandler implements IQueryHandler<GetOwnScheme> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ schemeId: id }: GetOwnScheme): Promise<SchemeView> {
    const { orgId, roles } = permit('account.read');
    const scheme = await this.queries.execute(new GetScheme(id));
    const parties = [scheme.sellerId, ...scheme.participants.map(({ organisationId }) => organisationId)];
    if (!seesAll(roles) && !parties.includes(orgId))
      throw new Refusal('not-found', { kind: 'distribution-scheme', id });
    return scheme;
  }
}
