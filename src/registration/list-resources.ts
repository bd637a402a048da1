import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Page, PageQuery, ResourceSummary } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { inSightOf, RESOURCE_COLUMNS, RESOURCE_IN_SIGHT } from './sight.js';

/** Declared data in the actor's sight, the newest first. */
export class ListResources extends Query<Page<ResourceSummary>> {
  constructor(readonly page: PageQuery) {
    super();
  }
}

@QueryHandler(ListResources)
export class ListResourcesHandler implements IQueryHandler<ListResources> {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ page: { limit, cursor } }: ListResources): Promise<Page<ResourceSummary>> {
    const actor = permit('resource.read');
    const [before = '~'] = decodeCursor(cursor, 'res_') ?? [];
    const rows = await this.sql.rows<{ view: ResourceSummary }>(
      `SELECT ${RESOURCE_COLUMNS} AS view FROM registration.data_resource r
       WHERE ${RESOURCE_IN_SIGHT} AND r.id < $5 ORDER BY r.id DESC LIMIT $6`,
      [...inSightOf(actor, ['regulator', 'auditor', 'exchangeOfficer'], this.clock.now()), before, limit + 1],
    );
    return toPage(
      rows.map(({ view }) => view),
      limit,
      ({ id }) => [id],
    );
  }
}
