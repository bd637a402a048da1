import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.js';
import { freePort } from '../../src/platform/port.js';

/** The job as a user runs it: the built program, its own PostgreSQL, its own data directory. */
const root = resolve(import.meta.dirname, '../..');
let dir: string;
let port: number;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'databourse-job-'));
  port = await freePort();
});
afterAll(() => rm(dir, { recursive: true, force: true }));

interface Facts {
  readonly ok: boolean;
  readonly rows: number;
  readonly amounts: { role: string; fen: string }[];
  readonly ledger: { size: number; root: string; verified: boolean; differences: number };
  readonly steps: { step: string; ms: number }[];
}

interface Job {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
  /** Waits until the output shows it; fails when the job ends before. */
  readonly shows: (there: (output: string) => boolean) => Promise<void>;
}

function begin(...args: string[]): Job {
  const env: NodeJS.ProcessEnv = { ...process.env, DATA_DIR: dir, PORT: String(port), LOG_LEVEL: 'error' };
  for (const name of ['DATABASE_URL', 'TEST_DATABASE_URL', 'OIDC_ISSUER', 'NODE_OPTIONS']) delete env[name];
  const child = spawn(process.execPath, ['dist/scripts/main-job.js', ...args], { cwd: root, env });
  let text = '';
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const shows = (there: (output: string) => boolean) =>
    new Promise<void>((done, fail) => {
      const look = () => there(text) && done();
      for (const stream of [child.stdout, child.stderr]) stream.on('data', look);
      void ended.then((code) => fail(new Error(`ended with ${code}\n${text}`)));
      look();
    });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text, ended, shows };
}

const steps = (output: string): number => (output.match(/ ✓ /g) ?? []).length;

async function finish(...args: string[]): Promise<{ facts: Facts; output: string }> {
  const json = join(dir, 'facts.json');
  await rm(json, { force: true });
  const { ended, output } = begin('--once', '--json', json, ...args);
  const code = await ended;
  if (code !== 0) throw new Error(`ended with ${code}\n${output()}`);
  return { facts: JSON.parse(await readFile(json, 'utf8')) as Facts, output: output() };
}

const fen = ({ amounts }: Facts) => amounts.reduce((sum, { fen: one }) => sum + Number(one), 0);

const TABLES = [
  'platform.uploaded_file',
  'parties.organisation',
  'parties.person',
  'parties.organisation_key',
  'parties.membership',
  'registration.data_resource',
  'registration.application',
  'certificates.certificate',
  'market.venue',
  'market.listing',
  'trading."order"',
  'delivery.delivery',
  'brokerage.mandate',
  'brokerage.commission',
  'settlement.fee_schedule',
  'settlement.distribution_scheme',
  'settlement.escrow',
  'settlement.distribution',
  'settlement.transfer',
  'settlement.payout',
  'settlement.bank_notice',
] as const;

/** Rows of each table, and events of each type but signing in, after the service has stopped. */
async function counts(): Promise<Record<string, number>> {
  const server = await startEmbeddedPostgres({ dataDir: join(dir, 'postgres') });
  const db = new pg.Client(server.url);
  await db.connect();
  try {
    const tables = TABLES.map((table) => `SELECT '${table}' AS name, count(*)::int FROM ${table}`).join(' UNION ALL ');
    const { rows } = await db.query<{ name: string; count: number }>(
      `${tables} UNION ALL SELECT type, count(*)::int FROM ledger.payload
       WHERE type <> 'parties.person-logged-in.v1' GROUP BY type`,
    );
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  } finally {
    await db.end();
    await server.stop();
  }
}

async function postgresIsShutDown(): Promise<boolean> {
  const log = (await readFile(join(dir, 'postgres/server.log'), 'utf8')).trimEnd();
  return !existsSync(join(dir, 'postgres/postmaster.pid')) && log.endsWith('database system is shut down');
}

let afterKills: Record<string, number>;

