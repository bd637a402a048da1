import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Person } from './person.js';

/** The person can no longer sign in; tokens already given end within ten minutes. */
export class DeactivatePerson extends Command<void> {
  constructor(
    readonly personId: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(DeactivatePerson)
export class DeactivatePersonHandler implements ICommandHandler<DeactivatePerson> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async execute({ personId, reason }: DeactivatePerson): Promise<void> {
    permit('person.add');
    (await this.uow.get(Person, personId)).deactivate(reason);
    await this.sql.rows('DELETE FROM parties.credential WHERE person_id = $1', [personId]);
  }
}
