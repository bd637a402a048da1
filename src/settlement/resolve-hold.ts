import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Hold } from './hold.js';

/** Ends a hold: its money is free for the transfers that follow in the same transaction. `taken` null voids it. */
export class ResolveHold extends Command<void> {
  constructor(
    readonly holdId: string,
    readonly taken: string | null,
  ) {
    super();
  }
}

@CommandHandler(ResolveHold)
export class ResolveHoldHandler implements ICommandHandler<ResolveHold> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async execute({ holdId, taken }: ResolveHold): Promise<void> {
    permit('transfer.post');
    const hold = await this.uow.get(Hold, holdId);
    if (taken === null) hold.void();
    else hold.post(taken);
    await this.sql.rows('UPDATE settlement.balance SET held = held - $2 WHERE account_id = $1', [
      hold.accountId,
      hold.amount,
    ]);
  }
}
