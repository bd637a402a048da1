import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { BooksCheck } from '@app/sdk';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';

/** What must always be true of the books; each statement gives the subjects for which it is not. */
const rules: Readonly<Record<string, string>> = {
  'deltas add up to zero per currency': `
    SELECT a.currency AS subject, sum(e.delta)::text AS detail FROM settlement.entry e JOIN settlement.account a ON a.id = e.account_id
    GROUP BY a.currency HAVING sum(e.delta) <> 0`,
  'each transfer has one debit and one credit of its amount': `
    SELECT t.id AS subject, count(e.*)::text AS detail FROM settlement.transfer t LEFT JOIN settlement.entry e ON e.transfer_id = t.id
    GROUP BY t.id HAVING count(*) <> 2
      OR bool_or(e.delta <> CASE e.account_id WHEN t.debit THEN t.amount WHEN t.credit THEN -t.amount END) IS NOT FALSE`,
  'a balance is the sum of its deltas': `
    SELECT b.account_id AS subject, b.balance || ' and ' || coalesce(sum(e.delta), 0) AS detail
    FROM settlement.balance b LEFT JOIN settlement.entry e USING (account_id)
    GROUP BY b.account_id HAVING b.balance <> coalesce(sum(e.delta), 0)`,
  'a balance is that of its last entry, and versions are dense': `
    SELECT account_id AS subject, e.version || ' of ' || b.version AS detail
    FROM (SELECT account_id, version, balance_after, row_number() OVER w AS n, sum(delta) OVER w AS running,
            lead(version) OVER w IS NULL AS last FROM settlement.entry WINDOW w AS (PARTITION BY account_id ORDER BY version)) e
    JOIN settlement.balance b USING (account_id)
    WHERE e.version <> e.n OR e.balance_after <> e.running OR (e.last AND (e.version, e.balance_after) <> (b.version, b.balance))`,
  'open holds are what is held': `
    SELECT b.account_id AS subject, b.held || ' and ' || coalesce(sum(h.amount), 0) AS detail
    FROM settlement.balance b LEFT JOIN settlement.hold h ON h.account_id = b.account_id AND h.state = 'PLACED'
    GROUP BY b.account_id HAVING b.held <> coalesce(sum(h.amount), 0)`,
  'no floor is broken': `
    SELECT account_id AS subject, available::text AS detail FROM settlement.balance WHERE floored AND available < 0`,
  'funded = released + refunded + held, and the escrow account has what is held': `
    SELECT e.id AS subject, e.state AS detail FROM settlement.escrow e
    LEFT JOIN settlement.account a ON a.code = '2002' AND a.subject = e.order_id
    LEFT JOIN settlement.balance b ON b.account_id = a.id
    WHERE e.funded <> e.released + e.refunded + e.held OR e.held <> coalesce(-b.balance, 0)`,
  'the lines of a distribution are its gross, its shares the distributable': `
    SELECT d.id AS subject, sum((l->'amount'->>'amount')::bigint)::text AS detail
    FROM settlement.distribution d, jsonb_array_elements(d.lines) l GROUP BY d.id
    HAVING sum((l->'amount'->>'amount')::bigint) <> d.gross
      OR coalesce(sum((l->'amount'->>'amount')::bigint) FILTER (WHERE l->>'id' LIKE 'share-%'), 0) <> d.distributable`,
  'revenue comes only from a published fee schedule': `
    SELECT t.id AS subject, t.subject AS detail FROM settlement.transfer t
    JOIN settlement.account a ON a.id = t.credit AND a.code LIKE '4%'
    LEFT JOIN settlement.distribution d ON d.id = split_part(t.subject, '/', 1)
    LEFT JOIN settlement.fee_schedule f ON f.id = d.fee_schedule_id AND f.state <> 'PROPOSED'
    WHERE t.kind <> 'RELEASE' OR f.id IS NULL`,
  'every transfer is one leaf of the ledger': `
    SELECT t.id AS subject, count(p.*)::text AS detail FROM settlement.transfer t
    LEFT JOIN ledger.payload p ON p.stream = t.id AND p.type = 'settlement.transfer-posted.v1'
    GROUP BY t.id HAVING count(p.*) <> 1`,
  'a reconciliation without items has no difference': `
    SELECT id AS subject, (bank_balance - book_balance)::text AS detail FROM settlement.reconciliation
    WHERE bank_balance <> book_balance AND jsonb_array_length(items) = 0`,
};

/** Checks the books of all accounts against every rule; for tests, auditors and operations. */
export class CheckBooks extends Query<BooksCheck> {
  /** One statement, one snapshot: transfers under way do not look like faults. */
  static sql(): string {
    return Object.entries(rules)
      .map(([rule, sql]) => `SELECT '${rule}' AS rule, subject, detail FROM (${sql} LIMIT 100) AS found`)
      .join(' UNION ALL ');
  }
}

@QueryHandler(CheckBooks)
export class CheckBooksHandler implements IQueryHandler<CheckBooks> {
  constructor(private readonly sql: Sql) {}

  async execute(): Promise<BooksCheck> {
    permit('books.check');
    const faults = await this.sql.rows<BooksCheck['faults'][number]>(CheckBooks.sql());
    return { ok: faults.length === 0, faults };
  }
}
