import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fsck } from '@app/tlog';
import { audit } from '../audit.js';
import type { BenchLog } from './bench-log.js';
import { round, withLog, type Bench, type Round } from './ledger-rates.js';
import { closedLoop, type Appender } from './load.js';
import { proofLatencies } from './proofs.js';
import { atLeast, shown, spread, type Result } from './report.js';

const ROUNDS = 3;
const FILL = { connections: 4, perTransaction: 1000 };

/** L4, L5, L6 and L9 share one growing log: each case that is wanted is measured when the log has its size. */
export async function largeLog(bench: Bench, wanted: (id: string) => boolean): Promise<Result[]> {
  return withLog(bench, 'large', async (log) => {
    const results: Result[] = [];
    const bySize: { size: number; rates: number[] }[] = [];
    const fillers = await log.connect(FILL.connections);
    const appenders = await log.connect(16);
    const measureAt = async (size: number): Promise<void> => {
      if (!wanted('L5')) return;
      await grow(bench, log, fillers, size);
      bySize.push({ size, rates: await ratesAt(bench, log, appenders, size) });
    };
    for (const size of [10_000, 100_000]) if (size < bench.leaves) await measureAt(size);
    results.push(...(await drain(bench, log, fillers)));
    await measureAt(bench.leaves);
    if (bench.large) await measureAt(10 * bench.leaves);
    await bench.progress.step('L4–L9', 'verified', () => log.verify());
    if (wanted('L5')) results.push(...ofSizes(bySize), ...(await bytesPerEntry(log)));
    if (wanted('L6')) results.push(...(await proofLatencies(bench, log)));
    if (wanted('L9')) results.push(await offline(bench, log));
    return results.filter(({ id }) => wanted(id));
  });
}

/** L4: the sequencer starts with a backlog. The runs are the thirds of it, one after the other. */
async function drain({ progress, leaves }: Bench, log: BenchLog, fillers: readonly Appender[]): Promise<Result[]> {
  const { size: before } = await log.head();
  await log.stop('worker');
  const filled = await progress.step(
    'L4',
    'filled',
    () => closedLoop(fillers, FILL.perTransaction, { seconds: Infinity, limit: leaves }),
    ({ events, seconds }) => `${shown(events)} at ${shown(events / seconds)}/s`,
  );
  const seen: { size: number; at: number }[] = [];
  await log.serve('worker');
  await progress.step('L4', 'drained', () =>
    log.untilSize(before + filled.events, (size) => seen.push({ size, at: performance.now() })),
  );
  // It may be at work before the first look.
  const begin = seen.findLast(({ size }) => size === before) ?? seen[0]!;
  const rates: number[] = [];
  for (let i = 0, from = begin; i < ROUNDS; i += 1) {
    const goal = begin.size + ((before + filled.events - begin.size) * (i + 1)) / ROUNDS;
    const to = seen.find(({ size }) => size >= Math.floor(goal))!;
    rates.push((to.size - from.size) / ((to.at - from.at) / 1000));
    from = to;
  }
  const drained = spread(rates);
  const followed = await progress.step('L4', 'followed', () => followRate(log), shown);
  await log.skip();
  return [
    { metric: `accepted/s, ${FILL.perTransaction} events per transaction`, median: filled.events / filled.seconds },
    { metric: `drained/s of ${shown(filled.events)}`, ...drained, ...atLeast(drained.median, 45_000) },
    { metric: 'followed/s by the slowest reaction or the feed', median: followed },
  ].map((result) => ({ id: 'L4', ...result, verified: true }));
}

/** How fast the followers catch up with a long log, while nothing else happens. */
async function followRate(log: BenchLog): Promise<number> {
  const from = await log.followed();
  const began = performance.now();
  const { size } = await log.head();
  let to = from;
  while (to < size && performance.now() - began < 5000) {
    await sleep(100);
    to = await log.followed();
  }
  return (to - from) / ((performance.now() - began) / 1000);
}

