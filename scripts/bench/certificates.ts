import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { News } from '../../src/platform/news.js';
import type { ApplicationRegistered } from '../../src/registration/application-events.js';
import { start, type Running } from '../../src/start.js';
import { gather } from '../job/cast.js';
import { DEFAULT_DATA, DEFAULT_DESCRIPTION } from '../job/default-data.js';
import { recall } from '../job/memory.js';
import { OfferMaker } from '../job/offer.js';
import { Progress } from '../job/progress.js';
import { issueOneByOne, type Singles } from './certificate-latency.js';
import { verifyAll, verifyOffline } from './certificate-proof.js';
import { cpuUsed, perEvent, type Cpu } from './cpu.js';
import { measureMachine, pairsMade } from './machine.js';
import { inLanes, RegisteredApplications } from './registered.js';
import { atLeast, atMost, shown, spread, table, tidied, type Result } from './report.js';

const GOAL = 28_000; // As many as Guangdong had issued by February 2023.
/** As much of a round is issued before the first one and not counted: what a service does for the first time, it compiles. */
const WARM_UP = 1 / 7;
const CONSUMER = 'certificates.prepare-certificate-of-registered-application';
const NOWHERE = '9000000000000000';
/** How often is asked whether all are issued; asking takes time of those who issue. */
const POLL_MS = 50;

interface Registered {
  readonly registered: readonly ApplicationRegistered[];
  /** Leaf index. */
  readonly from: string;
}

interface Bulk {
  /** Seconds from the first preparation until all are prepared, are issued, have their leaves in the log, have had their consequences (applications, feed), and stand under a signed checkpoint. */
  readonly prepared: number;
  readonly issued: number;
  readonly logged: number;
  readonly followed: number;
  readonly published: number;
  /** Microseconds for each certificate. */
  readonly cpu: Cpu | undefined;
  /** Pairs of signatures that one core makes in a second, right before and after: the machine does not keep its speed. */
  readonly pairs: number;
}

/**
 * C1: certificates in bulk by the whole service, beside everything else that it does. What is outside the clock: the way to
 * registration. One application goes it over HTTP; the others are its copies, by the same events, each its own aggregate. When all are
 * registered and sequenced, the reaction that prepares certificates is let loose: this is when the clock starts. A certificate is issued when it
 * is numbered, signed by both keys, stored and listed, and its leaves stand in the log. What follows from that has its own clock.
 */
