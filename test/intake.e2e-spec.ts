import { setTimeout as sleep } from 'node:timers/promises';
import { decodeBundle } from '@app/tlog';
import fc from 'fast-check';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { LedgerDatabase } from '../src/ledger/ledger-database.js';
import { replay } from '../src/ledger/replay.js';
import { Sequencer } from '../src/ledger/sequencer.js';
import { binaryArray } from '../src/platform/binary-array.js';
import { dataSourceOptions, migrate, sessionOptions, type DatabaseRole } from '../src/platform/data-source.js';
import { registry } from '../src/platform/metrics.js';
import { prepareDatabase } from '../src/platform/prepare-database.js';
import type { Relay } from '../src/platform/relay.js';
import { freshDatabase, urlOf } from './support/app.js';
import { note } from './support/noted.js';

const SLOT = 65_536;
const relay = { nudge: () => undefined } as Relay;

let url: string;
let superuser: pg.Client;
let sequencer: Sequencer;
let closing: (() => Promise<unknown>)[] = [];

async function connect(role?: DatabaseRole): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, ...(role && { options: sessionOptions(role) }) });
  await client.connect();
  closing.push(() => client.end());
  return client;
}

function begin(database: LedgerDatabase): Sequencer {
  const made = new Sequencer(database, relay);
  closing.push(async () => {
    await made.beforeApplicationShutdown();
    await database.onApplicationShutdown();
  });
  return made;
}

beforeEach(async () => {
  url = urlOf(await freshDatabase());
  superuser = await connect();
  sequencer = begin(new LedgerDatabase(url));
});
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  closing = [];
});

/** Polls: a leaf has to wait for every older transaction of the cluster, and other tests have some. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(5);
}
const waiting = async (): Promise<number> =>
  (
    await superuser.query(
      'SELECT FROM ledger.intake i, ledger.head h WHERE (i.gen, i.xid, i.seq) > (h.gen, h.xid, h.seq)',
    )
  ).rowCount!;
const drain = (): Promise<void> => until(async () => (await waiting()) === 0 || (await sequencer.step()) < 0);
const kept = async (): Promise<number> => (await superuser.query('SELECT FROM ledger.intake')).rowCount!;
/** As if that many slots were filled: the leaves' numbers jump. */
const skip = (db: pg.ClientBase, slots = 1): Promise<unknown> =>
  db.query(`SELECT setval('ledger.intake_seq', last_value + $1::int) FROM ledger.intake_seq`, [slots * SLOT]);
const rotate = async (db: pg.ClientBase): Promise<number> =>
  (await db.query<{ n: number }>('SELECT ledger.rotate() AS n')).rows[0]!.n;

async function logIds(): Promise<string[]> {
  const { rows } = await superuser.query<{ data: Buffer }>('SELECT data FROM ledger.bundle ORDER BY n');
  const leaves = rows.flatMap(({ data }) => decodeBundle(data));
  return leaves.map((leaf) => (JSON.parse(Buffer.from(leaf).toString()) as { id: string }).id);
}
async function gauge(name: string): Promise<number> {
  return (await registry.getSingleMetric(name)!.get()).values[0]!.value;
}

