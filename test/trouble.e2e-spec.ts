import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { completeUscc } from '@app/rulepacks';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import type { Response } from 'supertest';
import { DataSource } from 'typeorm';
import { AppModule } from '../src/app.module.js';
import { LedgerDatabase } from '../src/ledger/ledger-database.js';
import { LogSigner } from '../src/ledger/log-signer.js';
import { Publisher } from '../src/ledger/publisher.js';
import { Sequencer } from '../src/ledger/sequencer.js';
import { createApplication } from '../src/platform/application.js';
import { readConfig } from '../src/platform/config.js';
import { dataSourceOptions, migrate } from '../src/platform/data-source.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../src/platform/embedded-postgres.js';
import { newId } from '../src/platform/id.js';
import { registry } from '../src/platform/metrics.js';
import { Relay } from '../src/platform/relay.js';
import { startApp, type TestApp, urlOf } from './support/app.js';
import { clients, type Client, type Who } from './support/client.js';
import { AUDIENCE, startIssuer, type Issuer } from './support/issuer.js';
import { note } from './support/noted.js';
import { logIds, mustBeWhole } from './support/whole-log.js';

const operator: Who = { sub: newId('per'), org: newId('org'), roles: ['operator'] };
let serial = 0;
/** Registers another organisation; sent again, the same one. */
function registration(client: Client): () => Promise<Response> {
  const n = (serial += 1);
  const uscc = completeUscc(`91440101DEM${String(n).padStart(6, '0')}`);
  const body = { uscc, name: `Demonstration ${n}`, kind: 'ENTERPRISE', regionCode: '440100' };
  return () => client.post('/v1/organisations', body, { 'idempotency-key': `registration-${n}` });
}
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(10);
}
const gauge = async (name: string): Promise<number> => (await registry.getSingleMetric(name)!.get()).values[0]!.value;
const DONE = `SELECT FROM ledger.head h JOIN ledger.checkpoint USING (size)
  WHERE NOT EXISTS (SELECT FROM ledger.intake i WHERE (i.gen, i.xid, i.seq) > (h.gen, h.xid, h.seq))`;

