import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeBundle, leafHash, openCheckpoint, parseVkey, Tree } from '@app/tlog';
import { Module } from '@nestjs/common';
import pg from 'pg';
import request from 'supertest';
import { LedgerDatabase } from '../src/ledger/ledger-database.js';
import { Publisher } from '../src/ledger/publisher.js';
import { Sequencer } from '../src/ledger/sequencer.js';
import { sessionOptions, type DatabaseRole } from '../src/platform/data-source.js';
import type { EventMeta } from '../src/platform/event.js';
import { Log } from '../src/platform/log.js';
import { registry } from '../src/platform/metrics.js';
import { Reaction, Relay, type Reacts } from '../src/platform/relay.js';
import { Sql } from '../src/platform/sql.js';
import { startApp, type TestApp } from './support/app.js';
import { note, Noted } from './support/noted.js';

/** Writes down what the relay brings, in the relay's own transaction. */
@Reaction({ consumer: 'test.noted', to: [Noted] })
class WriteDown implements Reacts<Noted> {
  constructor(private readonly sql: Sql) {}

  async on(_: Noted, { id, leafIndex }: EventMeta): Promise<void> {
    await this.sql.rows('INSERT INTO public.noted (id, leaf_index) VALUES ($1, $2)', [id, leafIndex]);
  }
}
Reflect.defineMetadata('design:paramtypes', [Sql], WriteDown);

@Module({ providers: [WriteDown] })
class WriteDownModule {}

let t: TestApp;
let superuser: pg.Client;
let open: pg.Client[] = [];

async function connect(role?: DatabaseRole): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: t.databaseUrl, ...(role && { options: sessionOptions(role) }) });
  await client.connect();
  open.push(client);
  return client;
}

beforeEach(async () => {
  t = await startApp({}, WriteDownModule);
  superuser = await connect();
  await superuser.query(`CREATE TABLE public.noted (place serial, id uuid PRIMARY KEY, leaf_index bigint);
    GRANT ALL ON public.noted, public.noted_place_seq TO databourse_app`);
});
afterEach(async () => {
  await Promise.all(open.map((client) => client.end()));
  open = [];
  await t.close();
});

const step = (): Promise<number> => t.app.get(Sequencer).step();
/** Steps until that many leaves are taken: transactions in other databases of the cluster make a step wait, too. */
async function take(count: number, sequencer = t.app.get(Sequencer)): Promise<void> {
  let taken = 0;
  while (taken < count) taken += (await sequencer.step()) || (await sleep(5, 0));
  expect(taken).toBe(count);
}
async function stepUntilItFails(): Promise<never> {
  for (;;) if ((await step()) === 0) await sleep(5);
}
const publish = (): Promise<number> => t.app.get(Publisher).step();
const get = (path: string): request.Test => request(t.app.getHttpServer()).get(path);
const bytesOf = async (path: string): Promise<Buffer> =>
  Buffer.from((await get(path).set('accept-encoding', 'identity').expect(200)).body as Uint8Array);
const rangeOf = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

async function logIds(): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const entries = await t.app.get(Log).read(ids.length);
    if (entries.length === 0) return ids;
    for (const { id, leafIndex } of entries) expect(ids.push(id)).toBe(leafIndex + 1);
  }
}

async function counter(name: string): Promise<number> {
  const { values } = (await registry.getSingleMetric(name)?.get()) ?? { values: [] };
  return values[0]?.value ?? 0;
}

