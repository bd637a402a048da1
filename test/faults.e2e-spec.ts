import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { completeUscc } from '@app/rulepacks';
import { FileKeyStore } from '@app/signing';
import pg from 'pg';
import type { Response } from 'supertest';
import { DataSource } from 'typeorm';
import { startSimulatedKms, type SimulatedKms } from '../scripts/simulated-kms.js';
import { FeedWriter } from '../src/feed/feed-writer.js';
import { FileSigner } from '../src/ledger/file-signer.js';
import { KmsSigner } from '../src/ledger/kms-signer.js';
import { LastSigned, type Files } from '../src/ledger/last-signed.js';
import { LogKey } from '../src/ledger/log-key.js';
import { LogSigner } from '../src/ledger/log-signer.js';
import { Publisher } from '../src/ledger/publisher.js';
import { RecordStart } from '../src/ledger/record-start.js';
import { Sequencer } from '../src/ledger/sequencer.js';
import { Venue } from '../src/market/venue.js';
import { advisoryLocks } from '../src/platform/advisory-locks.js';
import { asSystem } from '../src/platform/context.js';
import { newId } from '../src/platform/id.js';
import { Relay } from '../src/platform/relay.js';
import { Sql } from '../src/platform/sql.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import type { Worker } from '../src/platform/worker.js';
import { startApp, type TestApp } from './support/app.js';
import { dice, FaultyDatabase, Faults, faultyFiles, MANNERS, putFaults, type Manner } from './support/faults.js';
import { note } from './support/noted.js';
import { logIds, mustBeWhole } from './support/whole-log.js';

const TOKEN = 'token-of-the-simulated-kms';
/** Every single call of a step fails, in every manner; then the worker goes on, and in the end all is as it must be. */
const SLOT = 65_536;
const PLAIN: readonly Manner[] = ['before', 'after'];
const DATABASE: readonly Manner[] = MANNERS.filter((manner) => manner !== 'after');
let t: TestApp;
let superuser: pg.Client;
let faults: Faults;
let appended: string[];
let version = 0;
let leave: () => Promise<void>;

async function begin(env: Record<string, string> = {}): Promise<void> {
  t = await startApp(env);
  superuser = new pg.Client(t.databaseUrl);
  await superuser.connect();
  [faults, appended, version, leave] = [new Faults(), [], 0, async () => undefined];
}
afterEach(async () => {
  faults.calm();
  await leave();
  await superuser.end();
  await t.close();
});

const has = async (sql: string): Promise<boolean> => (await superuser.query(sql)).rowCount! > 0;
const WAITING = 'SELECT FROM ledger.intake i, ledger.head h WHERE (i.gen, i.xid, i.seq) > (h.gen, h.xid, h.seq)';
const LED = `SELECT FROM pg_locks JOIN pg_database d ON d.oid = database WHERE locktype = 'advisory' AND datname = current_database()`;
const drained = async (): Promise<boolean> => !(await has(`${WAITING} LIMIT 1`));
const published = (): Promise<boolean> => has('SELECT FROM ledger.head JOIN ledger.checkpoint USING (size)');
/** As if nobody else used the cluster: other tests have open transactions there. */
async function settled(): Promise<void> {
  while (await has(`${WAITING} AND i.xid >= pg_snapshot_xmin(pg_current_snapshot()) LIMIT 1`)) await sleep(2);
}
async function append(count: number): Promise<void> {
  const versions = Array.from({ length: count }, () => (version += 1));
  appended.push(...(await note(superuser, 'tst_1', versions)));
  await settled();
}
async function stepUntil(worker: Worker, holds: () => Promise<boolean>): Promise<void> {
  let reason: unknown;
  for (let tries = 0; !(await holds()); tries += 1) {
    if (tries > 20_000) throw new Error('it does not go on', { cause: reason });
    await worker.step().catch((error: unknown) => (reason = error));
    if (tries > 3) await sleep(2);
  }
}
/** Publishes all there is without any fault, and looks at every byte. */
async function inTheEnd(): Promise<void> {
  await leave();
  await settled();
  await stepUntil(t.app.get(Sequencer), drained);
  await stepUntil(t.app.get(Publisher), published);
  await mustBeWhole({ databaseUrl: t.databaseUrl, url: await t.app.getUrl() });
}