describe('a slot of the intake', () => {
  it('goes when all of it is sequenced, but neither the one in use nor the next', async () => {
    const db = await connect('databourse_sequencer');
    await note(superuser, 'tst_1', [1, 2, 3]);
    await drain();
    expect([await rotate(db), await kept()]).toEqual([0, 3]);
    await skip(superuser);
    expect([await rotate(db), await kept()]).toEqual([1, 0]);
    await note(superuser, 'tst_1', [4, 5]);
    await skip(superuser, 3); // The next one to be written is the one that holds them.
    await drain();
    expect([await rotate(db), await kept()]).toEqual([0, 2]);
    await skip(superuser, 3);
    expect([await rotate(db), await kept()]).toEqual([1, 0]);
  });

  it('stays while one leaf of it waits, also one of a transaction that has not ended', async () => {
    const db = await connect('databourse_sequencer');
    const ids = await note(superuser, 'tst_1', [1, 2]);
    await drain();
    const late = await connect('databourse_app');
    await late.query('BEGIN');
    ids.push(...(await note(late, 'tst_2', [1])));
    await skip(superuser, 2);
    expect(await rotate(db)).toBe(0); // And it did not wait for it.
    await late.query('COMMIT');
    expect([await rotate(db), await kept(), await waiting()]).toEqual([0, 3, 1]);
    await drain();
    await rotate(db);
    expect([await kept(), await logIds()]).toEqual([0, ids]);
  });

  it('stays while somebody reads it in one snapshot', async () => {
    const [db, reader] = [await connect('databourse_sequencer'), await connect('databourse_auditor')];
    await note(superuser, 'tst_1', [1]);
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await reader.query('LOCK TABLE ledger.intake IN ACCESS SHARE MODE');
    await reader.query('SELECT size FROM ledger.head');
    await drain();
    await skip(superuser, 2);
    expect(await rotate(db)).toBe(0);
    expect((await reader.query('SELECT FROM ledger.intake')).rowCount).toBe(1);
    await reader.query('COMMIT');
    expect(await rotate(db)).toBe(1);
  });

  it('stays while a replay has still to fold it', async () => {
    const db = await connect('databourse_sequencer');
    await note(superuser, 'tst_1', [1, 2, 3]);
    const auditor = await new DataSource(dataSourceOptions(url, 'databourse_auditor', 1)).initialize();
    closing.push(() => auditor.destroy());
    const runner = auditor.createQueryRunner();
    const query = runner.query.bind(runner) as (sql: string, parameters?: unknown[]) => Promise<unknown>;
    runner.query = (async (sql: string, parameters?: unknown[]) => {
      if (sql.includes('FROM ledger.intake')) {
        await drain();
        await skip(superuser, 2);
        expect(await rotate(db)).toBe(0);
      }
      return query(sql, parameters);
    }) as typeof runner.query;
    auditor.createQueryRunner = () => runner;
    expect((await replay(auditor)).events).toBe(3);
    expect(await rotate(db)).toBe(1);
  });

  it('is emptied by the sequencer itself, in its own time', async () => {
    await note(superuser, 'tst_1', [1]);
    await skip(superuser, 2);
    await until(async () => (await sequencer.step()) >= 0 && (await kept()) === 0);
    expect(await logIds()).toHaveLength(1);
  });

  it.each([
    ['the owner', 'databourse_owner'],
    ['a superuser', undefined],
  ] as const)('lets not even %s remove what waits', async (_, role) => {
    const db = await connect(role);
    await db.query('SET session_replication_role = replica').catch(() => undefined);
    await note(superuser, 'tst_1', [1]);
    await expect(db.query('TRUNCATE ledger.intake_0')).rejects.toThrow('not sequenced');
    await expect(db.query('TRUNCATE ledger.intake')).rejects.toThrow('does not allow TRUNCATE');
    await drain();
    // A snapshot that is older than what waits by now.
    await db.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await db.query('SELECT size FROM ledger.head');
    await note(superuser, 'tst_1', [2]);
    await expect(db.query('TRUNCATE ledger.intake_0')).rejects.toThrow('READ COMMITTED only');
    await db.query('ROLLBACK');
    await drain();
    await expect(db.query('TRUNCATE ledger.intake')).rejects.toThrow('does not allow TRUNCATE');
    await db.query('TRUNCATE ledger.intake_0');
    expect([await kept(), (await logIds()).length]).toEqual([0, 2]);
  });

  it('is out of reach for every other role', async () => {
    for (const role of ['databourse_app', 'databourse_auditor', 'databourse_sequencer'] as const) {
      const db = await connect(role);
      for (const sql of ['TRUNCATE ledger.intake_0', 'TRUNCATE ledger.intake', 'DELETE FROM ledger.intake_0'])
        await expect(db.query(sql)).rejects.toMatchObject({ code: '42501' });
      if (role !== 'databourse_sequencer') await expect(rotate(db)).rejects.toMatchObject({ code: '42501' });
    }
  });
});

