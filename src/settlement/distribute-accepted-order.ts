import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { OrderAccepted } from '../trading/order.js';
import { CalculateDistribution } from './calculate-distribution.js';

@Reaction({ consumer: 'distribute-accepted-order', to: [OrderAccepted] })
export class DistributeAcceptedOrder implements Reacts<OrderAccepted> {
  constructor(private readonly uow: UnitOfWork) {}

  on({ orderId }: OrderAccepted): Promise<void> {
    return this.uow.execute(new CalculateDistribution(orderId));
  }
}
