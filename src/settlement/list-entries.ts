import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { EntryView, Page, PageQuery } from '@app/sdk';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { ListAccounts } from './list-accounts.js';

/** The statement of one account that the caller may see, the newest entry first. */
export class ListEntries extends Query<Page<EntryView>> {
  constructor(
    readonly accountId: string,
    readonly page: PageQuery,
  ) {
    super();
  }
}

@QueryHandler(ListEntries)
export class ListEntriesHandler implements IQueryHandler<ListEntries> {
  constructor(
    private readonly sql: Sql,
    private readonly queries: QueryBus,
  ) {}

  async execute({ accountId, page: { limit, cursor } }: ListEntries): Promise<Page<EntryView>> {
    await this.queries.execute(new ListAccounts({ id: accountId, limit: 1 }));
    const [before = null] = decodeCursor(cursor, 'count') ?? [];
    const rows = await this.sql.rows<EntryView>(
      `SELECT e.version, t.id AS "transferId", t.kind, t.order_id AS "orderId",
         CASE e.account_id WHEN t.debit THEN t.credit ELSE t.debit END AS "counterAccountId",
         e.delta::text, e.balance_after::text AS "balanceAfter"
       FROM settlement.entry e JOIN settlement.transfer t ON t.id = e.transfer_id
       WHERE e.account_id = $1 AND ($2::bigint IS NULL OR e.version < $2) ORDER BY e.version DESC LIMIT $3`,
      [accountId, before, limit + 1],
    );
    return toPage(rows, limit, ({ version }) => [version]);
  }
}
