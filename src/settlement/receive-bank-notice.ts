import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { newId } from '../platform/id.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { account, accountId } from './account.js';
import { BankNotice } from './bank-notice.js';
import type { BankNotice as Told } from './bank.js';
import { Distribution } from './distribution.js';
import { Escrow } from './escrow.js';
import { Payout } from './payout.js';
import { PlaceHold } from './place-hold.js';
import { PostTransfers } from './post-transfers.js';
import type { Leg } from './transfer.js';

/** Takes in what the bank tells, each movement once, however often and in whatever order it is told. */
export class ReceiveBankNotice extends Command<void> {
  constructor(readonly told: Told) {
    super();
  }
}

@CommandHandler(ReceiveBankNotice)
export class ReceiveBankNoticeHandler implements ICommandHandler<ReceiveBankNotice> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ told }: ReceiveBankNotice): Promise<void> {
    permit('bank-notice.receive');
    const known = await this.uow.manager.findOneBy(BankNotice, { bankId: told.bankId });
    if (known) return known.mustEqual(told);
    const notice = this.uow.add(BankNotice.receive(told));
    if (told.kind === 'CREDIT') await this.credit(notice);
    else await this.payoutOf(notice);
  }

  /** The exact amount for an open escrow pays it; any other money waits in suspense until somebody looks at it. */
  private async credit(notice: BankNotice): Promise<void> {
    const { reference, amount, currency } = notice;
    const found = await this.uow.manager.findOneBy(Escrow, { reference, state: 'OPENED', due: amount, currency });
    if (!found) {
      await this.post(notice, 'SUSPENSE', account('3001', undefined, '', currency), null);
      return;
    }
    const escrow = await this.uow.get(Escrow, found.id);
    await this.post(notice, 'FUND', escrow.account, escrow.orderId);
    escrow.fund(await this.uow.execute(new PlaceHold(accountId(escrow.account), amount)));
  }

  private async post(notice: BankNotice, kind: 'FUND' | 'SUSPENSE', credit: Leg['credit'], orderId: string | null) {
    const { id: subject, amount, currency } = notice;
    const debit = account('1001', undefined, '', currency);
    const leg: Leg = { id: newId('trf'), kind, subject, orderId, debit, credit, amount };
    await this.uow.execute(new PostTransfers([leg]));
    if (kind === 'FUND') notice.match(leg.id);
    else notice.suspend(leg.id);
  }

  private async payoutOf(notice: BankNotice): Promise<void> {
    const found = await this.uow.manager.findOneByOrFail(Payout, { paymentId: notice.reference });
    const payout = await this.uow.get(Payout, found.id);
    const leg = notice.kind === 'PAID' ? payout.arrived() : payout.cameBack();
    if (notice.kind === 'PAID') payout.confirm();
    else payout.fail('returned by the bank');
    await this.uow.execute(new PostTransfers([leg]));
    notice.match(leg.id);
    if (notice.kind === 'PAID' && payout.distributionId !== null) await this.payDistribution(payout.distributionId);
  }

  private async payDistribution(distributionId: string): Promise<void> {
    for (const { id } of await this.uow.manager.findBy(Payout, { distributionId }))
      if ((await this.uow.get(Payout, id)).state !== 'CONFIRMED') return;
    (await this.uow.get(Distribution, distributionId)).pay();
  }
}
