import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Payout } from './payout.js';
import { PostTransfers } from './post-transfers.js';

/** Tries a returned payment again, as a new payment to the bank. */
export class RetryPayout extends Command<void> {
  constructor(readonly payoutId: string) {
    super();
  }
}

@CommandHandler(RetryPayout)
export class RetryPayoutHandler implements ICommandHandler<RetryPayout> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ payoutId }: RetryPayout): Promise<void> {
    permit('payout.retry');
    const payout = await this.uow.get(Payout, payoutId);
    payout.retry();
    await this.uow.execute(new PostTransfers([payout.onItsWay()]));
  }
}
