import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Person } from './person.js';

/** The password comes hashed. Every sign-in of the person ends; tokens already given end within ten minutes. */
export class SetPassword extends Command<void> {
  constructor(
    readonly personId: string,
    readonly passwordHash: string,
    /** Set by somebody else: at the next sign-in the person chooses another. */
    readonly oneTime: boolean,
  ) {
    super();
  }
}

@CommandHandler(SetPassword)
export class SetPasswordHandler implements ICommandHandler<SetPassword> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async execute({ personId, passwordHash, oneTime }: SetPassword): Promise<void> {
    permit(oneTime ? 'person.add' : 'session.begin');
    (await this.uow.get(Person, personId)).changePassword(oneTime);
    await this.sql.rows('UPDATE parties.credential SET password_hash = $2, one_time = $3 WHERE person_id = $1', [
      personId,
      passwordHash,
      oneTime,
    ]);
    await this.sql.rows(`DELETE FROM parties.oidc_record WHERE payload ->> 'accountId' = $1`, [personId]);
  }
}
