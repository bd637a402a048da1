import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.js';
import { endWithNpm } from '../../src/platform/end-with-npm.js';
import { Progress } from '../job/progress.js';
import { batches, oneByOne, settleLag, type Bench } from './ledger-rates.js';
import { largeLog } from './ledger-size.js';
import { checkLeaves } from './load.js';
import { measureMachine } from './machine.js';
import { shown, spread, table, tidied, type Result } from './report.js';

const IDS = ['L1', 'L2', 'L3', 'L4', 'L5', 'L6', 'L9', 'settle'];

interface Options {
  readonly only: ReadonlySet<string>;
  readonly seconds: number;
  readonly leaves: number;
  readonly hold: number;
  readonly large: boolean;
  readonly json: string | undefined;
}

function understand(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: IDS.join() },
      seconds: { type: 'string' },
      leaves: { type: 'string' },
      hold: { type: 'string', default: '5' },
      large: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const only = new Set(values.only.split(','));
  const unknown = [...only].filter((id) => !IDS.includes(id));
  if (unknown.length > 0) throw new Error(`没有 / there is no ${unknown.join()}: ${IDS.join()}`);
  const number = (text: string): number => {
    if (Number(text) > 0) return Number(text);
    throw new Error(`应为正数 / must be a positive number: ${text}`);
  };
  const { quick, large, json } = values;
  const seconds = number(values.seconds ?? (quick ? '2' : '5'));
  return {
    only,
    seconds,
    leaves: number(values.leaves ?? (quick ? '1e5' : '1e6')),
    hold: number(values.hold),
    large,
    json,
  };
}

/** The benchmark of the audit ledger: the service's own sequencer and publisher, on a throwaway cluster. */
export async function benchLedger(args: string[]): Promise<void> {
  const options = understand(args);
  checkLeaves();
  const dir = await mkdtemp(join(tmpdir(), 'databourse-bench-'));
  const services = new Set<ChildProcess>();
  const starting = startEmbeddedPostgres({ dataDir: join(dir, 'postgres'), settings: { max_connections: '200' } });
  const end = once(async () => {
    for (const service of services) service.kill('SIGKILL');
    await (await starting).stop();
    await rm(dir, { recursive: true, force: true, maxRetries: 10 });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      // Whatever is under way fails now, as a consequence.
      for (const failure of ['uncaughtException', 'unhandledRejection']) process.on(failure, () => undefined);
      void end().finally(() => process.exit(128 + constants.signals[signal]));
    });
  endWithNpm();
  try {
    await measure(options, { url: (await starting).url, dir, services });
  } finally {
    await end();
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => (done ??= work());
}

async function measure(options: Options, cluster: Bench['cluster']): Promise<void> {
  const progress = new Progress();
  const { only, seconds, json } = options;
  const machine = await progress.step('测量本机上限', 'The machine measured', () =>
    measureMachine(cluster.url, cluster.dir, seconds, progress.say.bind(progress)),
  );
  const inserts = [machine.I];
  const bench: Bench = { ...options, cluster, progress, insertsMeasured: (I) => inserts.push(I) };
  const results: Result[] = [];
  if (only.has('L1')) results.push(...(await oneByOne(bench)));
  if (only.has('L2'))
    results.push(...(await batches(bench, { id: 'L2', connections: 16, perTransaction: 20, goal: 20_000 })));
  if (only.has('L3'))
    results.push(...(await batches(bench, { id: 'L3', connections: 8, perTransaction: 200, goal: 30_000 })));
  if (['L4', 'L5', 'L6', 'L9'].some((id) => only.has(id)))
    results.push(...(await largeLog(bench, (id) => only.has(id))));
  if (only.has('settle')) results.push(...(await settleLag(bench)));
  const report = tidied({ machine: { ...machine, I: spread(inserts).median }, results });
  if (json) {
    await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const { B, I, IofNode, fsyncPerS, signPerS, hashPerS } = report.machine;
  progress.say(
    `\n  ${machine.cpu} × ${machine.cores}, Node ${machine.node}, PostgreSQL ${machine.postgres}\n` +
      `  B ${B === null ? '–' : shown(B)}/s · I ${shown(I)}/s (Node ${shown(IofNode)}/s) · fsync ${shown(fsyncPerS)}/s · SHA-256 ${shown(hashPerS)}/s · ` +
      `${Object.entries(signPerS)
        .map(([name, perSecond]) => `${name} ${shown(perSecond)}/s`)
        .join(' · ')}\n`,
  );
  progress.say(table(report.results));
}