/** A worker of another process, as it were: its database, signer and keys are its own. Whoever led before has left when it comes. */
async function own<W extends Worker>(make: (database: FaultyDatabase) => W, lock: number): Promise<W> {
  await leave();
  // A server that has not noticed yet would let the step end before the calls that shall fail.
  while (await has(`${LED} AND objid = ${lock}`)) await sleep(2);
  const database = new FaultyDatabase(t.databaseUrl, faults);
  const worker = make(database);
  leave = async () => {
    leave = async () => undefined;
    await worker.beforeApplicationShutdown();
    await database.onApplicationShutdown();
  };
  return worker;
}

/** Lets the step fail at its first call, its second and so on to its last, in each manner. @returns what failed */
async function eachCall(
  manners: readonly Manner[],
  before: () => Promise<{ step(): Promise<unknown> }>,
  after: () => Promise<void>,
): Promise<string[]> {
  const failed: string[] = [];
  for (const manner of manners) {
    // How many calls a step has depends on what the one before left behind.
    for (let n = 0, missed = 0; missed < 3; n += 1) {
      const worker = await before();
      faults.strike(n, manner);
      await worker.step().catch(() => undefined);
      const call = faults.calm()[n];
      await after();
      if (call === undefined) missed += 1;
      else failed.push(`${manner}: ${call.split('\n', 1)[0]}`);
    }
  }
  return failed;
}

describe('the sequencer', () => {
  beforeEach(() => begin());
  const make = (database: FaultyDatabase): Sequencer => new Sequencer(database, t.app.get(Relay));
  let worker: Sequencer;
  const after = async (): Promise<void> => {
    await stepUntil(worker, drained);
    expect((await logIds(t)).toSorted()).toEqual(appended.toSorted());
  };
  const grow = async (): Promise<void> => {
    // As if two slots were filled, so that there is something to rotate away.
    await superuser.query(`SELECT setval('ledger.intake_seq', last_value + $1::int) FROM ledger.intake_seq`, [
      2 * SLOT,
    ]);
    await append(3);
  };

  it('that takes over loses and repeats nothing, whichever call fails', async () => {
    await append(300);
    await stepUntil(t.app.get(Sequencer), drained);
    await t.app.get(Sequencer).beforeApplicationShutdown();
    const failed = await eachCall(
      MANNERS,
      async () => {
        await grow();
        return (worker = await own(make, advisoryLocks.sequencer));
      },
      after,
    );
    for (const call of [
      'connect',
      'SELECT pg_try_advisory_lock',
      'UPDATE ledger.head',
      'WITH head',
      'SELECT ledger.rotate',
    ])
      for (const manner of MANNERS) expect(failed.join('\n')).toContain(`${manner}: ${call}`);
    await inTheEnd();
  });

  it('that leads already does so neither', async () => {
    worker = await own(make, advisoryLocks.sequencer);
    const before = async (): Promise<Sequencer> => {
      await append(2);
      await stepUntil(worker, drained);
      await append(3);
      worker['nextRound'] = 0; // A round is due in each step, so that each has the same calls.
      return worker;
    };
    const failed = await eachCall(MANNERS, before, after);
    for (const call of ['WITH head', 'SELECT ledger.rotate'])
      for (const manner of MANNERS) expect(failed.join('\n')).toContain(`${manner}: ${call}`);
    await inTheEnd();
  });
});