async function grow({ progress }: Bench, log: BenchLog, fillers: readonly Appender[], size: number): Promise<void> {
  const { size: now } = await log.head();
  if (now >= size) return;
  await progress.step('L5', `grown to ${shown(size)}`, async () => {
    const { events } = await closedLoop(fillers, FILL.perTransaction, { seconds: Infinity, limit: size - now });
    await log.untilSize(now + events);
    await log.skip();
  });
}

/** L2's rate; the rounds at a small size are short, so that it stays this size. */
async function ratesAt({ progress, seconds }: Bench, log: BenchLog, appenders: readonly Appender[], size: number) {
  const rates: number[] = [];
  await log.tidy();
  for (let i = 1; i <= ROUNDS; i += 1) {
    const load = { seconds, limit: Math.max(5000, size / 4) };
    const told = (r: Round): string => `${shown(r.integrated)}/s`;
    const { integrated } = await progress.step('L5', `at ${shown(size)}`, () => round(log, appenders, 20, load), told);
    rates.push(integrated);
  }
  return rates;
}

function ofSizes(bySize: readonly { size: number; rates: number[] }[]): Result[] {
  const results: Result[] = bySize.map(({ size, rates }) => ({
    id: 'L5',
    metric: `integrated/s at ${shown(size)} leaves`,
    ...spread(rates),
    verified: true,
  }));
  const [first, last] = [bySize.find(({ size }) => size >= 100_000) ?? bySize[0]!, bySize.at(-1)!];
  if (first === last) return results;
  const ratio = spread(last.rates).median / spread(first.rates).median;
  const metric = `rate at ${shown(last.size)} / rate at ${shown(first.size)}`;
  return [...results, { id: 'L5', metric, median: ratio, ...atLeast(ratio, 0.9), verified: true }];
}

/** Of every table of the ledger with its indexes, partitions together. */
async function bytesPerEntry(log: BenchLog): Promise<Result[]> {
  const { rows } = await log.db.query<{ name: string; bytes: string }>(
    `SELECT coalesce(pg_partition_root(c.oid)::regclass, c.oid::regclass)::text AS name,
            sum(pg_total_relation_size(c.oid)) AS bytes
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'ledger' AND c.relkind = 'r' GROUP BY 1 ORDER BY 2 DESC`,
  );
  const { size } = await log.head();
  return rows
    .map(({ name, bytes }) => ({ name, perEntry: Number(bytes) / size }))
    .filter(({ perEntry }) => perEntry >= 1)
    .map(({ name, perEntry }) => ({ id: 'L5', metric: `bytes/entry ${name}`, median: perEntry, verified: true }));
}

/** L9: somebody else's full check of an exported folder. Seconds are the greater of clock and CPU, so that help from other threads does not count. */
async function offline({ cluster, progress }: Bench, log: BenchLog): Promise<Result> {
  const dir = join(cluster.dir, 'export');
  const told: string[] = [];
  const out = { write: (text: string) => told.push(text) };
  const code = await progress.step('L9', 'exported', () =>
    audit(['export', '--url', log.urlOf('worker'), '--dir', dir], process.env, out),
  );
  if (code !== 0) throw new Error(`the export failed: ${told.join('')}`);
  const { size } = await log.head();
  const rates: number[] = [];
  for (let i = 1; i <= ROUNDS; i += 1)
    rates.push(await progress.step('L9', `${i}`, () => fsckRate(dir, log.vkey, size), shown));
  await rm(dir, { recursive: true });
  const verified = spread(rates);
  const metric = `leaves/s verified offline of ${shown(size)}`;
  return { id: 'L9', metric, ...verified, ...atLeast(verified.median, 150_000), verified: true };
}

async function fsckRate(dir: string, vkey: string, size: number): Promise<number> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const report = await fsck(dir, [vkey]);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  if (!report.ok || report.counts.entries !== size) throw new Error(`the exported log is wrong: ${report.faultCount}`);
  return size / Math.max(seconds, (user + system) / 1e6);
}
