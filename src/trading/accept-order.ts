import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { SILENT_ACCEPTANCE } from './accept-order-silently.js';
import { Order } from './order.js';

export class AcceptOrder extends Command<void> {
  constructor(readonly orderId: string) {
    super();
  }
}

@CommandHandler(AcceptOrder)
export class AcceptOrderHandler implements ICommandHandler<AcceptOrder> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ orderId }: AcceptOrder): Promise<void> {
    const actor = permit('order.accept');
    const order = await this.uow.get(Order, orderId);
    mustActFor(actor, order.buyerId);
    order.accept('BUYER');
    await this.uow.schedule(SILENT_ACCEPTANCE, order.id, null);
  }
}