describe.each(['the key store', 'a KMS'])('the publisher with %s', (where) => {
  let kms: SimulatedKms | undefined;
  let worker: Publisher;
  let remembered: number;
  const { fetch } = globalThis;
  beforeEach(async () => {
    const place = join(process.env['TEST_SCRATCH']!, newId('kms'));
    kms = where === 'a KMS' ? await startSimulatedKms(place, TOKEN) : undefined;
    await begin(kms ? { LOG_SIGNER_URL: kms.url, LOG_SIGNER_TOKEN: TOKEN } : {});
    remembered = 0;
    putFaults(t.app.get(DataSource), faults);
    await asSystem(() => t.app.get(UnitOfWork).execute(new RecordStart()));
    // The KMS is one that is not reached: its requests are the calls.
    if (kms)
      globalThis.fetch = (...args) => faults.pass(`fetch ${new URL(args[0] as string).pathname}`, () => fetch(...args));
  });
  afterEach(() => {
    globalThis.fetch = fetch;
    return kms?.stop();
  });

  let files: Files | undefined;
  const make = (database: FaultyDatabase): Publisher => {
    const memory = new LastSigned(join(t.config.DATA_DIR, 'signer'), undefined, files);
    const signer = kms ? new KmsSigner(kms.url, TOKEN) : new FileSigner(t.app.get(FileKeyStore), memory);
    return new Publisher(database, new LogKey(t.config, t.app.get(Sql), signer), signer);
  };
  const after = async (): Promise<void> => {
    const signed = (await t.app.get<LogSigner>(LogSigner).lastSigned(t.config.LEDGER_ORIGIN))?.size ?? 0;
    const { rows } = await superuser.query<{ size: number | null }>(
      'SELECT max(size)::int AS size FROM ledger.checkpoint',
    );
    expect(signed).toBeGreaterThanOrEqual(Math.max(remembered, rows[0]!.size ?? 0));
    remembered = signed;
    await stepUntil(worker, published);
  };

  it.each([
    ['takes over', true],
    ['leads already', false],
  ])('that %s never goes back, whichever call fails', async (_, fresh) => {
    if (!fresh) worker = await own(make, advisoryLocks.publisher);
    const before = async (): Promise<Publisher> => {
      if (fresh) worker = await own(make, advisoryLocks.publisher);
      else await stepUntil(worker, published);
      await append(1);
      await stepUntil(t.app.get(Sequencer), drained);
      return worker;
    };
    files = undefined;
    const ofDatabase = (await eachCall(DATABASE, before, after)).join('\n');
    for (const manner of DATABASE) expect(ofDatabase).toContain(`${manner}: INSERT INTO ledger.checkpoint`);
    files = faultyFiles(faults);
    worker = await own(make, advisoryLocks.publisher);
    const others = (await eachCall(PLAIN, before, after)).join('\n');
    const signing = ['mkdir', 'open', 'writeFile', 'sync', 'close', 'link', 'rm', 'readdir', 'readFile'];
    for (const call of kms ? ['fetch /last-signed', 'fetch /sign'] : signing)
      for (const manner of PLAIN) expect(others).toContain(`${manner}: ${call}`);
    await inTheEnd();
  });
});

it('a signature leaves only when the memory of it is durable, also where another step wrote it', async () => {
  await begin();
  const memory = new LastSigned(join(t.config.DATA_DIR, 'signer'), undefined, faultyFiles(faults));
  const signer = new FileSigner(t.app.get(FileKeyStore), memory);
  const checkpoint = { origin: t.config.LEDGER_ORIGIN, size: 1, root: Buffer.alloc(32) };
  let named = false;
  faults.roll((_, call) => ((named ||= call === 'link') && call === 'sync' ? 'before' : undefined));
  await expect(signer.sign({ checkpoint, keys: [1], from: 0, proof: [] })).rejects.toThrow('sync');
  faults.calm();
  await signer.sign({ checkpoint, keys: [1], from: 1, proof: [] });
  expect(faults.calm()).toContain('sync');
});