describe('no leaf is lost or repeated', () => {
  it('whatever is written, ended, sequenced, rotated and removed in whatever order', async () => {
    const writers = await Promise.all([0, 1, 2].map(() => connect('databourse_app')));
    const [rotator, owner] = [await connect('databourse_sequencer'), await connect('databourse_owner')];
    await owner.query(`SET lock_timeout = '1ms'`);
    const committed: string[] = [];
    const open: string[][] = [[], [], []];
    let version = 0;
    const write = async (w: number): Promise<void> => {
      if (open[w]!.length === 0) await writers[w]!.query('BEGIN');
      open[w]!.push(...(await note(writers[w]!, 'tst_1', [(version += 1), (version += 1)])));
    };
    const end = async (w: number, how: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
      if (open[w]!.length > 0) await writers[w]!.query(how);
      if (how === 'COMMIT') committed.push(...open[w]!);
      open[w] = [];
    };
    const act = fc.oneof(
      { weight: 4, arbitrary: fc.nat(2).map((w) => () => write(w)) },
      { weight: 2, arbitrary: fc.nat(2).map((w) => () => end(w, 'COMMIT')) },
      { weight: 1, arbitrary: fc.nat(2).map((w) => () => end(w, 'ROLLBACK')) },
      { weight: 3, arbitrary: fc.constant(() => sequencer.step()) },
      { weight: 2, arbitrary: fc.constant(() => rotate(rotator)) },
      { weight: 2, arbitrary: fc.constant(() => skip(superuser)) },
      {
        weight: 2,
        arbitrary: fc.nat(3).map((n) => () => owner.query(`TRUNCATE ledger.intake_${n}`).catch(() => undefined)),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 60 }), async (acts) => {
        for (const step of acts) await step();
        for (const w of [0, 1, 2]) await end(w, 'COMMIT');
        await drain();
        expect((await logIds()).toSorted()).toEqual(committed.toSorted());
      }),
      { numRuns: 30 },
    );
  });

  it('with two sequencers that both believe to lead, eight writers and slots that go meanwhile', async () => {
    // The lock that says who leads only saves work: here it is had by everyone who asks.
    class Lockless extends LedgerDatabase {
      override async connect(): Promise<pg.PoolClient> {
        const client = await super.connect();
        const query = client.query.bind(client) as (...args: unknown[]) => unknown;
        const answer = (...args: unknown[]): unknown =>
          String(args[0]).includes('pg_try_advisory_lock') ? { rows: [{ leads: true }] } : query(...args);
        return Object.assign(client, { query: answer });
      }
    }
    const committed: string[] = [];
    const failures: string[] = [];
    let writing = true;
    const write = async (writer: number): Promise<void> => {
      const db = await connect('databourse_app');
      for (let i = 0; i < 20; i += 1) {
        await db.query('BEGIN');
        const ids = await note(db, `tst_${writer}_${i}`, [1, 2, 3]);
        await sleep((writer * i) % 7);
        await db.query(i % 5 === 4 ? 'ROLLBACK' : 'COMMIT');
        if (i % 5 !== 4) committed.push(...ids);
      }
    };
    const sequence = async (one: Sequencer): Promise<void> => {
      while (writing || (await waiting()) > 0) {
        const done = await one.step().catch((error: Error) => void failures.push(error.message));
        if (!done) await sleep(1);
      }
    };
    const turn = async (): Promise<void> => {
      const db = await connect('databourse_sequencer');
      while (writing) {
        await skip(superuser);
        await rotate(db);
      }
    };
    const writers = Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(write)).finally(() => (writing = false));
    const leaders = [begin(new Lockless(url)), begin(new Lockless(url))];
    await Promise.all([writers, turn(), ...leaders.map(sequence)]);
    // However they met: at least one of these continues what the other has moved on.
    for (const [i, n] of [0, 1, 0].entries()) {
      committed.push(...(await note(superuser, 'tst_last', [i + 1])));
      await sequence(leaders[n]!);
    }
    expect((await logIds()).toSorted()).toEqual(committed.toSorted());
    expect(failures.filter((message) => !message.includes('another process leads'))).toEqual([]);
    expect(failures.length).toBeGreaterThan(0);
  });

  it('where a reader that follows the numbers loses some, settled or not', async () => {
    const [first, second] = [await connect('databourse_app'), await connect('databourse_app')];
    // The transaction with the smaller id writes the greater number, and ends first.
    await first.query('BEGIN; SELECT pg_current_xact_id()');
    await second.query('BEGIN');
    const [late] = await note(second, 'tst_2', [1]);
    const [early] = await note(first, 'tst_1', [1]);
    await first.query('COMMIT');
    const follow = (settled: string) => {
      const read: string[] = [];
      let cursor = '0';
      return async (): Promise<string[]> => {
        const { rows } = await superuser.query<{ seq: string; leaf: Buffer }>(
          `SELECT seq, leaf FROM ledger.intake WHERE seq > $1 AND ${settled} ORDER BY seq`,
          [cursor],
        );
        for (const { seq, leaf } of rows) {
          cursor = seq;
          read.push((JSON.parse(leaf.toString()) as { id: string }).id);
        }
        return read;
      };
    };
    const byNumber = follow('true');
    const bySettledNumber = follow('xid < pg_snapshot_xmin(pg_current_snapshot())');
    await byNumber();
    await until(async () => (await bySettledNumber()).length + (await sequencer.step()) > 0);
    await until(async () => (await bySettledNumber()).length > 0);
    await second.query('COMMIT');
    await drain();
    await until(async () => (await logIds()).length === 2);
    expect([await byNumber(), await bySettledNumber()]).toEqual([[early], [early]]);
    expect(await logIds()).toEqual([early, late]);
  });
});

