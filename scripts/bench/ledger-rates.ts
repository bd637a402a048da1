import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../job/progress.js';
import { BenchLog, type Cluster } from './bench-log.js';
import { perEvent, type Cpu } from './cpu.js';
import { closedLoop, onSchedule, type Appender } from './load.js';
import { besideInserts } from './machine.js';
import { atLeast, atMost, percentiles, shown, spread, type Result } from './report.js';

/** What every case gets. */
export interface Bench {
  readonly cluster: Cluster;
  readonly progress: Progress;
  /** Of one round. */
  readonly seconds: number;
  /** Of the large log (L4, L6, L9). */
  readonly leaves: number;
  /** L5 goes on to ten times as many. */
  readonly large: boolean;
  /** How long another transaction stays open (settle), in seconds. */
  readonly hold: number;
  /** Hears of every value of I. */
  readonly insertsMeasured: (perSecond: number) => void;
}

const ROUNDS = 3;

export interface Round {
  /** Events committed a second. */
  readonly accepted: number;
  /** Events a second from the first commit until the tree holds the last of them. */
  readonly integrated: number;
  /** Leaves accepted, but not in the tree, when the last transaction had committed. */
  readonly backlog: number;
  /** Microseconds for each event. */
  readonly cpu: Cpu | undefined;
}

/** Accepts at full speed, then waits for the tree to hold it all. */
export async function round(
  log: BenchLog,
  appenders: readonly Appender[],
  perTransaction: number,
  load: { seconds: number; limit?: number },
): Promise<Round> {
  await log.untilQuiet();
  const { size: before } = await log.head();
  const used = await log.cpu();
  const began = performance.now();
  const { events, seconds } = await closedLoop(appenders, perTransaction, load);
  const { size } = await log.head();
  await log.untilSize(before + events);
  const whole = (performance.now() - began) / 1000;
  const cpu = perEvent(used, await log.cpu(), events);
  return { accepted: events / seconds, integrated: events / whole, backlog: Math.max(0, before + events - size), cpu };
}

/** What an event costs, whatever else the machine does meanwhile. */
function cpuOf(rounds: readonly Round[]): Omit<Result, 'id' | 'verified'>[] {
  const known = rounds.flatMap(({ cpu }) => cpu ?? []);
  if (known.length === 0) return [];
  return (['client', 'service', 'postgres'] as const).map((part) => ({
    metric: `cpu_us/event ${part}`,
    ...spread(known.map((cpu) => cpu[part])),
  }));
}

const told = ({ accepted, integrated, backlog }: Round): string =>
  `${shown(accepted)}/s → ${shown(integrated)}/s, ${shown(backlog)} left`;

/** L1: one event for each transaction at 64 connections, beside I. */
export async function oneByOne(bench: Bench): Promise<Result[]> {
  const { cluster, progress, seconds, insertsMeasured } = bench;
  return withLog(bench, 'l1', (log) =>
    besideInserts(cluster.url, cluster.dir, async (measureI) => {
      const limit = (): Promise<number> => progress.step('I', 'I', () => measureI(Math.min(3, seconds)), shown);
      const appenders = await log.connect(64);
      await round(log, appenders, 1, { seconds: 1 });
      const rounds: Round[] = [];
      const limits = [await limit()];
      for (let i = 1; i <= ROUNDS; i += 1) {
        rounds.push(await progress.step('L1', `${i}`, () => round(log, appenders, 1, { seconds }), told));
        limits.push(await limit());
      }
      limits.forEach(insertsMeasured);
      const accepted = spread(rounds.map((r) => r.accepted));
      const latencies = await progress.step('L1', 'latency', () =>
        commitLatencies(log, appenders, { perSecond: accepted.median / 2, seconds: 2 * seconds }),
      );
      const ofI = spread(rounds.map((r, i) => r.accepted / ((limits[i]! + limits[i + 1]!) / 2))).median;
      const even = spread(rounds.map((r) => r.integrated / r.accepted)).median;
      const { p50, p99 } = latencies.checkpoint;
      const verified = true;
      return [
        { metric: 'accepted/s', ...accepted, ofLimit: { name: 'I', ratio: ofI }, ...atLeast(ofI, 0.5, '≥ 0.5 I') },
        {
          metric: 'integrated/s',
          ...spread(rounds.map((r) => r.integrated)),
          ...atLeast(even, 0.95, '≥ 0.95 accepted'),
        },
        { metric: 'backlog at the end, leaves', ...spread(rounds.map((r) => r.backlog)) },
        ...cpuOf(rounds),
        { metric: 'command_ms at half that rate', ...latencies.command },
        { metric: 'checkpoint_ms at half that rate', p50, p99, ...atMost(p99, 1500, 'p99 ≤ 1.5 s') },
      ].map((result) => ({ id: 'L1', ...result, verified }));
    }),
  );
}

