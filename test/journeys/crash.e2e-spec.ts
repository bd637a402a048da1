import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { completeUscc } from '@app/rulepacks';
import pg from 'pg';
import { LastSigned } from '../../src/ledger/last-signed.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/embedded-postgres.js';
import { newId } from '../../src/platform/id.js';
import { freePort } from '../../src/platform/port.js';
import { dice } from '../support/faults.js';
import { AUDIENCE, startIssuer, type Issuer } from '../support/issuer.js';
import { logIds, mustBeWhole } from '../support/whole-log.js';

/** Two of the service, as processes, on one PostgreSQL that keeps its promises; all of them are killed under load. */
const root = resolve(import.meta.dirname, '../..');
const rolls = dice(7);
let dir: string;
let issuer: Issuer;
let postgres: EmbeddedPostgres;
let token: string;
const services: Service[] = [];

interface Service {
  readonly url: string;
  readonly port: number;
  child: ChildProcess;
}

function run(port: number): ChildProcess {
  const env = {
    PATH: process.env['PATH'],
    NODE_ENV: 'test',
    PORT: String(port),
    DATABASE_URL: postgres.url,
    DATABASE_POOL: '5',
    DATA_DIR: join(dir, 'data'),
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: AUDIENCE,
    RATE_LIMIT: '0',
    LOG_LEVEL: 'error',
  };
  const child = spawn(process.execPath, ['dist/src/main.js'], { cwd: root, env, stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.on('data', (chunk: Buffer) => void (told += chunk.toString()));
  return child;
}
/** What the processes logged. */
let told = '';
const isReady = ({ url }: Service): Promise<boolean> =>
  fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2000) }).then(
    ({ ok }) => ok,
    () => false,
  );
const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;
/** Meanwhile a service that ended is started again, as whoever operates it would: one that finds no database ends by itself. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    for (const service of services) if (hasEnded(service.child)) service.child = run(service.port);
    await sleep(20);
  }
}
async function start(): Promise<Service> {
  const port = await freePort();
  const service = { port, url: `http://127.0.0.1:${port}`, child: run(port) };
  await until(() => isReady(service));
  return service;
}
async function killed(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function query<T extends object>(sql: string): Promise<T[]> {
  for (;;) {
    const client = new pg.Client(postgres.url);
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<T>(sql)).rows;
    } catch {
      await sleep(20); // It is down: that is what this test does to it.
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
const postmaster = async (): Promise<number> =>
  Number((await readFile(join(dir, 'postgres/postmaster.pid'), 'utf8')).split('\n', 1)[0]);
const memory = (): Promise<number> =>
  new LastSigned(join(dir, 'data/signer')).read().then((last) => last?.checkpoint.size ?? 0);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'databourse-crash-'));
  [issuer, postgres] = await Promise.all([
    startIssuer(),
    startEmbeddedPostgres({ dataDir: join(dir, 'postgres'), settings: { shared_buffers: '32MB' } }),
  ]);
  token = await issuer.token(newId('per'), newId('org'), ['operator']);
  services.push(await start());
  services.push(await start());
});
afterAll(async () => {
  for (const { child } of services) await killed(child);
  await postgres.stop();
  await issuer.close();
  await rm(dir, { recursive: true, force: true });
});

/** One that the workers of the ledger use. */
async function killBackend(): Promise<void> {
  const backend = `SELECT pid FROM pg_stat_activity WHERE application_name = 'databourse ledger' ORDER BY random() LIMIT 1`;
  for (;;) {
    const [found] = await query<{ pid: number }>(backend);
    try {
      if (found) return void process.kill(found.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // It ended by itself a moment before.
    }
    await sleep(20);
  }
}

/** What was acknowledged: each answer to each key. */
const acknowledged = new Map<string, string>();
const failures: string[] = [];
let serial = 0;
let loading = true;

async function change(path: string, body: object): Promise<string> {
  const key = `change-${(serial += 1)}`;
  for (let tries = 0; ; tries += 1) {
    const service = services[(serial + tries) % services.length]!;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key };
    const request = { method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(3000) };
    const answer = await fetch(`${service.url}${path}`, request)
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      .catch(() => ({ status: 0, text: '' }));
    if (answer.status === 201) {
      const { id } = JSON.parse(answer.text) as { id: string };
      acknowledged.set(key, id);
      return id;
    }
    // Not reached; not available; the same request is still running.
    if (![0, 503, 409].includes(answer.status)) failures.push(`${answer.status} ${answer.text}`);
    await sleep(20);
  }
}
const organisation = (): Promise<string> => {
  const uscc = completeUscc(`91440101DEM${String(serial + 1).padStart(6, '0')}`);
  return change('/v1/organisations', {
    uscc,
    name: `Demonstration ${serial}`,
    kind: 'ENTERPRISE',
    regionCode: '440100',
  });
};
async function load(): Promise<void> {
  while (loading) await organisation();
}
let highest = 0;
const steps: number[] = [];
/** What was signed last, looked at all the time. */
async function watchMemory(): Promise<void> {
  while (loading) {
    const size = await memory();
    if (size < highest) steps.push(size);
    highest = Math.max(highest, size);
    await sleep(5);
  }
}
const sequenced = async (): Promise<number> =>
  Number((await query<{ size: string }>('SELECT size FROM ledger.head'))[0]!.size);
