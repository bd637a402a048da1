import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Order } from './order.js';

export const ORDER_LAPSE = 'order.lapse';

/** Domain model §8.4: 7 days for both signatures, and 7 more for the payment. */
export const lapseAt = (from: Date): Date => new Date(from.getTime() + 7 * 86_400_000);

@OnDeadline(ORDER_LAPSE)
export class LapseOrder extends Command<void> {
  constructor(readonly orderId: string) {
    super();
  }
}

@CommandHandler(LapseOrder)
export class LapseOrderHandler implements ICommandHandler<LapseOrder> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ orderId }: LapseOrder): Promise<void> {
    permit('order.advance');
    const order = await this.uow.get(Order, orderId);
    if (order.can('lapse')) order.cancel('LAPSE', '');
  }
}