/**
 * Single events on a schedule. `command`: from the planned time to the commit. `checkpoint`: from the commit until a reader sees a
 * signed checkpoint that covers it. Verifies the log, which tells the place of each event.
 */
async function commitLatencies(
  log: BenchLog,
  appenders: readonly Appender[],
  load: { perSecond: number; seconds: number },
) {
  const committed = new Map(appenders.map(({ stream }) => [stream, new Map<number, number>()]));
  const command: number[] = [];
  const checkpoints: { size: number; at: number }[] = [];
  let done = false;
  const watch = async (): Promise<void> => {
    for (let size = 0; !done;) {
      const { rows } = await log.db.query<{ size: string | null }>('SELECT max(size) AS size FROM ledger.checkpoint');
      const seen = Number(rows[0]!.size);
      if (seen > size) checkpoints.push({ size: (size = seen), at: performance.now() });
      await sleep(10);
    }
  };
  const watching = watch();
  await onSchedule(appenders, load, async (appender, planned) => {
    await appender.append(1);
    const now = performance.now();
    command.push(now - planned);
    committed.get(appender.stream)!.set(appender.version, now);
  });
  const size = await log.untilPublished();
  while (checkpoints.at(-1)!.size < size) await sleep(20);
  done = true;
  await watching;
  const checkpoint: number[] = [];
  let next = 0;
  await log.verify((index, stream, version) => {
    const at = committed.get(stream)?.get(version);
    if (at === undefined) return;
    while (checkpoints[next]!.size <= index) next += 1;
    checkpoint.push(checkpoints[next]!.at - at);
  });
  return { command: percentiles(command), checkpoint: percentiles(checkpoint) };
}

/** L2 and L3: many events for each transaction. */
export async function batches(
  bench: Bench,
  { id, connections, perTransaction, goal }: { id: string; connections: number; perTransaction: number; goal: number },
): Promise<Result[]> {
  return withLog(bench, id.toLowerCase(), async (log) => {
    const appenders = await log.connect(connections);
    await round(log, appenders, perTransaction, { seconds: 1 });
    const rounds: Round[] = [];
    for (let i = 1; i <= ROUNDS; i += 1)
      rounds.push(await bench.progress.step(id, `${i}`, () => round(log, appenders, perTransaction, bench), told));
    await bench.progress.step(id, 'verified', () => log.verify());
    const integrated = spread(rounds.map((r) => r.integrated));
    return [
      { metric: 'accepted/s', ...spread(rounds.map((r) => r.accepted)) },
      { metric: 'integrated/s', ...integrated, ...atLeast(integrated.median, goal) },
      { metric: 'backlog at the end, leaves', ...spread(rounds.map((r) => r.backlog)) },
      ...cpuOf(rounds),
    ].map((result) => ({ id, ...result, verified: true }));
  });
}

const SETTLE_PER_S = 4000;

/** What a long write transaction elsewhere does: nothing settles until it ends. How far behind the tree is then, and for how long. */
export async function settleLag(bench: Bench): Promise<Result[]> {
  return withLog(bench, 'settle', async (log) => {
    const appenders = await log.connect(16);
    const [other] = await log.connect(1);
    await round(log, appenders, 20, { seconds: 1 });
    const lags: number[] = [];
    const recoveries: number[] = [];
    const hold = (): Promise<{ lag: number; recovery: number }> => holdBack(log, other!, appenders, bench.hold);
    for (let i = 1; i <= ROUNDS; i += 1) {
      const { lag, recovery } = await bench.progress.step('settle', `${i}`, hold);
      lags.push(lag);
      recoveries.push(recovery);
    }
    await bench.progress.step('settle', 'verified', () => log.verify());
    return [
      { metric: `leaves waiting after ${bench.hold} s at ${SETTLE_PER_S}/s`, ...spread(lags) },
      { metric: 'seconds until they are in the tree', ...spread(recoveries) },
    ].map((result) => ({ id: 'settle', ...result, verified: true }));
  });
}

async function holdBack(log: BenchLog, other: Appender, appenders: readonly Appender[], seconds: number) {
  await log.untilQuiet();
  const { size: before } = await log.head();
  let events = 0;
  const held = other.hold(seconds);
  const loaded = onSchedule(appenders, { perSecond: SETTLE_PER_S / 20, seconds }, async (appender) => {
    await appender.append(20);
    events += 20;
  });
  await held;
  const freed = performance.now();
  const { size } = await log.head();
  const lag = Math.max(0, before + events - size);
  await loaded;
  await log.untilSize(before + events);
  return { lag, recovery: (performance.now() - freed) / 1000 };
}

export async function withLog<T>({ cluster }: Bench, name: string, work: (log: BenchLog) => Promise<T>): Promise<T> {
  const log = await BenchLog.make(cluster, `bench_${name}`);
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}
