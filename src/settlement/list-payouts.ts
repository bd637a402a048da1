import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { OrderQuery, Page, PayoutView } from '@app/sdk';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { money } from './list-escrows.js';
import { seesAll } from './list-schemes.js';
import { payoutMachine } from './payout.js';

/** What is paid to the caller's organisation; all payouts for finance officers and watchers. */
export class ListPayouts extends Query<Page<PayoutView>> {
  constructor(readonly filter: OrderQuery & { readonly id?: string }) {
    super();
  }
}

@QueryHandler(ListPayouts)
export class ListPayoutsHandler implements IQueryHandler<ListPayouts> {
  constructor(private readonly sql: Sql) {}

  async execute({ filter: { limit, cursor, orderId, id } }: ListPayouts): Promise<Page<PayoutView>> {
    const { orgId, roles } = permit('account.read');
    const [before = null] = decodeCursor(cursor, 'pay_') ?? [];
    const rows = await this.sql.rows<Omit<PayoutView, 'actions'>>(
      `SELECT id, version, payee_id AS "payeeId", ${money('amount')}, order_id AS "orderId",
         distribution_id AS "distributionId", reason, state
       FROM settlement.payout
       WHERE ($1::text IS NULL OR id < $1) AND ($2 OR payee_id = $3)
         AND ($4::text IS NULL OR order_id = $4) AND ($5::text IS NULL OR id = $5)
       ORDER BY id DESC LIMIT $6`,
      [before, seesAll(roles), orgId, orderId ?? null, id ?? null, limit + 1],
    );
    if (id !== undefined && rows.length === 0) throw new Refusal('not-found', { kind: 'payout', id });
    const views = rows.map((row) => ({
      ...row,
      actions: payoutMachine.actions(row.state).filter((action) => action === 'retry'),
    }));
    return toPage(views, limit, (row) => [row.id]);
  }
}
