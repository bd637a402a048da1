import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetCommissionOfOrder } from '../settlement/get-commission-of-order.js';
import { Commission } from './commission.js';
import { GetMandate } from './get-mandate.js';

/** Records, once, what the broker of a settled order earned, if one took part. */
export class RecordCommission extends Command<void> {
  constructor(readonly orderId: string) {
    super();
  }
}

@CommandHandler(RecordCommission)
export class RecordCommissionHandler implements ICommandHandler<RecordCommission> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  async execute({ orderId }: RecordCommission): Promise<void> {
    permit('commission.record');
    if (await this.uow.manager.existsBy(Commission, { orderId })) return;
    const earned = await this.queries.execute(new GetCommissionOfOrder(orderId));
    if (!earned) return;
    const { mandateId, brokerId, basisPoints: commissionBp, amount } = earned;
    const { principalId } = await this.queries.execute(new GetMandate(mandateId));
    this.uow.add(Commission.earn({ mandateId, orderId, brokerId, principalId, commissionBp, amount }));
  }
}
