import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Hold } from './hold.js';

/** Holds `amount` minor units of what is free on the account; answers the hold's id. */
export class PlaceHold extends Command<string> {
  constructor(
    readonly accountId: string,
    readonly amount: string,
  ) {
    super();
  }
}

@CommandHandler(PlaceHold)
export class PlaceHoldHandler implements ICommandHandler<PlaceHold> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async execute({ accountId, amount }: PlaceHold): Promise<string> {
    permit('transfer.post');
    const held = await this.sql.row(
      `UPDATE settlement.balance SET held = held + $2 WHERE account_id = $1 AND available >= $2 RETURNING held`,
      [accountId, amount],
    );
    if (!held) throw new Refusal('settlement/insufficient-funds', { accountId });
    return this.uow.add(Hold.place(accountId, amount)).id;
  }
}
