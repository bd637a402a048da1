import type { Created, RegisterOrganisationBody } from '@app/sdk';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Organisation } from './organisation.js';

export class RegisterOrganisation extends Command<Created> {
  constructor(readonly body: RegisterOrganisationBody) {
    super();
  }
}

@CommandHandler(RegisterOrganisation)
export class RegisterOrganisationHandler implements ICommandHandler<RegisterOrganisation> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async execute({ body }: RegisterOrganisation): Promise<Created> {
    permit('organisation.register');
    const known = await this.sql.row<{ id: string }>('SELECT id FROM parties.organisation WHERE uscc = $1', [
      body.uscc,
    ]);
    if (known) throw new Refusal('parties/organisation-known', { uscc: body.uscc, id: known.id });
    return { id: this.uow.add(Organisation.register(body)).id };
  }
}
