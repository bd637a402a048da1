import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ResolveDisputeBody } from '@app/sdk';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Order } from './order.js';

/** The venue decides what its mediation found: deliver again, pay the seller, or pay back the buyer. */
export class ResolveDispute extends Command<void> {
  constructor(
    readonly orderId: string,
    readonly body: ResolveDisputeBody,
  ) {
    super();
  }
}

@CommandHandler(ResolveDispute)
export class ResolveDisputeHandler implements ICommandHandler<ResolveDispute> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ orderId, body: { outcome, reason } }: ResolveDispute): Promise<void> {
    const actor = permit('order.resolve');
    const order = await this.uow.get(Order, orderId);
    mustActFor(actor, order.venueOperatorId);
    order.resolve(outcome, reason);
  }
}
