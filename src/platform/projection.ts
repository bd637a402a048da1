import type { DomainEvent, EventClass, EventMeta } from './event.js';

/** A row as its table holds it, by column name (snake_case). A column that is left out is NULL. */
export type Row = Record<string, unknown>;

type EventOf<C> = C extends new (...args: never[]) => infer E ? E : never;
type Meta = Omit<EventMeta, 'leafIndex'>;

export interface Projection {
  /** `schema.table` */
  readonly table: string;
  readonly of: ReadonlySet<EventClass>;
  fold(event: DomainEvent, rows: Map<string, Row>, meta: Meta): void;
}

const byTable = new Map<string, Projection>();

/**
 * Says how the rows of an audited table that is not an aggregate's follow from events, so that replay can compare them:
 *
 *     projection('settlement.account', {
 *       of: [AccountOpened, TransferPosted],
 *       fold(event, rows) {
 *         if (event instanceof AccountOpened) rows.set(event.accountId, { id: event.accountId, balance: '0', version: 0 });
 *         else for (const entry of event.entries) {
 *           const account = rows.get(entry.accountId)!;
 *           account['balance'] = String(BigInt(account['balance'] as string) + BigInt(entry.amount));
 *         }
 *       },
 *     });
 *
 * Events come in the order of the log. `rows` is keyed by the primary key (several columns: in their order, joined with `/`).
 * Values are what the column holds: bigint and numeric as decimal strings, instants as Date or RFC 3339 text, dates as
 * YYYY-MM-DD, jsonb as a JSON value. Every column must follow from the events; generated columns are not compared.
 */
export function projection<C extends EventClass>(
  table: string,
  { of, fold }: { of: readonly C[]; fold: (event: EventOf<C>, rows: Map<string, Row>, meta: Meta) => void },
): void {
  if (byTable.has(table)) throw new Error(`two projections claim ${table}`);
  byTable.set(table, { table, of: new Set<EventClass>(of), fold: fold as Projection['fold'] });
}

export const projections = (): ReadonlyMap<string, Projection> => byTable;
