import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Sql } from '../platform/sql.js';

/** The ids of the venues that an organisation operates; other contexts ask it. */
export class ListOperatedVenues extends Query<string[]> {
  constructor(readonly operatorId: string) {
    super();
  }
}

@QueryHandler(ListOperatedVenues)
export class ListOperatedVenuesHandler implements IQueryHandler<ListOperatedVenues> {
  constructor(private readonly sql: Sql) {}

  async execute({ operatorId }: ListOperatedVenues): Promise<string[]> {
    const rows = await this.sql.rows<{ id: string }>('SELECT id FROM market.venue WHERE operator_id = $1', [
      operatorId,
    ]);
    return rows.map(({ id }) => id);
  }
}
