import type { Page, PageQuery, PersonView } from '@app/sdk';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';

/** All people, in the order in which they were added. */
export class ListPeople extends Query<Page<PersonView>> {
  constructor(readonly page: PageQuery) {
    super();
  }
}

@QueryHandler(ListPeople)
export class ListPeopleHandler implements IQueryHandler<ListPeople> {
  constructor(private readonly sql: Sql) {}

  async execute({ page: { limit, cursor } }: ListPeople): Promise<Page<PersonView>> {
    permit('person.read');
    const [after = ''] = decodeCursor(cursor, 'per_') ?? [];
    const rows = await this.sql.rows<PersonView>(
      `SELECT id, version, organisation_id AS "organisationId", login, display_name AS "displayName", roles, status,
         last_sign_in_at AS "lastSignInAt" FROM parties.person WHERE id > $1 ORDER BY id LIMIT $2`,
      [after, limit + 1],
    );
    return toPage(rows, limit, ({ id }) => [id]);
  }
}