describe('the sequencer', () => {
  it('waits for a transaction that began to write earlier and commits later', async () => {
    const [early, late] = [await connect('databourse_app'), await connect('databourse_app')];
    await early.query('BEGIN');
    const [first] = await note(early, 'tst_early', [1]);
    const [second] = await note(late, 'tst_late', [1]);
    expect(await step()).toBe(0);
    await early.query('COMMIT');
    await take(2);
    expect(await logIds()).toEqual([first, second]);
  });

  it('loses and repeats nothing of 16 writers with transactions of random length; nor does the relay', async () => {
    const committed: string[] = [];
    const write = async (writer: number): Promise<void> => {
      const db = await connect('databourse_app');
      let version = 1;
      for (let i = 0; i < 25; i += 1) {
        const count = randomInt(1, 5);
        await db.query('BEGIN');
        const ids = await note(db, `tst_${writer}`, rangeOf(version, count));
        await sleep(randomInt(20) ** 2 / 10);
        const kept = randomInt(8) > 0;
        await db.query(kept ? 'COMMIT' : 'ROLLBACK');
        if (!kept) continue;
        version += count;
        committed.push(...ids);
      }
    };
    let writing = true;
    const writers = Promise.all(rangeOf(0, 16).map(write)).finally(() => (writing = false));
    while (writing) await Promise.all([step().then(publish), t.app.get(Relay).step()]);
    await writers;
    await t.settle();
    const ids = await logIds();
    expect(ids.toSorted()).toEqual(committed.toSorted());
    const { rows } = await superuser.query<{ id: string }>('SELECT id FROM public.noted ORDER BY place');
    expect(rows.map(({ id }) => id)).toEqual(ids);
    const streams = await superuser.query(
      `SELECT FROM (SELECT version, row_number() OVER (PARTITION BY stream ORDER BY leaf_index) AS place
         FROM ledger.payload JOIN public.noted ON id = event_id) e WHERE version <> place`,
    );
    expect(streams.rowCount).toBe(0);
  });

  it('writes a step wholly or not at all', async () => {
    await note(superuser, 'tst_1', rangeOf(1, 300));
    await superuser.query(`
      CREATE FUNCTION public.break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'disk full'; END $$;
      CREATE TRIGGER broken BEFORE INSERT ON ledger.bundle EXECUTE FUNCTION public.break()`);
    await expect(stepUntilItFails()).rejects.toThrow('disk full');
    await expect(stepUntilItFails()).rejects.toThrow('disk full');
    expect((await superuser.query('SELECT FROM ledger.tile')).rowCount).toBe(0);
    await superuser.query('DROP TRIGGER broken ON ledger.bundle');
    await take(300);
    expect(await logIds()).toHaveLength(300);
  });

  it('takes what a restored cluster brought along, whatever its transaction ids, and then what is new', async () => {
    await superuser.query(
      `INSERT INTO ledger.intake (gen, xid, seq, leaf, slot) VALUES (1, '18000000000000000000', 7, '{"id":"old"}', 0)`,
    );
    await expect(step()).rejects.toThrow('npm run restore');
    await superuser.query('INSERT INTO ledger.generation VALUES (2)');
    const [fresh] = await note(superuser, 'tst_1', [1]);
    await take(2);
    expect(await logIds()).toEqual(['old', fresh]);
  });

  it('does not begin in a cluster that is behind the log', async () => {
    await superuser.query(`UPDATE ledger.head SET gen = 1, xid = '4000000000'`);
    await note(superuser, 'tst_1', [1]);
    await expect(step()).rejects.toThrow('npm run restore');
    expect((await superuser.query('SELECT size FROM ledger.head')).rows).toEqual([{ size: '0' }]);
  });

  it('goes on after its connection was cut', async () => {
    await note(superuser, 'tst_1', [1]);
    await take(1);
    await superuser.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'databourse ledger'`);
    await note(superuser, 'tst_1', [2]);
    // The step that meets the cut fails, unless the cut was noticed before.
    let taken = 0;
    while (taken === 0) taken = (await step().catch(() => 0)) || (await sleep(5, 0));
    expect(taken).toBe(1);
    expect(await logIds()).toHaveLength(2);
  });

  it('leads alone, and shuts out whom it succeeded', async () => {
    const database = new LedgerDatabase(t.databaseUrl);
    const other = new Sequencer(database, t.app.get(Relay));
    await note(superuser, 'tst_1', rangeOf(1, 3));
    await take(3);
    expect(await other.step()).toBe(0);
    await note(superuser, 'tst_1', [4]);
    // As if another had taken the lead while this one slept.
    await superuser.query('UPDATE ledger.head SET fence = fence + 1');
    await expect(stepUntilItFails()).rejects.toThrow('another process leads');
    const { rows } = await superuser.query(
      `SELECT b.width, octet_length(t.hashes) / 32 AS hashes FROM ledger.bundle b, ledger.tile t`,
    );
    expect(rows).toEqual([{ width: 3, hashes: 3 }]);
    // The lock goes with the connection, which the server closes in its own time.
    await take(1, other);
    expect(await step()).toBe(0);
    expect(await logIds()).toHaveLength(4);
    await other.beforeApplicationShutdown();
    await database.onApplicationShutdown();
  });

  it('lets leaves gather for a moment, looks often for those of other processes, and seldom whether it may lead', async () => {
    const database = new LedgerDatabase(t.databaseUrl);
    const other = new Sequencer(database, t.app.get(Relay));
    const pause = (one: Sequencer, done: number, idleMs = 1): number => one['pauseAfter'](done, idleMs);
    await step();
    await other.step();
    const sequencer = t.app.get(Sequencer);
    expect([4096, 4095, 1, 0].map((done) => pause(sequencer, done))).toEqual([0, 10, 10, 10]);
    expect([pause(sequencer, 0, 250), sequencer['restMs']]).toEqual([250, 250]);
    expect(pause(other, 0)).toBe(500);
    await database.onApplicationShutdown();
  });

  it('does not go on from tiles that are not those of the head', async () => {
    await note(superuser, 'tst_1', rangeOf(1, 3));
    await take(3);
    await superuser.query(`ALTER TABLE ledger.tile DISABLE TRIGGER ALL;
      UPDATE ledger.tile SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1)`);
    const database = new LedgerDatabase(t.databaseUrl);
    await t.app.get(Sequencer).beforeApplicationShutdown();
    const successor = new Sequencer(database, t.app.get(Relay));
    await expect(successor.step()).rejects.toThrow('do not give its root');
    await database.onApplicationShutdown();
  });
});

describe('the publisher', () => {
  const published = async () => {
    const verifier = parseVkey((await get('/log/key').expect(200)).text.trim());
    return openCheckpoint((await get('/log/checkpoint').expect(200)).text, [verifier]).checkpoint;
  };

  it('is neither hurried by news nor slowed by quiet: it looks once a second', () => {
    const publisher = t.app.get(Publisher);
    expect([publisher['idleMs'], publisher['restMs'] <= publisher['idleMs']]).toEqual([1000, true]);
  });

  it('signs the root of all leaves, first of none', async () => {
    expect((await get('/log/checkpoint')).status).toBe(404);
    await publish();
    expect(await published()).toMatchObject({ size: 0, origin: t.config.LEDGER_ORIGIN });
    await note(superuser, 'tst_1', rangeOf(1, 300));
    await take(300);
    expect(await published()).toMatchObject({ size: 0 });
    await publish();
    const tree = new Tree();
    const bundles = await Promise.all(['000', '001.p/44'].map((n) => bytesOf(`/log/tile/entries/${n}`)));
    for (const leaf of bundles.flatMap((bundle) => decodeBundle(bundle))) tree.append(leafHash(leaf));
    expect(await published()).toEqual({ origin: t.config.LEDGER_ORIGIN, size: 300, root: tree.root });
  });

  it('refuses a forked and a smaller tree, whatever else the database says', async () => {
    await note(superuser, 'tst_1', rangeOf(1, 3));
    await take(3);
    await publish();
    const before = await counter('databourse_log_refusals_total');
    await superuser.query(`ALTER TABLE ledger.head DISABLE TRIGGER ALL; ALTER TABLE ledger.checkpoint DISABLE TRIGGER ALL;
      DELETE FROM ledger.checkpoint; CREATE TABLE public.kept AS SELECT * FROM ledger.head;
      UPDATE ledger.head SET root = sha256('fork')`);
    await expect(publish()).rejects.toThrow('the signed tree of 3 is not a prefix of it');
    await superuser.query('UPDATE ledger.head SET size = 2');
    await expect(publish()).rejects.toThrow('a tree of 3 is signed already');
    expect(await counter('databourse_log_refusals_total')).toBe(before + 2);
    expect((await get('/log/checkpoint')).status).toBe(404);
    await superuser.query('UPDATE ledger.head h SET size = k.size, root = k.root FROM public.kept k');
    await publish();
    expect(await published()).toMatchObject({ size: 3 });
  });

  it('refuses a longer tree with another past', async () => {
    await note(superuser, 'tst_1', rangeOf(1, 3));
    await take(3);
    await publish();
    // A restored backup that went another way: one leaf of the past is another.
    await superuser.query(`ALTER TABLE ledger.head DISABLE TRIGGER ALL; ALTER TABLE ledger.tile DISABLE TRIGGER ALL;
      ALTER TABLE ledger.bundle DISABLE TRIGGER ALL; DELETE FROM ledger.tile; DELETE FROM ledger.bundle;
      UPDATE ledger.head SET size = 0, root = sha256(''), fence = fence + 1`);
    await note(superuser, 'tst_2', rangeOf(1, 5));
    await expect(stepUntilItFails()).rejects.toThrow('another process leads');
    await take(5);
    await expect(publish()).rejects.toThrow('not a prefix');
  });
});
