import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { EscrowView, OrderQuery, Page } from '@app/sdk';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { accountId, account } from './account.js';
import { seesAll } from './list-schemes.js';

/** The escrows that the caller may see: those of its orders and of its venues; all of them for finance officers and watchers. */
export class ListEscrows extends Query<Page<EscrowView>> {
  constructor(readonly filter: OrderQuery & { readonly id?: string }) {
    super();
  }
}

@QueryHandler(ListEscrows)
export class ListEscrowsHandler implements IQueryHandler<ListEscrows> {
  constructor(private readonly sql: Sql) {}

  async execute({ filter: { limit, cursor, orderId, id } }: ListEscrows): Promise<Page<EscrowView>> {
    const { orgId, roles } = permit('account.read');
    const [before = null] = decodeCursor(cursor, 'esc_') ?? [];
    const rows = await this.sql.rows<Omit<EscrowView, 'accountId'>>(
      `SELECT id, version, order_id AS "orderId", reference, buyer_id AS "buyerId", seller_id AS "sellerId",
         venue_id AS "venueId", ${['due', 'funded', 'released', 'refunded', 'held'].map(money).join(', ')},
         scheme_id AS "schemeId", fee_schedule_id AS "feeScheduleId", commission, state
       FROM settlement.escrow
       WHERE ($1::text IS NULL OR id < $1) AND ($2 OR $3 IN (buyer_id, seller_id, operator_id, commission->>'brokerId'))
         AND ($4::text IS NULL OR order_id = $4) AND ($5::text IS NULL OR id = $5)
       ORDER BY id DESC LIMIT $6`,
      [before, seesAll(roles), orgId, orderId ?? null, id ?? null, limit + 1],
    );
    if (id !== undefined && rows.length === 0) throw new Refusal('not-found', { kind: 'escrow', id });
    const views = rows.map((row) => ({ ...row, accountId: accountId(account('2002', row.buyerId, row.orderId)) }));
    return toPage(views, limit, (row) => [row.id]);
  }
}

/** A bigint column as Money. */
export const money = (column: string): string =>
  `jsonb_build_object('amount', ${column}::text, 'currency', 'CNY') AS "${column.replace(/_(\w)/g, (_, c: string) => c.toUpperCase())}"`;
