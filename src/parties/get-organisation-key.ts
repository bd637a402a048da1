import type { OrganisationJwk } from '@app/sdk';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';

/** One registered public key of an organisation by its `kid`, or a not-found refusal; public. */
export class GetOrganisationKey extends Query<OrganisationJwk> {
  constructor(
    readonly organisationId: string,
    readonly kid: string,
  ) {
    super();
  }
}

@QueryHandler(GetOrganisationKey)
export class GetOrganisationKeyHandler implements IQueryHandler<GetOrganisationKey> {
  constructor(private readonly sql: Sql) {}

  async execute({ organisationId, kid }: GetOrganisationKey): Promise<OrganisationJwk> {
    const key = await this.sql.row<{ jwk: OrganisationJwk }>(
      'SELECT jwk FROM parties.organisation_key WHERE organisation_id = $1 AND kid = $2',
      [organisationId, kid],
    );
    if (!key) throw new Refusal('not-found', { kind: 'key', id: kid });
    return key.jwk;
  }
}