export async function benchCertificates(args: string[]): Promise<void> {
  const { values: options } = parseArgs({
    args,
    options: {
      json: { type: 'string' },
      count: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string', default: '5' },
      quick: { type: 'boolean', default: false },
    },
  });
  const count = Number(options.count ?? (options.quick ? 2_000 : GOAL));
  const rounds = Number(options.rounds ?? (options.quick ? 1 : 3));
  const warmUp = Math.ceil(count * WARM_UP);
  const singles = options.quick ? 50 : 300;
  const dataDir = await mkdtemp(join(tmpdir(), 'databourse-bench-'));
  const progress = new Progress();
  const running = await progress.step('启动服务', 'Service started', () =>
    start({ ...process.env, DEMO: '1', RATE_LIMIT: '0', PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'error' }),
  );
  const db = new pg.Pool({ connectionString: running.databaseUrl, max: 4 });
  try {
    const applications = await model(running, db, dataDir, progress);
    const machine = await progress.step('测量本机上限', 'The machine measured', () =>
      measureMachine(running.databaseUrl, dataDir, Number(options.seconds), progress.say.bind(progress)),
    );
    const bulk = async (round: string, size: number): Promise<Bulk> => {
      // Of the events nothing is kept: the service, which has to clear up its memory, would carry them along.
      const { from } = await progress.step(`${round} 申请登记完毕`, 'Applications registered', () =>
        register(running.app, db, applications, size),
      );
      return progress.step(`${round} 签发`, 'Certificates issued', () => issue(running.app, db, from, size), told);
    };
    await bulk('预热 Warm-up:', warmUp);
    const bulks: Bulk[] = [];
    for (let round = 1; round <= rounds; round += 1) bulks.push(await bulk(String(round), count));
    const { registered, from } = await register(running.app, db, applications, singles);
    const single = await progress.step('逐件签发', 'Issued one by one', () =>
      issueOneByOne(running.app, db, registered),
    );
    await release(running.app, db, from);
    await quiet(db);
    const total = 1 + warmUp + rounds * count + singles;
    // A figure whose result does not verify is no figure.
    const offline = await progress.step(
      '离线验证',
      'Verified offline',
      () => verifyOffline(running, db, total),
      (v) => `${v.credentials} in ${v.seconds.toFixed(1)} s; CPU ${shown(v.cpuUs)} µs/certificate`,
    );
    await progress.step('核对', 'Log and replay verified', () => verifyAll(running, db, total));
    const results = report(count, bulks, single, offline);
    const whole = tidied({ machine, results });
    if (options.json) await writeFile(options.json, `${JSON.stringify(whole, null, 2)}\n`);
    const rates = Object.entries(machine.signPerS).map(([name, perSecond]) => `${name} ${shown(perSecond)}/s`);
    progress.say(`\n  ${machine.cpu} × ${machine.cores}, Node ${machine.node} · ${rates.join(' · ')}\n`);
    progress.say(table(whole.results));
  } finally {
    await db.end();
    await running.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function model(running: Running, db: pg.Pool, dataDir: string, progress: Progress) {
  const run = { id: 'bench', at: new Date().toISOString(), data: '' };
  const memory = Object.assign(await recall(dataDir), { run });
  const cast = await gather(running.config.PUBLIC_URL!, dataDir, memory);
  const { certificateNumber } = await new OfferMaker(cast, memory, progress).offer(DEFAULT_DATA, DEFAULT_DESCRIPTION);
  return RegisteredApplications.of(running.app, db, certificateNumber);
}

/** Everything up to the registration, sequenced; nothing is prepared yet. */
async function register(
  app: NestFastifyApplication,
  db: pg.Pool,
  applications: RegisteredApplications,
  count: number,
): Promise<Registered> {
  await quiet(db);
  await release(app, db, NOWHERE);
  const next = await applications.make(count);
  await quiet(db);
  const { rows } = await db.query<{ size: string }>('SELECT size FROM ledger.head');
  const registered: ApplicationRegistered[] = [];
  await inLanes(async () => {
    const some = await next();
    registered.push(...some);
    return some.length > 0;
  });
  await quiet(db);
  await db.query('VACUUM (ANALYZE)');
  await db.query('CHECKPOINT');
  return { registered, from: rows[0]!.size };
}

/** Lets the reaction that prepares certificates loose, from this leaf on; it has nothing to do before. The service hears of it as of any commit. */
async function release(app: NestFastifyApplication, db: pg.Pool, from: string): Promise<void> {
  await db.query('UPDATE platform.relay_cursor SET position = $2 WHERE consumer = $1', [CONSUMER, from]);
  app.get(News).tell();
}

/** Something waits for the sequencer, or follows the log and has not caught up. */
const BEHIND = `(SELECT EXISTS (SELECT FROM ledger.intake i WHERE (i.gen, i.xid, i.seq) > (head.gen, head.xid, head.seq))
  OR EXISTS (SELECT FROM platform.relay_cursor WHERE position < size) OR EXISTS (SELECT FROM feed.cursor WHERE position < size) FROM ledger.head)`;

async function quiet(db: pg.Pool): Promise<void> {
  while ((await db.query<{ behind: boolean }>(`SELECT ${BEHIND} AS behind`)).rows[0]!.behind) await sleep(100);
}

async function issue(app: NestFastifyApplication, db: pg.Pool, from: string, count: number): Promise<Bulk> {
  const one = async <T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T> =>
    (await db.query<T>(text, values)).rows[0]!;
  const last = `SELECT value FROM certificates.counter WHERE name = 'status-list revocation'`;
  const { value: before } = await one<{ value: number }>(last);
  const { pid } = await one<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const pairsBefore = pairsMade();
  const used = cpuUsed(undefined, pid);
  const began = performance.now();
  const until = async (what: string, values: unknown[] = []): Promise<number> => {
    while (!(await one<{ done: boolean }>(`SELECT ${what} AS done`, values)).done) {
      if (performance.now() - began > 600_000) throw new Error(`not after ten minutes: ${what}`);
      await sleep(POLL_MS);
    }
    return (performance.now() - began) / 1000;
  };
  await release(app, db, from);
  const prepared = await until(`(${last}) >= $1`, [before + count]);
  const issued = await until('NOT EXISTS (SELECT FROM certificates.to_sign)');
  const { seq } = await one<{ seq: string }>('SELECT last_value AS seq FROM ledger.intake_seq');
  const logged = await until('(SELECT seq FROM ledger.head) >= $1', [seq]);
  const followed = await until(`NOT ${BEHIND}`);
  const { size } = await one<{ size: string }>('SELECT size FROM ledger.head');
  const published = await until('(SELECT max(size) FROM ledger.checkpoint) >= $1', [size]);
  const cpu = perEvent(used, cpuUsed(undefined, pid), count);
  return { prepared, issued, logged, followed, published, cpu, pairs: (pairsBefore + pairsMade()) / 2 };
}

const told = ({ prepared, issued, logged, followed, published, cpu }: Bulk): string =>
  `prepared ${prepared.toFixed(1)} s, issued ${issued.toFixed(1)} s, logged ${logged.toFixed(1)} s, followed ${followed.toFixed(1)} s, published ${published.toFixed(1)} s` +
  (cpu ? `; CPU of each: service ${shown(cpu.client)} µs, PostgreSQL ${shown(cpu.postgres)} µs` : '');

function report(
  count: number,
  bulks: readonly Bulk[],
  { issued, commit }: Singles,
  offline: Awaited<ReturnType<typeof verifyOffline>>,
): Result[] {
  const spreadOf = (until: 'logged' | 'followed' | 'published') => spread(bulks.map((bulk) => bulk[until]));
  const whole = spreadOf('logged');
  const cpus = bulks.flatMap(({ cpu }) => cpu ?? []);
  const cpu = (['client', 'postgres'] as const).map((part) => ({
    metric: `cpu_us/certificate ${part === 'client' ? 'service' : part}`,
    ...spread(cpus.map((each) => each[part])),
  }));
  const perSecond = offline.certificates / offline.seconds;
  return [
    { metric: `seconds for ${shown(count)}`, ...whole, ...(count === GOAL && atMost(whole.median, 10, '≤ 10 s')) },
    {
      metric: 'issued/s',
      ...spread(bulks.map(({ logged }) => count / logged)),
      ofLimit: {
        name: 'pairs signed/s by one core',
        ratio: spread(bulks.map(({ logged, pairs }) => count / logged / pairs)).median,
      },
    },
    { metric: 'seconds until applications and feed have followed', ...spreadOf('followed') },
    { metric: 'seconds until all stands under a checkpoint', ...spreadOf('published') },
    ...(cpus.length > 0 ? cpu : []),
    {
      metric: 'verified/s, offline, both signatures',
      median: perSecond,
      ofLimit: { name: 'pairs checked/s by all cores', ratio: perSecond / offline.pairs },
      // Of few, the start of the threads would be most of it.
      ...(count === GOAL && atLeast(perSecond, GOAL / 5, '28,000 in ≤ 5 s')),
    },
    { metric: 'cpu_us/certificate verified', median: offline.cpuUs },
    { metric: 'commit_ms, one row, beside the next', p50: commit.p50, p99: commit.p99 },
    {
      metric: 'single_ms, prepared to issued',
      p50: issued.p50,
      p99: issued.p99,
      ofLimit: { name: 'commit p99', ratio: commit.p99 / issued.p99 },
      ...atMost(issued.p99, 50, 'p99 ≤ 50 ms'),
    },
  ].map((result) => ({ id: 'C1', ...result, verified: true }));
}
