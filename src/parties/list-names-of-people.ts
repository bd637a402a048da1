import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Sql } from '../platform/sql.js';

/** What people are called. Published for other contexts: whoever is shown the ids there, they decide. */
export class ListNamesOfPeople extends Query<ReadonlyMap<string, string>> {
  constructor(readonly ids: readonly string[]) {
    super();
  }
}

@QueryHandler(ListNamesOfPeople)
export class ListNamesOfPeopleHandler implements IQueryHandler<ListNamesOfPeople> {
  constructor(private readonly sql: Sql) {}

  async execute({ ids }: ListNamesOfPeople): Promise<ReadonlyMap<string, string>> {
    const people = await this.sql.rows<{ id: string; name: string }>(
      `SELECT id, display_name AS name FROM parties.person WHERE id = ANY($1)`,
      [ids],
    );
    return new Map(people.map(({ id, name }) => [id, name]));
  }
}
