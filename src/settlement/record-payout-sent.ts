import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Payout } from './payout.js';

/** The bank has taken the instruction `paymentId`. */
export class RecordPayoutSent extends Command<void> {
  constructor(
    readonly payoutId: string,
    readonly paymentId: string,
  ) {
    super();
  }
}

@CommandHandler(RecordPayoutSent)
export class RecordPayoutSentHandler implements ICommandHandler<RecordPayoutSent> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ payoutId, paymentId }: RecordPayoutSent): Promise<void> {
    permit('bank-notice.receive');
    const payout = await this.uow.get(Payout, payoutId);
    // The bank's notice may have come first, and the payout may have moved on.
    if (payout.state === 'INSTRUCTED' && payout.paymentId === paymentId) payout.send();
  }
}
