import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Order } from './order.js';

export const SILENT_ACCEPTANCE = 'order.accept-silently';

@OnDeadline(SILENT_ACCEPTANCE)
export class AcceptOrderSilently extends Command<void> {
  constructor(readonly orderId: string) {
    super();
  }
}

@CommandHandler(AcceptOrderSilently)
export class AcceptOrderSilentlyHandler implements ICommandHandler<AcceptOrderSilently> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ orderId }: AcceptOrderSilently): Promise<void> {
    permit('order.advance');
    const order = await this.uow.get(Order, orderId);
    if (order.can('acceptSilently')) order.accept('SILENCE');
  }
}
