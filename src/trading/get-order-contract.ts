import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { OrderContractView } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { readable, type ContractDocument } from './contract.js';
import { CONCERNED, sight } from './order-view.js';

export class GetOrderContract extends Query<OrderContractView> {
  constructor(readonly orderId: string) {
    super();
  }
}

@QueryHandler(GetOrderContract)
export class GetOrderContractHandler implements IQueryHandler<GetOrderContract> {
  constructor(private readonly sql: Sql) {}

  async execute({ orderId }: GetOrderContract): Promise<OrderContractView> {
    const row = await this.sql.row<Omit<OrderContractView, 'text'>>(
      `SELECT o.contract AS document, o.contract_hash AS "contractHash", o.signatures
       FROM trading.order o WHERE ${CONCERNED} AND o.id = $2`,
      [sight(), orderId],
    );
    if (!row) throw new Refusal('not-found', { kind: 'order', id: orderId });
    return { ...row, text: readable(JSON.parse(row.document) as ContractDocument) };
  }
}
