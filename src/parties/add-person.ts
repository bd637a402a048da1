import type { Created } from '@app/sdk';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Organisation } from './organisation.js';
import { Person, type PersonFacts } from './person.js';

/** The password comes hashed: no command carries it, and a repeated transaction does not hash again. */
export class AddPerson extends Command<Created> {
  constructor(
    readonly facts: PersonFacts,
    readonly passwordHash: string,
  ) {
    super();
  }
}

@CommandHandler(AddPerson)
export class AddPersonHandler implements ICommandHandler<AddPerson> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async execute({ facts, passwordHash }: AddPerson): Promise<Created> {
    permit('person.add');
    (await this.uow.get(Organisation, facts.organisationId)).mustBeActive();
    const taken = await this.sql.row('SELECT FROM parties.person WHERE login = $1', [facts.login]);
    if (taken) throw new Refusal('parties/login-taken');
    const { id } = this.uow.add(Person.add(facts));
    await this.sql.rows('INSERT INTO parties.credential (person_id, password_hash) VALUES ($1, $2)', [
      id,
      passwordHash,
    ]);
    return { id };
  }
}
