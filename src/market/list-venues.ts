import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Page, PageQuery, VenueView } from '@app/sdk';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';

/** The venue tree, by code; public. */
export class ListVenues extends Query<Page<VenueView>> {
  constructor(readonly page: PageQuery) {
    super();
  }
}

@QueryHandler(ListVenues)
export class ListVenuesHandler implements IQueryHandler<ListVenues> {
  constructor(private readonly sql: Sql) {}

  async execute({ page: { limit, cursor } }: ListVenues): Promise<Page<VenueView>> {
    const [after = ''] = decodeCursor(cursor, 'code') ?? [];
    const rows = await this.sql.rows<VenueView>(
      `SELECT id, version, code, name, type, parent_id AS "parentId", operator_id AS "operatorId"
       FROM market.venue WHERE code > $1 ORDER BY code LIMIT $2`,
      [after, limit + 1],
    );
    return toPage(rows, limit, ({ code }) => [code]);
  }
}