it('killed again and again, it is continued; nothing is lost and nothing is done twice', async () => {
  // After so many finished steps, and a little later: in the middle of the next one.
  for (const [done, laterMs, signal] of [
    [0, 1500, 'SIGKILL'],
    [1, 900, 'SIGKILL'],
    [5, 800, 'SIGTERM'],
    [7, 40, 'SIGKILL'],
    [9, 80, 'SIGKILL'],
    [11, 50, 'SIGKILL'],
  ] as const) {
    const { child, shows, ended } = begin('--once');
    await shows((output) => steps(output) >= done);
    await new Promise((resume) => setTimeout(resume, laterMs));
    child.kill(signal);
    expect(await ended).toBe(signal === 'SIGTERM' ? 143 : null);
    if (signal === 'SIGTERM') expect(await postgresIsShutDown()).toBe(true);
  }
  const { facts, output } = await finish();
  expect(output).toContain('Continuing what was interrupted');
  expect(facts.ledger).toMatchObject({ verified: true, differences: 0 });
  expect(fen(facts)).toBe(1_000_000);
  afterKills = await counts();
  expect(afterKills).toMatchObject({ 'registration.application': 1, 'trading."order"': 1, 'settlement.payout': 2 });
}, 900_000);

it('works again with a file of the user, by exactly as many events; a signal lets requests under way finish', async () => {
  const file = join(dir, '用户数据.csv');
  await writeFile(file, '日期,数值\n2026-01-01,1\n2026-01-02,2\n2026-01-03,\n');
  const json = join(dir, 'facts.json');
  const { child, shows, ended, output } = begin('--data', file, '--json', json);
  await shows((text) => text.includes('Ctrl-C'));
  expect(output()).toContain('verified');
  expect(output()).toContain('replayed: no difference');
  const facts = JSON.parse(await readFile(json, 'utf8')) as Facts;
  expect([facts.ok, facts.rows]).toEqual([true, 3]);
  expect(facts.steps.map(({ step }) => step)).toContain('Money distributed and paid out');

  const slow = request({ port, method: 'POST', path: '/v1/certificates/verification', agent: false });
  slow.setHeader('content-type', 'application/json').setHeader('expect', '100-continue').flushHeaders();
  await once(slow, 'continue'); // The service has the request.
  slow.write('{"credential":');
  const answered = once(slow, 'response') as Promise<[{ statusCode: number; resume(): void }]>;
  answered.catch(() => undefined); // Told below.
  child.kill('SIGINT');
  const refused = async (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/health/live`, { headers: { connection: 'close' } }).then(
      () => false,
      () => true,
    );
  while (!(await refused())) await new Promise((resume) => setTimeout(resume, 20));
  slow.end('"none"}');
  const [answer] = await answered;
  answer.resume();
  expect(answer.statusCode).toBe(200);
  expect(await ended).toBe(0);
  expect(await postgresIsShutDown()).toBe(true);

  // What a run without interruption adds is the measure of one with. What the runs share is there already, and a download that
  // broke off is begun again with another link.
  const shared = ['parties.', 'platform.', 'market.venue', 'brokerage.mandate', 'registration.registrar'].concat(
    'settlement.fee',
    'settlement.account',
    'delivery.link',
    'committee.expert',
    'feed.manifest',
    'ledger.',
  );
  const both = Object.entries(await counts()).filter(([name]) => !shared.some((start) => name.startsWith(start)));
  expect(Object.fromEntries(both)).toEqual(Object.fromEntries(both.map(([name]) => [name, afterKills[name]! * 2])));
}, 600_000);

it('says in both languages what a person can put right, without a stack', async () => {
  const taken = createServer().listen(port, '127.0.0.1');
  await once(taken, 'listening');
  for (const args of [[], ['--data', join(dir, 'no-such-file.csv')], ['--onec']]) {
    const { ended, output } = begin('--once', ...args);
    expect(await ended).toBeGreaterThan(0);
    expect(output()).toMatch(/\p{Script=Han}/u);
    expect(output()).not.toMatch(/^\s+at /m);
  }
  taken.close();
});
