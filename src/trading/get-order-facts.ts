import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Money } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import type { OrderState } from './order.js';

export interface OrderFactsView {
  readonly id: string;
  readonly number: string;
  readonly state: OrderState;
  readonly buyerId: string;
  readonly sellerId: string;
  readonly listingId: string;
  readonly resourceId: string;
  readonly gross: Money;
}

/** What other contexts may know of an order; they decide who sees it there. */
export class GetOrderFacts extends Query<OrderFactsView> {
  constructor(readonly orderId: string) {
    super();
  }
}

@QueryHandler(GetOrderFacts)
export class GetOrderFactsHandler implements IQueryHandler<GetOrderFacts> {
  constructor(private readonly sql: Sql) {}

  async execute({ orderId }: GetOrderFacts): Promise<OrderFactsView> {
    const order = await this.sql.row<OrderFactsView>(
      `SELECT id, number, state, buyer_id AS "buyerId", seller_id AS "sellerId", listing_id AS "listingId",
         resource_id AS "resourceId", jsonb_build_object('amount', gross_amount::text, 'currency', currency) AS gross
       FROM trading.order WHERE id = $1`,
      [orderId],
    );
    if (!order) throw new Refusal('not-found', { kind: 'order', id: orderId });
    return order;
  }
}
