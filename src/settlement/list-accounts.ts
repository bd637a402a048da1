import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { AccountsQuery, AccountView, Page } from '@app/sdk';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { chart, type AccountCode } from './account.js';
import { seesAll } from './list-schemes.js';

/** The caller's accounts by code; all accounts for finance officers and watchers. */
export class ListAccounts extends Query<Page<AccountView>> {
  constructor(readonly filter: AccountsQuery & { readonly id?: string }) {
    super();
  }
}

@QueryHandler(ListAccounts)
export class ListAccountsHandler implements IQueryHandler<ListAccounts> {
  constructor(private readonly sql: Sql) {}

  async execute({ filter: { limit, cursor, code, ownerId, id } }: ListAccounts): Promise<Page<AccountView>> {
    const { orgId, roles } = permit('account.read');
    const [afterCode = null, afterId = null] = decodeCursor(cursor, 'code', 'acc_') ?? [];
    const rows = await this.sql.rows<Omit<AccountView, 'name'> & { code: AccountCode }>(
      `SELECT a.id, b.version, a.code, a.owner_id AS "ownerId", a.subject, a.currency, a.side,
         (CASE a.side WHEN 'D' THEN b.balance ELSE -b.balance END)::text AS balance, b.held::text, b.available::text
       FROM settlement.account a JOIN settlement.balance b ON b.account_id = a.id
       WHERE ($1::text IS NULL OR (a.code, a.id) > ($1, $2)) AND ($3 OR a.owner_id = $4)
         AND ($5::text IS NULL OR a.code = $5) AND ($6::text IS NULL OR a.owner_id = $6) AND ($7::text IS NULL OR a.id = $7)
       ORDER BY a.code, a.id LIMIT $8`,
      [afterCode, afterId, seesAll(roles), orgId, code ?? null, ownerId ?? null, id ?? null, limit + 1],
    );
    if (id !== undefined && rows.length === 0) throw new Refusal('not-found', { kind: 'account', id });
    const views = rows.map((row) => ({ ...row, name: { zh: chart[row.code].zh, en: chart[row.code].en } }));
    return toPage(views, limit, (row) => [row.code, row.id]);
  }
}
