import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { MandateView } from '@app/sdk';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { GetMandate } from './get-mandate.js';
import { seesAllMandates } from './list-mandates.js';

/** One mandate for its two sides, exchange officers and watchers. */
export class GetOwnMandate extends Query<MandateView> {
  constructor(readonly mandateId: string) {
    super();
  }
}

@QueryHandler(GetOwnMandate)
export class GetOwnMandateHandler implements IQueryHandler<GetOwnMandate> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ mandateId: id }: GetOwnMandate): Promise<MandateView> {
    const { orgId, roles } = permit('mandate.read');
    const mandate = await this.queries.execute(new GetMandate(id));
    const mine = [mandate.principalId, mandate.brokerId].includes(orgId);
    if (!mine && !seesAllMandates(roles)) throw new Refusal('not-found', { kind: 'mandate', id });
    return mandate;
  }
}
