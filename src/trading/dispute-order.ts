import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { SILENT_ACCEPTANCE } from './accept-order-silently.js';
import { Order } from './order.js';

/** Either party may open a dispute while the money is held; no silence accepts from then on. */
export class DisputeOrder extends Command<void> {
  constructor(
    readonly orderId: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(DisputeOrder)
export class DisputeOrderHandler implements ICommandHandler<DisputeOrder> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ orderId, reason }: DisputeOrder): Promise<void> {
    const { orgId } = permit('order.dispute');
    const order = await this.uow.get(Order, orderId);
    order.mustConcern(orgId);
    order.dispute(reason);
    await this.uow.schedule(SILENT_ACCEPTANCE, order.id, null);
  }
}
