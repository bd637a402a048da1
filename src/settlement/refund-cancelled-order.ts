import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { OrderCancelled, OrderHalted } from '../trading/order.js';
import { RefundEscrow } from './refund-escrow.js';

/** An order that ends without acceptance owes the buyer what it paid: cancelled before or halted after the payment. */
@Reaction({ consumer: 'refund-cancelled-order', to: [OrderCancelled, OrderHalted] })
export class RefundCancelledOrder implements Reacts<OrderCancelled | OrderHalted> {
  constructor(private readonly uow: UnitOfWork) {}

  on({ orderId }: OrderCancelled | OrderHalted): Promise<void> {
    return this.uow.execute(new RefundEscrow(orderId));
  }
}
