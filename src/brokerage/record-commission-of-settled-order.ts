import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { OrderSettled } from '../trading/order.js';
import { RecordCommission } from './record-commission.js';

@Reaction({ consumer: 'record-commission-of-settled-order', to: [OrderSettled] })
export class RecordCommissionOfSettledOrder implements Reacts<OrderSettled> {
  constructor(private readonly uow: UnitOfWork) {}

  on({ orderId }: OrderSettled): Promise<void> {
    return this.uow.execute(new RecordCommission(orderId));
  }
}