describe('with workers that the test steps', () => {
  let t: TestApp;
  let db: pg.Client;
  beforeEach(async () => {
    t = await startApp();
    db = new pg.Client(t.databaseUrl);
    await db.connect();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await db.end();
    await t.close();
  });
  const has = async (sql: string): Promise<boolean> => (await db.query(sql)).rowCount! > 0;
  const step = async (): Promise<void> => {
    await t.app.get(Sequencer).step();
    await t.app.get(Publisher).step();
  };
  const inTheEnd = async (): Promise<void> => {
    await until(async () => (await step(), has(DONE)));
    await mustBeWhole({ databaseUrl: t.databaseUrl, url: await t.app.getUrl() });
  };

  it('a clock that jumps back changes no order, and stops nothing', async () => {
    const client = t.as(operator);
    const first = registration(client);
    const id = (await first()).body.id as string;
    await inTheEnd();
    const real = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => real() - 30 * 86_400_000);
    // The issuer of the tokens has the same clock: what is signed today would not be valid yet.
    expect([(await first()).body.id, (await registration(client)()).status]).toEqual([id, 201]);
    await note(db, 'tst_1', [1, 2, 3]);
    const before = await logIds(t);
    await inTheEnd();
    const after = await logIds(t);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after).toHaveLength(before.length + 4);
    const { rows } = await db.query<{ at: string }>(
      `SELECT convert_from(leaf, 'utf8')::jsonb ->> 'occurredAt' AS at FROM ledger.intake WHERE convert_from(leaf, 'utf8') LIKE '%organisation%' ORDER BY gen, xid, seq`,
    );
    expect(Date.parse(rows[1]!.at)).toBeLessThan(Date.parse(rows[0]!.at));
    // What the sequencer does once a second goes on, too: slots are emptied, the lag is told.
    await db.query(`SELECT setval('ledger.intake_seq', last_value + 131072) FROM ledger.intake_seq`);
    await until(async () => (await step(), !(await has('SELECT FROM ledger.intake'))));
  });

  it('a long transaction in another database of the cluster: the lag tells it, the service goes on', async () => {
    const name = `test_other_${newId('x').slice(-8).toLowerCase()}`;
    await db.query(`CREATE DATABASE ${name}`);
    const other = new pg.Client(urlOf(name));
    await other.connect();
    try {
      await other.query('BEGIN; SELECT pg_current_xact_id()');
      const answers = await Promise.all([1, 2, 3].map(() => registration(t.as(operator))()));
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
      const lag = (): Promise<number> => gauge('databourse_log_settle_lag_seconds');
      await until(async () => (await step(), (await lag()) > 0));
      const before = await lag();
      await until(async () => (await step(), (await lag()) > before));
      expect(await gauge('databourse_log_backlog_leaves')).toBeGreaterThanOrEqual(3);
      expect((await registration(t.as(operator))()).status).toBe(201);
      expect((await t.as(operator).get(`/v1/organisations/${answers[0]!.body.id as string}`)).status).toBe(200);
      await other.query('COMMIT');
      await inTheEnd();
      await until(async () => (await step(), (await lag()) === 0));
    } finally {
      await other.end();
      await db.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });

  it('no session of ours may hold a transaction open and idle', async () => {
    const SHOW = `SELECT current_setting('idle_in_transaction_session_timeout') AS most, current_setting('synchronous_commit') AS commit`;
    const roles = ['databourse_owner', 'databourse_app', 'databourse_sequencer', 'databourse_auditor'] as const;
    for (const role of roles) {
      const source = await new DataSource(dataSourceOptions(t.databaseUrl, role, 1)).initialize();
      expect([role, await source.query(SHOW)]).toEqual([role, [{ most: '1min', commit: 'on' }]]);
      await source.destroy();
    }
    const database = new LedgerDatabase(t.databaseUrl);
    const client = await database.connect();
    const { rows } = await client.query(`${SHOW}, current_setting('idle_session_timeout') AS idle`);
    client.release();
    await database.onApplicationShutdown();
    // A leader that is stopped, but not gone, loses its lock by that.
    expect(rows).toEqual([{ most: '1min', commit: 'on', idle: '15s' }]);
  });

  it('an answer that never comes is waited for no longer than a statement can take', async () => {
    const { hostname, port } = new URL(t.databaseUrl);
    let mute = false;
    const sockets: Socket[] = [];
    const proxy = createServer((socket) => {
      const upstream = connect(Number(port), hostname);
      const silent = mute;
      for (const one of [socket, upstream]) one.on('error', () => undefined);
      sockets.push(socket, upstream);
      socket.on('data', (chunk) => upstream.write(chunk)).on('close', () => upstream.destroy());
      upstream.on('data', (chunk) => mute || silent || socket.write(chunk)).on('close', () => socket.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const url = Object.assign(new URL(t.databaseUrl), { port: String((proxy.address() as AddressInfo).port) }).href;
    const database = new LedgerDatabase(`${url}?query_timeout=300`);
    const sequencer = new Sequencer(database, t.app.get(Relay));
    await sequencer.step();
    mute = true;
    const ids = await note(db, 'tst_1', [1]);
    await expect(sequencer.step()).rejects.toThrow('Query read timeout');
    mute = false;
    await until(async () => (await sequencer.step().catch(() => 0), (await logIds(t)).length === 1));
    expect(await logIds(t)).toEqual(ids);
    await sequencer.beforeApplicationShutdown();
    await database.onApplicationShutdown();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => proxy.close(resolve));
  });
});

/** A small file system of its own, or undefined where this process may not mount one. */
function mount(megabytes: number): string | undefined {
  const place = mkdtempSync(join(tmpdir(), 'databourse-small-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', place]);
  if (status === 0) return place;
  rmSync(place, { recursive: true });
  return undefined;
}
function unmount(place: string): void {
  spawnSync('umount', ['-l', place]);
  rmSync(place, { recursive: true, force: true });
}
const probe = mount(1);
if (probe) unmount(probe);

/** Takes what is left, to the last byte. @returns what gives it back */
async function fill(place: string): Promise<() => Promise<void>> {
  const path = join(place, 'filler');
  const file = await open(path, 'a');
  try {
    for (let size = 1 << 20; size >= 1; size = Math.floor(size / 2))
      while (
        await file.write(Buffer.alloc(size)).then(
          ({ bytesWritten }) => bytesWritten === size,
          () => false,
        )
      );
  } finally {
    await file.close();
  }
  return () => rm(path);
}

(probe ? describe : describe.skip)('a full disk (needs the right to mount a small file system)', () => {
  let postgres: EmbeddedPostgres;
  let issuer: Issuer;
  let app: NestFastifyApplication;
  let client: Client;
  const disks = { database: '', data: '' };
  beforeAll(async () => {
    Object.assign(disks, { database: mount(160), data: mount(4) });
    issuer = await startIssuer();
    const settings = { min_wal_size: '32MB', max_wal_size: '48MB', shared_buffers: '32MB' };
    postgres = await startEmbeddedPostgres({ dataDir: join(disks.database, 'postgres'), settings });
    await migrate(postgres.url);
    const env = { OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: AUDIENCE, RATE_LIMIT: '0', LOG_LEVEL: 'fatal' };
    const config = readConfig({ NODE_ENV: 'test', DATA_DIR: disks.data, DATABASE_POOL: '5', ...env });
    app = await createApplication(AppModule.with(config, postgres.url), config);
    await app.listen(0, '127.0.0.1');
    client = clients(app, issuer)(operator);
  });
  afterAll(async () => {
    await app.close();
    await postgres.stop();
    await issuer.close();
    for (const place of Object.values(disks)) unmount(place);
  });

  async function query<T extends object>(sql: string): Promise<T[]> {
    const db = new pg.Client(postgres.url);
    db.on('error', () => undefined);
    await db.connect();
    try {
      return (await db.query<T>(sql)).rows;
    } finally {
      await db.end();
    }
  }
  const inTheEnd = async (): Promise<void> => {
    await until(async () => (await query(DONE).catch(() => [])).length > 0);
    await mustBeWhole({ databaseUrl: postgres.url, url: await app.getUrl() });
  };
  const eventually = async (send: () => Promise<Response>): Promise<string> => {
    let answer = await send();
    for (; answer.status !== 201; answer = await send()) {
      expect([409, 503]).toContain(answer.status);
      await sleep(20);
    }
    return answer.body.id as string;
  };

  it('of the database: changes are refused with 503, none is done by half, and all goes on when there is space', async () => {
    const done = [await eventually(registration(client))];
    await inTheEnd();
    const free = await fill(disks.database);
    const refused: (() => Promise<Response>)[] = [];
    // First a table cannot grow; then the write-ahead log cannot, and the server goes down again and again.
    for (let i = 0; refused.length < 20; i += 1) {
      const send = registration(client);
      const { status, body } = await send();
      if (status === 201) done.push(body.id as string);
      else {
        expect({ status, code: body.code as string }).toEqual({ status: 503, code: 'unavailable' });
        refused.push(send);
      }
      await query('SELECT pg_switch_wal()').catch(() => undefined);
    }
    await free();
    for (const send of refused) done.push(await eventually(send));
    await inTheEnd();
    const rows = await query<{ id: string }>(
      `SELECT stream AS id FROM ledger.payload WHERE type = 'parties.organisation-registered.v1'`,
    );
    expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(done));
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  it('of the signer: nothing is signed that could be forgotten; changes are still taken', async () => {
    await eventually(registration(client));
    await inTheEnd();
    const memory = async () => (await app.get<LogSigner>(LogSigner).lastSigned('databourse.local/log'))!.size;
    const before = await memory();
    const free = await fill(disks.data);
    expect((await registration(client)()).status).toBe(201);
    await until(async () => (await gauge('databourse_log_unpublished_leaves')) > 0);
    const [published] = await query<{ size: string }>('SELECT max(size) AS size FROM ledger.checkpoint');
    expect([await memory(), Number(published!.size)]).toEqual([before, before]);
    await free();
    await inTheEnd();
    expect(await memory()).toBeGreaterThan(before);
  });
});
