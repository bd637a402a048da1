import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { BankNoticeView, Page, PageQuery } from '@app/sdk';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { bankNoticeMachine } from './bank-notice.js';
import { money } from './list-escrows.js';

/** What the bank has told, the newest first. */
export class ListBankNotices extends Query<Page<BankNoticeView>> {
  constructor(readonly filter: PageQuery & { readonly id?: string }) {
    super();
  }
}

@QueryHandler(ListBankNotices)
export class ListBankNoticesHandler implements IQueryHandler<ListBankNotices> {
  constructor(private readonly sql: Sql) {}

  async execute({ filter: { limit, cursor, id } }: ListBankNotices): Promise<Page<BankNoticeView>> {
    permit('bank-notice.read');
    const [before = null] = decodeCursor(cursor, 'bnt_') ?? [];
    const rows = await this.sql.rows<Omit<BankNoticeView, 'actions'>>(
      `SELECT id, version, bank_id AS "bankId", kind, reference, counterparty, ${money('amount')},
         transfer_id AS "transferId", state
       FROM settlement.bank_notice WHERE ($1::text IS NULL OR id < $1) AND ($2::text IS NULL OR id = $2)
       ORDER BY id DESC LIMIT $3`,
      [before, id ?? null, limit + 1],
    );
    if (id !== undefined && rows.length === 0) throw new Refusal('not-found', { kind: 'bank-notice', id });
    const views = rows.map((row) => ({ ...row, actions: bankNoticeMachine.actions(row.state) }));
    return toPage(views, limit, (row) => [row.id]);
  }
}
