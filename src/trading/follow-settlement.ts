import { Injectable } from '@nestjs/common';
import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { EscrowFunded, EscrowRefunded, EscrowReleased } from '../settlement/escrow.js';
import { OrderPaidOut } from '../settlement/distribution.js';
import { ORDER_LAPSE } from './lapse-order.js';
import { Order } from './order.js';

type MoneyMoved = EscrowFunded | EscrowReleased | EscrowRefunded | OrderPaidOut;

/** The order follows its money: paid in, released, paid out; or paid back. */
@Injectable()
@Reaction({ consumer: 'trading.follow-settlement', to: [EscrowFunded, EscrowReleased, EscrowRefunded, OrderPaidOut] })
export class FollowSettlement implements Reacts<MoneyMoved> {
  constructor(private readonly uow: UnitOfWork) {}

  async on(event: MoneyMoved): Promise<void> {
    const order = await this.uow.get(Order, event.orderId);
    if (event instanceof EscrowFunded && order.can('fund')) {
      order.fund();
      await this.uow.schedule(ORDER_LAPSE, order.id, null);
    } else if (event instanceof EscrowReleased && order.can('settle')) order.settle();
    else if (event instanceof EscrowRefunded && order.can('refund')) order.refund();
    else if (event instanceof OrderPaidOut && order.can('complete')) order.complete();
  }
}
