import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { newId } from '../platform/id.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { account } from './account.js';
import { Escrow } from './escrow.js';
import { Payout } from './payout.js';
import { PostTransfers } from './post-transfers.js';
import { ResolveHold } from './resolve-hold.js';

/** The order ended before anything was released: what the buyer paid goes back, in full and once; what is unpaid lapses. */
export class RefundEscrow extends Command<void> {
  constructor(readonly orderId: string) {
    super();
  }
}

@CommandHandler(RefundEscrow)
export class RefundEscrowHandler implements ICommandHandler<RefundEscrow> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ orderId }: RefundEscrow): Promise<void> {
    permit('escrow.advance');
    const found = await this.uow.manager.findOneBy(Escrow, { orderId });
    if (!found || found.state === 'CANCELLED' || found.state === 'REFUNDED') return;
    const escrow = await this.uow.get(Escrow, found.id);
    if (escrow.state === 'OPENED') return escrow.cancel();
    const { held: amount, buyerId, currency, holdId } = escrow;
    escrow.refund();
    if (holdId === null) return;
    await this.uow.execute(new ResolveHold(holdId, null));
    const payable = account('2201', buyerId, orderId, currency);
    const payout = this.uow.add(
      Payout.instruct({ payeeId: buyerId, from: payable, amount, orderId, distributionId: null }),
    );
    const refund = { id: newId('trf'), kind: 'REFUND' as const, subject: escrow.id, orderId };
    await this.uow.execute(
      new PostTransfers([{ ...refund, debit: escrow.account, credit: payable, amount }, payout.onItsWay()]),
    );
  }
}
