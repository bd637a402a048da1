import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { OrdersQuery, OrderView, Page } from '@app/sdk';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { CONCERNED, ORDER_COLUMNS, sight, toOrderView, type OrderRow } from './order-view.js';

/** The orders that concern the caller's organisation; the newest first. */
export class ListOrders extends Query<Page<OrderView>> {
  constructor(readonly query: OrdersQuery) {
    super();
  }
}

@QueryHandler(ListOrders)
export class ListOrdersHandler implements IQueryHandler<ListOrders> {
  constructor(private readonly sql: Sql) {}

  async execute({ query: { limit, cursor, state, listingId } }: ListOrders): Promise<Page<OrderView>> {
    const [before] = decodeCursor(cursor, 'ord_') ?? [];
    const rows = await this.sql.rows<OrderRow>(
      `SELECT ${ORDER_COLUMNS} FROM trading.order o WHERE ${CONCERNED}
         AND ($2::text IS NULL OR o.id < $2) AND ($3::text IS NULL OR o.state = $3)
         AND ($4::text IS NULL OR o.listing_id = $4)
       ORDER BY o.id DESC LIMIT $5`,
      [sight(), before ?? null, state ?? null, listingId ?? null, limit + 1],
    );
    return toPage(rows.map(toOrderView), limit, ({ id }) => [id]);
  }
}