describe('a change', () => {
  it('answers 503 or what it did, whichever query fails; repeated with its key, it was done once', async () => {
    await begin();
    const operator = t.as({ sub: newId('per'), org: newId('org'), roles: ['operator'] });
    await operator.get('/v1/organisations');
    putFaults(t.app.get(DataSource), faults);
    let n = 0;
    const answers: { status: number; code?: string; en?: string }[] = [];
    let send: () => Promise<Response>;
    const before = async () => {
      const uscc = completeUscc(`91440101DEM${String((n += 1)).padStart(6, '0')}`);
      const body = { uscc, name: `Demonstration ${n}`, kind: 'ENTERPRISE', regionCode: '440100' };
      send = () => operator.post('/v1/organisations', body, { 'idempotency-key': `key-of-change-${n}` });
      return {
        step: async () => {
          const { status, body: answer } = await send();
          answers.push({ status, code: answer.code, en: answer.reasons?.en });
        },
      };
    };
    const outcomes: unknown[] = [];
    const after = async (): Promise<void> => {
      // A transaction of a lost connection may end only now, and holds the key so long.
      let answer = await send();
      while (answer.status === 409) {
        await sleep(5);
        answer = await send();
      }
      outcomes.push(answer.status);
    };
    const failed = await eachCall(DATABASE, before, after);
    expect(failed.join('\n')).toContain('cut after: COMMIT');
    const refused = answers.filter(({ status }) => status !== 201);
    const unavailable = { status: 503, code: 'unavailable', en: expect.stringContaining('same') };
    expect(refused).toEqual(refused.map(() => unavailable));
    expect(refused.length).toBeGreaterThanOrEqual(failed.length - 4);
    expect(new Set(outcomes)).toEqual(new Set([201]));
    const { rows } = await superuser.query(
      `SELECT count(*)::int AS n, count(DISTINCT stream)::int AS streams FROM ledger.payload WHERE type = 'parties.organisation-registered.v1'`,
    );
    expect(rows).toEqual([{ n, streams: n }]);
    await inTheEnd();
  });
});

it('the feeds stay dense and whole, whichever query of their writer fails', async () => {
  await begin();
  putFaults(t.app.get(DataSource), faults);
  let codes = 0;
  const writer = t.app.get(FeedWriter);
  const name = { zh: '演示交易所', en: 'Demonstration exchange' };
  const open = (operatorId: string): Promise<void> =>
    asSystem(() =>
      t.app.get(UnitOfWork).run(async () => {
        const code = `F-${(codes += 1)}`;
        t.app.get(UnitOfWork).add(Venue.open({ code, name, type: 'EXCHANGE', parentId: null, operatorId }, null));
      }),
    );
  const operators = [newId('org'), newId('org')];
  for (const id of operators) await open(id);
  const behind = async (): Promise<boolean> =>
    !(await has('SELECT FROM feed.cursor c, ledger.head h WHERE c.position < h.size'));
  const before = async (): Promise<FeedWriter> => {
    await open(operators[0]!);
    await settled();
    await stepUntil(t.app.get(Sequencer), drained);
    return writer;
  };
  const failed = await eachCall(DATABASE, before, () => stepUntil(writer, behind));
  expect(failed.join('\n')).toContain('cut after: COMMIT');
  const { rows } = await superuser.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM feed.entry GROUP BY operator_id',
  );
  expect(rows.map(({ n }) => n).toSorted((a, b) => a - b)).toEqual([codes - 1, codes]);
  await inTheEnd();
});

it('many faults, one after the other, in all of them at once', async () => {
  await begin();
  putFaults(t.app.get(DataSource), faults);
  const memory = new LastSigned(join(t.config.DATA_DIR, 'signer'), undefined, faultyFiles(faults));
  const signer = new FileSigner(t.app.get(FileKeyStore), memory);
  const databases = [0, 1].map(() => new FaultyDatabase(t.databaseUrl, faults));
  const workers = databases.flatMap((database) => [
    new Sequencer(database, t.app.get(Relay)),
    new Publisher(database, new LogKey(t.config, t.app.get(Sql), signer), signer),
  ]);
  leave = async () => {
    leave = async () => undefined;
    for (const worker of workers) await worker.beforeApplicationShutdown();
    for (const database of databases) await database.onApplicationShutdown();
  };
  const rolls = dice(20_260_101);
  const roll = (): number => rolls.next().value;
  for (let round = 0; round < 60; round += 1) {
    await append(1 + Math.floor(roll() * 5));
    faults.roll(() => (roll() < 0.12 ? MANNERS[Math.floor(roll() * MANNERS.length)] : undefined));
    await Promise.all([...workers, t.app.get(FeedWriter)].map((worker) => worker.step().catch(() => 0)));
    faults.calm();
  }
  await inTheEnd();
  expect((await logIds(t)).toSorted()).toEqual(appended.toSorted());
});
