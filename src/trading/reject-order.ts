import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { SILENT_ACCEPTANCE } from './accept-order-silently.js';
import { Order } from './order.js';

export class RejectOrder extends Command<void> {
  constructor(
    readonly orderId: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(RejectOrder)
export class RejectOrderHandler implements ICommandHandler<RejectOrder> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ orderId, reason }: RejectOrder): Promise<void> {
    const actor = permit('order.accept');
    const order = await this.uow.get(Order, orderId);
    mustActFor(actor, order.buyerId);
    order.reject(reason, this.clock.now());
    await this.uow.schedule(SILENT_ACCEPTANCE, order.id, null);
  }
}
