import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { OrderContracted } from '../trading/order.js';
import { OpenEscrow } from './open-escrow.js';

@Reaction({ consumer: 'open-escrow-for-contracted-order', to: [OrderContracted] })
export class OpenEscrowForContractedOrder implements Reacts<OrderContracted> {
  constructor(private readonly uow: UnitOfWork) {}

  on(sale: OrderContracted): Promise<void> {
    return this.uow.execute(new OpenEscrow(sale));
  }
}
