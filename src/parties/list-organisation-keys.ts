import type { KeyUse, OrganisationJwks } from '@app/sdk';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Sql } from '../platform/sql.js';

/** The public keys of an organisation, the newest first (RFC 7517, section 5); public. */
export class ListOrganisationKeys extends Query<OrganisationJwks> {
  constructor(
    readonly organisationId: string,
    readonly use?: KeyUse,
  ) {
    super();
  }
}

@QueryHandler(ListOrganisationKeys)
export class ListOrganisationKeysHandler implements IQueryHandler<ListOrganisationKeys> {
  constructor(private readonly sql: Sql) {}

  async execute({ organisationId, use }: ListOrganisationKeys): Promise<OrganisationJwks> {
    const rows = await this.sql.rows<{ jwk: OrganisationJwks['keys'][number] }>(
      `SELECT jwk FROM parties.organisation_key
       WHERE organisation_id = $1 AND ($2::text IS NULL OR "use" = $2) ORDER BY id DESC`,
      [organisationId, use ?? null],
    );
    return { keys: rows.map(({ jwk }) => jwk) };
  }
}
