import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Sql } from '../platform/sql.js';

/** What experts of the pool are called. Published for other contexts: whoever is shown the ids there, they decide. */
export class ListNamesOfExperts extends Query<ReadonlyMap<string, string>> {
  constructor(readonly ids: readonly string[]) {
    super();
  }
}

@QueryHandler(ListNamesOfExperts)
export class ListNamesOfExpertsHandler implements IQueryHandler<ListNamesOfExperts> {
  constructor(private readonly sql: Sql) {}

  async execute({ ids }: ListNamesOfExperts): Promise<ReadonlyMap<string, string>> {
    const experts = await this.sql.rows<{ id: string; name: string }>(
      'SELECT id, name FROM committee.expert WHERE id = ANY($1)',
      [ids],
    );
    return new Map(experts.map(({ id, name }) => [id, name]));
  }
}
