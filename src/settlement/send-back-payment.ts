import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { account } from './account.js';
import { BankNotice } from './bank-notice.js';
import { Payout } from './payout.js';
import { PostTransfers } from './post-transfers.js';

/** Returns money in suspense, whole and once, to whoever paid it. */
export class SendBackPayment extends Command<void> {
  constructor(readonly noticeId: string) {
    super();
  }
}

@CommandHandler(SendBackPayment)
export class SendBackPaymentHandler implements ICommandHandler<SendBackPayment> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ noticeId }: SendBackPayment): Promise<void> {
    const actor = permit('bank-notice.send-back');
    const notice = await this.uow.get(BankNotice, noticeId);
    notice.sendBack(actor.id);
    const { counterparty: payeeId, amount, currency } = notice;
    const from = account('3001', undefined, '', currency);
    const payout = this.uow.add(Payout.instruct({ payeeId, from, amount, orderId: null, distributionId: null }));
    await this.uow.execute(new PostTransfers([payout.onItsWay()]));
  }
}
