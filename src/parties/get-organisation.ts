import type { OrganisationView } from '@app/sdk';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';

/** One organisation, as every signed-in person may see it. Other contexts ask it too. */
export class GetOrganisation extends Query<OrganisationView> {
  constructor(readonly organisationId: string) {
    super();
  }
}

@QueryHandler(GetOrganisation)
export class GetOrganisationHandler implements IQueryHandler<GetOrganisation> {
  constructor(private readonly sql: Sql) {}

  async execute({ organisationId }: GetOrganisation): Promise<OrganisationView> {
    const organisation = await this.sql.row<OrganisationView>(
      `SELECT id, version, uscc, name, kind, region_code AS "regionCode", status
       FROM parties.organisation WHERE id = $1`,
      [organisationId],
    );
    if (!organisation) throw new Refusal('not-found', { kind: 'organisation', id: organisationId });
    return organisation;
  }
}
