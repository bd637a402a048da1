import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.js';

/** The job as a user runs it: the built program, its own PostgreSQL, its own data directory. */
const root = resolve(import.meta.dirname, '../..');
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'databourse-job-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

interface Facts {
  readonly ok: boolean;
  readonly rows: number;
  readonly certificateNumber: string;
  readonly orderId: string;
  readonly amounts: { role: string; fen: string }[];
  readonly ledger: { size: number; root: string; verified: boolean; differences: number };
  readonly steps: { step: string; ms: number }[];
}

function begin(...args: string[]): { child: ChildProcess; output: () => string; ended: Promise<number | null> } {
  const env = { ...process.env, DATA_DIR: dir, NODE_OPTIONS: '', LOG_LEVEL: 'error' };
  for (const name of ['DATABASE_URL', 'TEST_DATABASE_URL', 'PORT', 'OIDC_ISSUER'])
    delete (env as Record<string, unknown>)[name];
  const child = spawn(process.execPath, ['dist/scripts/main-job.js', '--once', ...args], { cwd: root, env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return { child, output: () => text, ended };
}

async function finish(...args: string[]): Promise<{ facts: Facts; output: string }> {
  const json = join(dir, 'facts.json');
  await rm(json, { force: true });
  const { ended, output } = begin('--json', json, ...args);
  const code = await ended;
  if (code !== 0) throw new Error(`ended with ${code}\n${output()}`);
  return { facts: JSON.parse(await readFile(json, 'utf8')) as Facts, output: output() };
}

const fen = ({ amounts }: Facts) => amounts.reduce((sum, { fen: one }) => sum + Number(one), 0);

/** Rows of each table after the service has stopped. */
async function counts(): Promise<Record<string, number>> {
  const server = await startEmbeddedPostgres({ dataDir: join(dir, 'postgres') });
  const db = new pg.Client(server.url);
  await db.connect();
  try {
    const { rows } = await db.query(
      `SELECT (SELECT count(*)::int FROM registration.application) AS applications,
              (SELECT count(*)::int FROM certificates.certificate) AS certificates,
              (SELECT count(*)::int FROM market.listing) AS listings,
              (SELECT count(*)::int FROM trading.order) AS orders,
              (SELECT count(*)::int FROM delivery.delivery) AS deliveries,
              (SELECT count(*)::int FROM settlement.escrow) AS escrows,
              (SELECT count(*)::int FROM settlement.distribution WHERE state = 'PAID') AS distributions,
              (SELECT count(*)::int FROM settlement.transfer WHERE kind = 'FUND') AS payments,
              (SELECT count(*)::int FROM parties.organisation) AS organisations`,
    );
    return rows[0];
  } finally {
    await db.end();
    await server.stop();
  }
}

it('killed again and again, it is continued; nothing is lost and nothing is done twice', async () => {
  // After so many finished steps, and a little later: in the middle of the next one.
  for (const [steps, laterMs] of [
    [1, 300],
    [2, 100],
    [4, 150],
    [6, 60],
    [7, 400],
    [8, 100],
    [9, 200],
  ] as const) {
    const { child, output, ended } = begin();
    await new Promise<void>((done, fail) => {
      const look = setInterval(() => {
        if ((output().match(/ ✓ /g) ?? []).length >= steps) {
          clearInterval(look);
          setTimeout(done, laterMs);
        }
      }, 10);
      void ended.then((code) => {
        clearInterval(look);
        if (code !== 0) fail(new Error(`ended by itself with ${code}\n${output()}`));
        else done();
      });
    });
    child.kill('SIGKILL');
    await ended;
  }
  const { facts } = await finish();
  expect(facts.ledger).toMatchObject({ verified: true, differences: 0 });
  expect(fen(facts)).toBe(1_000_000);
  const one = {
    applications: 1,
    certificates: 1,
    listings: 1,
    orders: 1,
    deliveries: 1,
    escrows: 1,
    distributions: 1,
    payments: 1,
  };
  expect(await counts()).toMatchObject(one);
}, 900_000);

it('works again on the kept data, with a file of the user', async () => {
  const before = await counts();
  const file = join(dir, '用户数据.csv');
  await writeFile(file, '日期,数值\n2026-01-01,1\n2026-01-02,2\n2026-01-03,\n');
  const { facts, output } = await finish('--data', file);
  expect(output).toContain('verified');
  expect(output).toContain('replayed: no difference');
  expect([facts.ok, facts.rows]).toEqual([true, 3]);
  expect(facts.steps.map(({ step }) => step)).toContain('Money distributed and paid out');
  const after = await counts();
  expect([after['orders'], after['organisations']]).toEqual([before['orders']! + 1, before['organisations']]);
}, 600_000);
