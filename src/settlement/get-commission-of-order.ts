import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Money } from '@app/sdk';
import { Sql } from '../platform/sql.js';

interface OrderCommission {
  readonly mandateId: string;
  readonly brokerId: string;
  readonly basisPoints: number;
  readonly amount: Money;
}

/** What the broker of an order gets by its distribution; null when none took part. For other contexts. */
export class GetCommissionOfOrder extends Query<OrderCommission | null> {
  constructor(readonly orderId: string) {
    super();
  }
}

@QueryHandler(GetCommissionOfOrder)
export class GetCommissionOfOrderHandler implements IQueryHandler<GetCommissionOfOrder> {
  constructor(private readonly sql: Sql) {}

  async execute({ orderId }: GetCommissionOfOrder): Promise<OrderCommission | null> {
    const row = await this.sql.row<{ commission: Omit<OrderCommission, 'amount'>; amount: Money }>(
      `SELECT e.commission, jsonb_path_query_first(d.lines, '$[*] ? (@.id == "commission").amount') AS amount
       FROM settlement.escrow e JOIN settlement.distribution d ON d.escrow_id = e.id
       WHERE e.order_id = $1 AND e.commission IS NOT NULL AND d.state <> 'CALCULATED'`,
      [orderId],
    );
    return row ? { ...row.commission, amount: row.amount } : null;
  }
}
