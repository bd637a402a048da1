import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ORDER_LAPSE } from './lapse-order.js';
import { Order } from './order.js';

export class CancelOrder extends Command<void> {
  constructor(
    readonly orderId: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(CancelOrder)
export class CancelOrderHandler implements ICommandHandler<CancelOrder> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ orderId, reason }: CancelOrder): Promise<void> {
    const { orgId } = permit('order.cancel');
    const order = await this.uow.get(Order, orderId);
    order.mustConcern(orgId);
    order.cancel(orgId === order.buyerId ? 'BUYER' : 'SELLER', reason);
    await this.uow.schedule(ORDER_LAPSE, order.id, null);
  }
}
