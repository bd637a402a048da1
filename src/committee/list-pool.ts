import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Sql } from '../platform/sql.js';

/** The ids of everybody in the pool of experts who has not retired, in their order. */
export class ListPool extends Query<string[]> {}

@QueryHandler(ListPool)
export class ListPoolHandler implements IQueryHandler<ListPool> {
  constructor(private readonly sql: Sql) {}

  async execute(): Promise<string[]> {
    const rows = await this.sql.rows<{ id: string }>(
      "SELECT id FROM committee.expert WHERE state <> 'RETIRED' ORDER BY id",
    );
    return rows.map(({ id }) => id);
  }
}
