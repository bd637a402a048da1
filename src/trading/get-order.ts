import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { OrderView } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { CONCERNED, ORDER_COLUMNS, sight, toOrderView, type OrderRow } from './order-view.js';

export class GetOrder extends Query<OrderView> {
  constructor(readonly orderId: string) {
    super();
  }
}

@QueryHandler(GetOrder)
export class GetOrderHandler implements IQueryHandler<GetOrder> {
  constructor(private readonly sql: Sql) {}

  async execute({ orderId }: GetOrder): Promise<OrderView> {
    const row = await this.sql.row<OrderRow>(
      `SELECT ${ORDER_COLUMNS} FROM trading.order o WHERE ${CONCERNED} AND o.id = $2`,
      [sight(), orderId],
    );
    if (!row) throw new Refusal('not-found', { kind: 'order', id: orderId });
    return toOrderView(row);
  }
}
