import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Page, PageQuery, ReconciliationView } from '@app/sdk';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { money } from './list-escrows.js';
import { reconciliationMachine } from './reconciliation.js';

/** Every comparison of the bank's statement with the books, the newest first. */
export class ListReconciliations extends Query<Page<ReconciliationView>> {
  constructor(readonly filter: PageQuery & { readonly id?: string }) {
    super();
  }
}

@QueryHandler(ListReconciliations)
export class ListReconciliationsHandler implements IQueryHandler<ListReconciliations> {
  constructor(private readonly sql: Sql) {}

  async execute({ filter: { limit, cursor, id } }: ListReconciliations): Promise<Page<ReconciliationView>> {
    permit('bank-notice.read');
    const [before = null] = decodeCursor(cursor, 'rec_') ?? [];
    const rows = await this.sql.rows<Omit<ReconciliationView, 'actions' | 'at'> & { at: Date }>(
      `SELECT id, version, at, ${money('bank_balance')}, ${money('book_balance')},
         (bank_balance - book_balance)::text AS difference, state,
         (SELECT coalesce(jsonb_agg(item - 'told'), '[]') FROM jsonb_array_elements(items) item) AS items
       FROM settlement.reconciliation WHERE ($1::text IS NULL OR id < $1) AND ($2::text IS NULL OR id = $2)
       ORDER BY id DESC LIMIT $3`,
      [before, id ?? null, limit + 1],
    );
    if (id !== undefined && rows.length === 0) throw new Refusal('not-found', { kind: 'reconciliation', id });
    const views = rows.map((row) => ({
      ...row,
      at: row.at.toISOString(),
      actions: reconciliationMachine.actions(row.state),
    }));
    return toPage(views, limit, (row) => [row.id]);
  }
}