/** Until this much more is published. */
async function goesOn(): Promise<void> {
  const [from, before] = [await memory(), acknowledged.size];
  await until(async () => (await memory()) > from + 3 && acknowledged.size > before + 3);
}

it('nothing that was acknowledged is lost, nothing is sequenced twice, nothing is signed backwards', async () => {
  const name = { zh: '演示交易所', en: 'Demonstration exchange' };
  const operatorId = await organisation();
  await change('/v1/venues', { code: 'DEMO', name, type: 'EXCHANGE', parentId: null, operatorId });
  const running = [load(), load(), load(), watchMemory()];
  await goesOn();

  // The first one leads. Stopped, it keeps its connections: the server ends them, and the other takes over.
  const [leader] = services as [Service, Service];
  leader.child.kill('SIGSTOP');
  await goesOn();
  leader.child.kill('SIGCONT');
  await until(() => isReady(leader));
  await goesOn();

  const kills: (() => Promise<unknown>)[] = [
    async () => process.kill(await postmaster(), 'SIGKILL'),
    killBackend,
    () => killed(services[0]!.child),
    () => Promise.all(services.map(({ child }) => killed(child))),
    () => Promise.all([killed(services[1]!.child), postmaster().then((pid) => process.kill(pid, 'SIGKILL'))]),
    () => killed(services[Math.floor(rolls.next().value * 2)]!.child),
  ];
  for (const kill of kills) {
    await sleep(rolls.next().value * 400);
    await kill();
    await goesOn();
  }
  loading = false;
  await Promise.all(running);
  await until(async () => {
    const [row] = await query<{ done: boolean }>(
      `SELECT NOT EXISTS (SELECT FROM ledger.intake i WHERE (i.gen, i.xid, i.seq) > (h.gen, h.xid, h.seq))
         AND h.size = c.position AND h.size = (SELECT max(size) FROM ledger.checkpoint) AS done
       FROM ledger.head h, feed.cursor c`,
    );
    return row!.done;
  });

  const bugs = told.split('\n').filter((line) => line.includes('"a bug"'));
  expect({ failures, steps, bugs }).toEqual({ failures: [], steps: [], bugs: [] });
  await mustBeWhole({ databaseUrl: postgres.url, url: services[0]!.url });
  expect(await memory()).toBe(await sequenced());
  const streams = await query<{ id: string; stream: string }>(
    `SELECT event_id AS id, stream FROM ledger.payload WHERE type IN ('parties.organisation-registered.v1', 'market.venue-opened.v1')`,
  );
  expect(streams.map(({ stream }) => stream).toSorted()).toEqual([...acknowledged.values()].toSorted());
  const log = new Set(await logIds({ databaseUrl: postgres.url }));
  expect(streams.filter(({ id }) => !log.has(id))).toEqual([]);
  expect(serial).toBe(acknowledged.size);
}, 600_000);
