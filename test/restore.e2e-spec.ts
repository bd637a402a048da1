import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { completeUscc } from '@app/rulepacks';
import { decodeBundle, leafHash, openCheckpoint, parseVkey, Tree } from '@app/tlog';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { restore } from '../scripts/restore.js';
import { AppModule } from '../src/app.module.js';
import { LogKey } from '../src/ledger/log-key.js';
import { Publisher } from '../src/ledger/publisher.js';
import { RecordStart } from '../src/ledger/record-start.js';
import { Sequencer } from '../src/ledger/sequencer.js';
import { createApplication } from '../src/platform/application.js';
import { asSystem } from '../src/platform/context.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../src/platform/embedded-postgres.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { RegisterOrganisation } from '../src/parties/register-organisation.js';
import { startApp, urlOf, type TestApp } from './support/app.js';
import { copyDatabase } from './support/copy-database.js';
import { differences } from './support/differences.js';
import { note } from './support/noted.js';

let t: TestApp;
let made: string[] = [];
let apps: NestFastifyApplication[] = [];

beforeEach(async () => {
  t = await startApp();
  await asSystem(() => t.app.get(UnitOfWork).execute(new RecordStart()));
  await register(t.app, 1);
  await append(t.databaseUrl, 1, 300);
  await sequence(t.app, t.databaseUrl);
  await t.app.get(Publisher).step();
});
afterEach(async () => {
  for (const app of apps) await app.close();
  await t.close();
  for (const name of made) await query(urlOf('postgres'), `DROP DATABASE ${name} WITH (FORCE)`);
  [made, apps] = [[], []];
});

async function query<T extends object>(url: string, sql: string, parameters: unknown[] = []): Promise<T[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<T>(sql, parameters)).rows;
  } finally {
    await client.end();
  }
}
async function append(url: string, from: number, count: number): Promise<string[]> {
  const client = new pg.Client(url);
  await client.connect();
  const versions = Array.from({ length: count }, (_, i) => from + i);
  try {
    return await note(client, 'tst_1', versions);
  } finally {
    await client.end();
  }
}
const register = (app: NestFastifyApplication, n: number) => {
  const uscc = completeUscc(`91440101DEM${String(n).padStart(6, '0')}`);
  const facts = { uscc, name: `Demonstration ${n}`, kind: 'ENTERPRISE', regionCode: '440100' } as const;
  return asSystem(() => app.get(UnitOfWork).execute(new RegisterOrganisation(facts)));
};
const WAITING = `SELECT FROM ledger.payload e, ledger.head h WHERE (e.gen, e.xid, e.seq) > (h.gen, h.xid, h.seq) LIMIT 1`;
async function sequence(app: NestFastifyApplication, url: string): Promise<void> {
  while ((await query(url, WAITING)).length > 0) if ((await app.get(Sequencer).step()) === 0) await sleep(5);
}

/** A copy of the database as it is now; the original one goes on. */
async function copy(): Promise<string> {
  const name = `test_copy_${randomBytes(5).toString('hex')}`;
  made.push(name);
  await query(urlOf('postgres'), `CREATE DATABASE ${name}`);
  await copyDatabase(t.databaseUrl, urlOf(name));
  return urlOf(name);
}

/** The service on another database, with the keys and the memory of the first. */
async function serviceOn(url: string): Promise<NestFastifyApplication> {
  const app = await createApplication(AppModule.with(t.config, url), t.config);
  try {
    await app.init();
  } catch (error) {
    await app.close();
    throw error;
  }
  apps.push(app);
  return app;
}

async function run(url: string, ...more: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const { DATA_DIR, LEDGER_ORIGIN } = t.config;
  const env = { NODE_ENV: 'test', DATA_DIR, LEDGER_ORIGIN, DATABASE_URL: url, DEMO: '1' };
  const code = await restore(more, env, { write: (chunk) => void (text += chunk) });
  return { code, text };
}
const WHO = ['--by', 'the operator', '--reason', 'the disk was lost'];

