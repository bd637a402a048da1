import type { PersonView } from '@app/sdk';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';

export class GetPerson extends Query<PersonView> {
  constructor(readonly personId: string) {
    super();
  }
}

@QueryHandler(GetPerson)
export class GetPersonHandler implements IQueryHandler<GetPerson> {
  constructor(private readonly sql: Sql) {}

  async execute({ personId }: GetPerson): Promise<PersonView> {
    permit('person.read');
    const person = await this.sql.row<PersonView>(
      `SELECT id, version, organisation_id AS "organisationId", login, display_name AS "displayName", roles, status,
         last_sign_in_at AS "lastSignInAt" FROM parties.person WHERE id = $1`,
      [personId],
    );
    if (!person) throw new Refusal('not-found', { kind: 'person', id: personId });
    return person;
  }
}