it('tells the age of what waits, which grows while another transaction that writes stays open', async () => {
  const lag = (): Promise<number> => gauge('databourse_log_settle_lag_seconds');
  const other = await connect('databourse_app');
  await other.query('BEGIN; SELECT pg_current_xact_id()');
  await note(superuser, 'tst_1', [1, 2]);
  await until(async () => (await sequencer.step()) === 0 && (await lag()) > 0);
  const before = await lag();
  expect(await gauge('databourse_log_backlog_leaves')).toBe(2);
  await until(async () => (await sequencer.step()) === 0 && (await lag()) > before);
  await other.query('COMMIT');
  await until(async () => (await sequencer.step()) === 0 && (await lag()) === 0);
  expect(await gauge('databourse_log_backlog_leaves')).toBe(0);
  expect(await logIds()).toHaveLength(2);
});

it('reads what is settled along the indexes of the slots, before any statistics', async () => {
  const db = await new LedgerDatabase(url).connect();
  closing.push(async () => db.release(true));
  const { rows } = await db.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN (COSTS OFF) SELECT leaf FROM ledger.intake WHERE (gen, xid, seq) > (1, '9', 9)
     ORDER BY gen, xid, seq LIMIT 4096`,
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan.match(/Index Scan using intake_\d_pkey/g)).toHaveLength(4);
  expect(plan).not.toMatch(/Seq Scan|->\s+Sort/);
});

it('brings along what waited when the intake got its slots', async () => {
  const { pathname } = new URL(url);
  const name = `${pathname.slice(1)}_9`;
  await superuser.query(`CREATE DATABASE ${name} TEMPLATE template0`);
  url = urlOf(name);
  const db = await connect();
  const roles = ['databourse_owner', 'databourse_app', 'databourse_sequencer', 'databourse_auditor'];
  await prepareDatabase(async (sql, parameters) => (await db.query(sql, parameters)).rows, roles);
  const options = dataSourceOptions(url, 'databourse_owner', 1);
  const before = await new DataSource({ ...options, migrations: (options.migrations as []).slice(0, 9) }).initialize();
  await before.runMigrations();
  await before.destroy();
  const [, ...ids] = await note(db, 'tst_1', [1, 2, 3]);
  await db.query(
    `UPDATE ledger.head SET (gen, xid, seq) = (SELECT gen, xid, seq FROM ledger.intake ORDER BY seq LIMIT 1)`,
  );
  await migrate(url);
  superuser = db;
  sequencer = begin(new LedgerDatabase(url));
  expect(await kept()).toBeGreaterThanOrEqual(2);
  const fresh = await note(db, 'tst_1', [4]);
  await drain();
  expect((await logIds()).filter((id) => [...ids, ...fresh].includes(id))).toEqual([...ids, ...fresh]);
  await skip(db, 2);
  const rotator = await connect('databourse_sequencer');
  expect([await rotate(rotator), await kept()]).toEqual([1, 0]);
});

it('sends arrays in binary that arrive as they were', async () => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map((value) => Buffer.from(value));
  const text = fc.string({ unit: 'binary', maxLength: 50 }).map((value) => value.replaceAll('\0', ''));
  await fc.assert(
    fc.asyncProperty(fc.array(bytes), fc.array(text), async (b, t) => {
      const { rows } = await superuser.query('SELECT $1::bytea[] AS b, $2::text[] AS t', [
        binaryArray('bytea', b),
        binaryArray('text', t),
      ]);
      expect(rows).toEqual([{ b, t }]);
    }),
    { numRuns: 50 },
  );
});