interface Stored {
  readonly size: string;
  readonly note: string;
}
const checkpoints = (url: string) => query<Stored>(url, 'SELECT size, note FROM ledger.checkpoint ORDER BY size');
const generations = async (url: string) => (await query(url, 'SELECT FROM ledger.generation')).length;
const ids = async (url: string): Promise<string[]> => {
  const bundles = await query<{ data: Buffer }>(url, 'SELECT data FROM ledger.bundle ORDER BY n');
  const leaves = bundles.flatMap(({ data }) => decodeBundle(data));
  return leaves.map((leaf) => (JSON.parse(Buffer.from(leaf).toString()) as { id: string }).id);
};

/** Every published checkpoint is one of one tree, signed by the log's key. */
async function mustBeOneLog(app: NestFastifyApplication, url: string): Promise<void> {
  const key = parseVkey((await app.get(LogKey).active())[0]!.vkey);
  const tree = new Tree();
  const roots = new Map<number, Buffer>([[0, tree.root]]);
  for (const { data } of await query<{ data: Buffer }>(url, 'SELECT data FROM ledger.bundle ORDER BY n'))
    for (const leaf of decodeBundle(data)) {
      tree.append(leafHash(leaf));
      roots.set(tree.size, tree.root);
    }
  for (const stored of await checkpoints(url)) {
    const { checkpoint } = openCheckpoint(stored.note, [key]);
    expect({ size: stored.size, root: checkpoint.root }).toEqual({
      size: stored.size,
      root: roots.get(checkpoint.size),
    });
  }
}

describe('a database restored into another cluster', () => {
  let cluster: EmbeddedPostgres;
  const throwaway = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  beforeAll(async () => {
    const dataDir = join(process.env['TEST_SCRATCH']!, 'second-cluster');
    cluster = await startEmbeddedPostgres({ dataDir, settings: throwaway });
  });
  afterAll(() => cluster.stop());

  it('goes on after "restore": nothing is lost, nothing is sequenced twice, the old log is a prefix', async () => {
    // The old cluster is far ahead with its transaction ids, and some leaves still wait there.
    await query(
      t.databaseUrl,
      `DO $$ BEGIN FOR i IN 1..20000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$`,
    );
    await append(t.databaseUrl, 301, 5);
    await sequence(t.app, t.databaseUrl);
    await t.app.get(Publisher).step();
    await register(t.app, 2);
    const waiting = await append(t.databaseUrl, 306, 7);
    const [before, published] = [await ids(t.databaseUrl), await checkpoints(t.databaseUrl)];
    const { url } = cluster;
    await copyDatabase(t.databaseUrl, url);
    const [old] = await query<{ ahead: boolean }>(url, 'SELECT xid > pg_current_xact_id() AS ahead FROM ledger.head');
    expect(old).toEqual({ ahead: true });

    await expect(serviceOn(url)).rejects.toThrow(/npm run restore/);
    expect(await run(url, ...WHO)).toMatchObject({ code: 0, text: expect.stringContaining('generation 2') });

    const app = await serviceOn(url);
    await register(app, 3);
    const fresh = await append(url, 313, 3);
    await sequence(app, url);
    await app.get(Publisher).step();
    const after = await ids(url);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.slice(before.length + 1, before.length + 8)).toEqual(waiting);
    expect(after.slice(-3)).toEqual(fresh);
    const all = await query<{ id: string }>(url, 'SELECT event_id AS id FROM ledger.payload');
    expect(after.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
    const [event] = await query<{ id: string; payload: string }>(
      url,
      `SELECT event_id AS id, payload FROM ledger.payload WHERE type = 'ledger.restored.v1'`,
    );
    expect(after.indexOf(event!.id)).toBe(before.length + 8);
    const signedSize = Number(published.at(-1)!.size);
    expect(JSON.parse(event!.payload)).toMatchObject({
      generation: 2,
      size: before.length,
      signedSize,
      by: 'the operator',
      reason: 'the disk was lost',
    });
    expect((await checkpoints(url)).map(({ note: signed }) => signed).slice(0, -1)).toEqual(
      published.map(({ note: signed }) => signed),
    );
    expect(Number((await checkpoints(url)).at(-1)!.size)).toBe(after.length);
    await mustBeOneLog(app, url);
    expect(await differences({ databaseUrl: url })).toEqual([]);
    // The old one, if it should still run, gets no signature any more.
    await append(t.databaseUrl, 313, 1);
    await sequence(t.app, t.databaseUrl);
    await expect(t.app.get(Publisher).step()).rejects.toThrow(/is signed already|not a prefix/);
  });
});

