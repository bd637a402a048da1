import { Injectable } from '@nestjs/common';
import { Reaction, type Reacts } from '../platform/relay.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { OrderFunded, OrderHalted, OrderRejected } from '../trading/order.js';
import { Delivery } from './delivery.js';

type OrderMoved = OrderFunded | OrderRejected | OrderHalted;

/** A paid order gets a delivery, a rejected one another; what is still open of the one before is withdrawn. */
@Injectable()
@Reaction({ consumer: 'delivery.follow-order', to: [OrderFunded, OrderRejected, OrderHalted] })
export class FollowOrder implements Reacts<OrderMoved> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async on(event: OrderMoved): Promise<void> {
    const known = await this.sql.rows<{ id: string }>('SELECT id FROM delivery.delivery WHERE order_id = $1', [
      event.orderId,
    ]);
    if (event instanceof OrderFunded && known.length > 0) return;
    for (const { id } of known) {
      const delivery = await this.uow.get(Delivery, id);
      if (delivery.can('withdraw')) delivery.withdraw();
    }
    if (event instanceof OrderHalted) return;
    this.uow.add(Delivery.order(event.orderId, event.buyerId, event.sellerId, event.resourceId));
  }
}
