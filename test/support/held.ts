import pg from 'pg';

/**
 * Does `first` up to the row that somebody holds, then `second`, and lets go when that is done or waits, too.
 * @returns the answers, and whether `second` did wait
 */
export async function held<A, B>(
  { databaseUrl }: { readonly databaseUrl: string },
  row: string,
  id: string,
  first: () => Promise<A>,
  second: () => Promise<B>,
  strength = 'FOR UPDATE',
): Promise<{ first: A; second: B; hasWaited: boolean }> {
  const [lock, watch] = [new pg.Client(databaseUrl), new pg.Client(databaseUrl)];
  await Promise.all([lock.connect(), watch.connect()]);
  const areWaiting = async (n: number): Promise<boolean> => {
    const { rows } = await watch.query<{ n: string }>(
      `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return Number(rows[0]!.n) >= n;
  };
  try {
    await lock.query('BEGIN');
    await lock.query(`SELECT FROM ${row} = $1 ${strength}`, [id]);
    const begun = first();
    await until(() => areWaiting(1));
    let over = false;
    const other = second().finally(() => (over = true));
    await until(async () => over || (await areWaiting(2)));
    const hasWaited = !over;
    await lock.query('ROLLBACK');
    return { first: await begun, second: await other, hasWaited };
  } finally {
    await Promise.all([lock.end(), watch.end()]);
  }
}

async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setImmediate(resolve));
}