describe('an older database', () => {
  it('is refused by the publisher and by "restore", shorter or grown on another way', async () => {
    const older = await copy();
    await append(t.databaseUrl, 301, 4);
    await sequence(t.app, t.databaseUrl);
    await t.app.get(Publisher).step();
    const [{ size }] = (await checkpoints(t.databaseUrl)).slice(-1) as [Stored];
    const refused = await run(older, ...WHO);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.text).toContain(`已签名 ${size} 条`);
    expect(refused.text).toContain('Recover a later backup or further WAL');
    const app = await serviceOn(older);
    await expect(app.get(Publisher).step()).rejects.toThrow(`a tree of ${size} is signed already`);
    await append(older, 301, 9);
    await sequence(app, older);
    await expect(app.get(Publisher).step()).rejects.toThrow('not a prefix');
    await app.close();
    apps = [];
    const forked = await run(older, ...WHO);
    expect(forked).toMatchObject({ code: 1, text: expect.stringContaining('must not be signed') });
    expect(forked.text).toContain('不得签名');
    expect(await generations(older)).toBe(1);
    expect((await checkpoints(older)).at(-1)!.size).not.toBe(size);
    await t.app.get(Publisher).step();
  });

  it('is good when the leaves that are signed wait in it still', async () => {
    await append(t.databaseUrl, 301, 4);
    const older = await copy();
    await sequence(t.app, t.databaseUrl);
    await t.app.get(Publisher).step();
    expect(await run(older, ...WHO)).toMatchObject({ code: 0 });
    const app = await serviceOn(older);
    await sequence(app, older);
    await app.get(Publisher).step();
    expect((await ids(older)).slice(0, -1)).toEqual(await ids(t.databaseUrl));
    await mustBeOneLog(app, older);
  });

  it('is refused when other leaves wait in it than were signed', async () => {
    const older = await copy();
    await append(t.databaseUrl, 301, 4);
    await sequence(t.app, t.databaseUrl);
    await t.app.get(Publisher).step();
    await append(older, 301, 4);
    expect(await run(older, ...WHO)).toMatchObject({ code: 1, text: expect.stringContaining('not a prefix') });
    expect(await generations(older)).toBe(1);
  });
});

it('a lost memory is believed again only when somebody says so', async () => {
  const url = await copy();
  const [{ size }] = (await checkpoints(url)).slice(-1) as [Stored];
  await rm(join(t.config.DATA_DIR, 'signer'), { recursive: true });
  expect(await run(url, ...WHO)).toMatchObject({ code: 1, text: expect.stringContaining('--memory-lost') });
  expect(await run(url, ...WHO, '--memory-lost')).toMatchObject({ code: 0 });
  const app = await serviceOn(url);
  await sequence(app, url);
  await app.get(Publisher).step();
  expect(Number((await checkpoints(url)).at(-1)!.size)).toBe(Number(size) + 1);
  const [event] = await query<{ payload: string }>(
    url,
    `SELECT payload FROM ledger.payload WHERE type = 'ledger.restored.v1'`,
  );
  expect(JSON.parse(event!.payload)).toMatchObject({ signedSize: null });
});

it('the command asks for what it needs, and for a database that nobody else uses', async () => {
  expect(await run(t.databaseUrl)).toMatchObject({ code: 2, text: expect.stringContaining('npm run restore') });
  expect(await run(t.databaseUrl, '--by', ' ', '--reason', 'x')).toMatchObject({ code: 2 });
  expect(await run(t.databaseUrl, ...WHO, '--force')).toMatchObject({ code: 2 });
  const busy = await run(t.databaseUrl, ...WHO);
  expect(busy).toMatchObject({ code: 1, text: expect.stringContaining('请先停止服务') });
  expect(await generations(t.databaseUrl)).toBe(1);
});
