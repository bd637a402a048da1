import type { OrganisationView, Page, PageQuery } from '@app/sdk';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';

/** All organisations, in the order of their registration. */
export class ListOrganisations extends Query<Page<OrganisationView>> {
  constructor(readonly page: PageQuery) {
    super();
  }
}

@QueryHandler(ListOrganisations)
export class ListOrganisationsHandler implements IQueryHandler<ListOrganisations> {
  constructor(private readonly sql: Sql) {}

  async execute({ page: { limit, cursor } }: ListOrganisations): Promise<Page<OrganisationView>> {
    permit('organisation.read');
    const [after = ''] = decodeCursor(cursor, 'org_') ?? [];
    const rows = await this.sql.rows<OrganisationView>(
      `SELECT id, version, uscc, name, kind, region_code AS "regionCode", status
       FROM parties.organisation WHERE id > $1 ORDER BY id LIMIT $2`,
      [after, limit + 1],
    );
    return toPage(rows, limit, ({ id }) => [id]);
  }
}
