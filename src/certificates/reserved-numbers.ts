import { LAST_SERIAL } from '@app/rulepacks';
import type { Sql } from '../platform/sql.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';

/** Begins the name of a counter whose numbers end at the last serial. */
export const SERIAL = 'serial ';

/** The next numbers of some counters, which nobody else gets while the transaction lasts. */
export class ReservedNumbers {
  private readonly last: Map<string, number>;

  private constructor(
    private readonly counters: readonly { readonly name: string; readonly value: number }[],
    needed: ReadonlyMap<string, number>,
  ) {
    this.last = new Map(counters.map(({ name, value }) => [name, value - needed.get(name)!]));
  }

  /** @param needed how many of each counter; one statement takes them all */
  static async take(sql: Sql, needed: ReadonlyMap<string, number>): Promise<ReservedNumbers> {
    const counters = [...needed].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const rows = await sql.rows<{ name: string; value: number }>(
      `INSERT INTO certificates.counter AS c (name, value) SELECT * FROM unnest($1::text[], $2::int[])
       ON CONFLICT (name) DO UPDATE SET value = c.value + excluded.value RETURNING name, value`,
      [counters.map(([name]) => name), counters.map(([, count]) => count)],
    );
    return new ReservedNumbers(rows, needed);
  }

  next(counter: string): number {
    const value = this.last.get(counter)! + 1;
    this.last.set(counter, value);
    return value;
  }

  /** What was not used has its turn later; beyond the last serial there is none. */
  giveBack(uow: UnitOfWork): void {
    const left = this.counters.flatMap(({ name, value }) => {
      const last = Math.min(this.last.get(name)!, name.startsWith(SERIAL) ? LAST_SERIAL : Infinity);
      return last < value ? [{ name, last }] : [];
    });
    if (left.length === 0) return;
    uow.withCommit(
      'UPDATE certificates.counter c SET value = u.value FROM unnest($1::text[], $2::int[]) AS u (name, value) WHERE c.name = u.name',
      [left.map(({ name }) => name), left.map(({ last }) => last)],
    );
  }
}
