import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Page, PageQuery, RegistrarView } from '@app/sdk';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';

/** The catalogue of registrars, those who left it too; public. Candidates are not in it. */
export class ListRegistrars extends Query<Page<RegistrarView>> {
  constructor(readonly page: PageQuery) {
    super();
  }
}

@QueryHandler(ListRegistrars)
export class ListRegistrarsHandler implements IQueryHandler<ListRegistrars> {
  constructor(private readonly sql: Sql) {}

  async execute({ page: { limit, cursor } }: ListRegistrars): Promise<Page<RegistrarView>> {
    const [after = ''] = decodeCursor(cursor, 'code') ?? [];
    const rows = await this.sql.rows<RegistrarView>(
      `SELECT id, version, organisation_id AS "organisationId", name, region_code2 AS "regionCode2", digit, state
       FROM registration.registrar WHERE region_code2 || digit > $1 ORDER BY region_code2 || digit LIMIT $2`,
      [after, limit + 1],
    );
    return toPage(rows, limit, ({ regionCode2, digit }) => [regionCode2 + digit]);
  }
}
