import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { mustActFor, permit } from '../platform/context.js';
import { newId } from '../platform/id.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetOrderHold } from '../trading/get-order-hold.js';
import { account } from './account.js';
import { Distribution } from './distribution.js';
import { Escrow } from './escrow.js';
import { FeeSchedule } from './fee-schedule.js';
import { Payout } from './payout.js';
import { PostTransfers } from './post-transfers.js';
import { ResolveHold } from './resolve-hold.js';
import type { Leg } from './transfer.js';

/** A finance officer of the venue's operator lets the money go: released to its owners' accounts and on its way to their banks. */
export class ApproveDistribution extends Command<void> {
  constructor(readonly distributionId: string) {
    super();
  }
}

@CommandHandler(ApproveDistribution)
export class ApproveDistributionHandler implements ICommandHandler<ApproveDistribution> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  async execute({ distributionId }: ApproveDistribution): Promise<void> {
    const actor = permit('distribution.approve');
    const distribution = await this.uow.get(Distribution, distributionId);
    mustActFor(actor, distribution.operatorId);
    const { feeScheduleId: id, lines, gross, orderId } = distribution;
    const { certificateNumber: number, held } = await this.queries.execute(new GetOrderHold(orderId));
    if (held) throw new Refusal('settlement/order-held', { number });
    const fees = id === null ? null : await this.uow.manager.findOneBy(FeeSchedule, { id });
    distribution.approve(actor.id, fees?.proposedBy ?? null);
    const escrow = await this.uow.get(Escrow, distribution.escrowId);
    escrow.release(lines.map(({ organisationId, role, amount }) => ({ organisationId, role, amount })));
    if (escrow.holdId !== null) await this.uow.execute(new ResolveHold(escrow.holdId, gross));
    const legs = this.legsOf(distribution, escrow);
    await this.uow.execute(new PostTransfers(legs));
    if (!legs.some(({ kind }) => kind === 'PAYOUT')) distribution.pay();
  }

  /** Nothing is posted or paid for a line of nothing; the fee and the tax stay where they are collected. */
  private legsOf({ id: distributionId, orderId, lines }: Distribution, escrow: Escrow): Leg[] {
    return lines
      .filter(({ amount }) => amount.amount !== '0')
      .flatMap(({ id, accountCode, organisationId, amount: { amount } }) => {
        const owed = account(accountCode, organisationId, '', escrow.currency);
        const subject = `${distributionId}/${id}`;
        const release: Leg = {
          id: newId('trf'),
          kind: 'RELEASE',
          subject,
          orderId,
          debit: escrow.account,
          credit: owed,
          amount,
        };
        if (accountCode === '4001' || accountCode === '2301') return [release];
        const payout = Payout.instruct({ payeeId: organisationId, from: owed, amount, orderId, distributionId });
        return [release, this.uow.add(payout).onItsWay()];
      });
  }
}
