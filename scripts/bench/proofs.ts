import { Agent, get } from 'node:http';
import type { ConsistencyView } from '@app/sdk';
import { openCheckpoint, parseProof, parseVkey, TlogError, verifyConsistency, verifyProof } from '@app/tlog';
import type { BenchLog } from './bench-log.js';
import type { Bench } from './ledger-rates.js';
import { onSchedule } from './load.js';
import { atMost, percentiles, spread, type Result } from './report.js';

const PER_S = 500;
const ROUNDS = 3;
const SAMPLE = 20_000;

/** L6: proofs over HTTP on a fixed schedule, latency from the planned time; every answer is verified afterwards. */
export async function proofLatencies(bench: Bench, log: BenchLog): Promise<Result[]> {
  await log.untilQuiet();
  await log.tidy();
  const origin = await log.serve('api');
  try {
    const { rows: events } = await log.db.query<{ id: string }>(
      `SELECT event_id AS id FROM ledger.payload TABLESAMPLE SYSTEM (2) ORDER BY random() LIMIT $1`,
      [SAMPLE],
    );
    const { rows: sizes } = await log.db.query<{ size: string }>('SELECT size FROM ledger.checkpoint WHERE size > 0');
    const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)]!;
    const inclusion = () => `${origin}/v1/events/${pick(events).id}/proof`;
    const consistency = () => `${origin}/v1/log/consistency?from=${pick(sizes).size}`;
    return [
      ...(await measure(bench, 'inclusion', inclusion, (body) => mustInclude(body, log.vkey))),
      ...(await measure(bench, 'consistency', consistency, (body) => mustContinue(body, log.vkey))),
    ];
  } finally {
    await log.stop('api');
  }
}

async function measure(
  { progress, seconds }: Bench,
  name: string,
  url: () => string,
  verify: (body: string) => void,
): Promise<Result[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const hands = Array.from({ length: 64 }, (_, i) => i);
  const warmUp = (): Promise<void> =>
    onSchedule(hands, { perSecond: PER_S, seconds: 1 }, async () => void (await fetchText(agent, url())));
  await warmUp();
  const rounds: { p50: number; p99: number }[] = [];
  let bytes = 0;
  let answers = 0;
  for (let i = 1; i <= ROUNDS; i += 1) {
    const bodies: string[] = [];
    const latencies: number[] = [];
    await progress.step('L6', `${name} ${i}`, () =>
      onSchedule(hands, { perSecond: PER_S, seconds }, async (_, planned) => {
        bodies.push(await fetchText(agent, url()));
        latencies.push(performance.now() - planned);
      }),
    );
    bodies.forEach(verify);
    bytes += bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
    answers += bodies.length;
    rounds.push(percentiles(latencies));
  }
  agent.destroy();
  const p50 = spread(rounds.map((r) => r.p50)).median;
  const { median: p99, min, max } = spread(rounds.map((r) => r.p99));
  const verified = true;
  return [
    {
      id: 'L6',
      metric: `${name} proof_ms at ${PER_S}/s`,
      p50,
      p99,
      min,
      max,
      ...atMost(p99, 10, 'p99 ≤ 10 ms'),
      verified,
    },
    { id: 'L6', metric: `bytes of a ${name} proof`, median: bytes / answers, verified },
  ];
}

function fetchText(agent: Agent, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(text) : reject(new Error(`${url}: ${answer.statusCode} ${text}`)),
      );
    }).on('error', reject);
  });
}

function mustInclude(body: string, vkey: string): void {
  verifyProof(body, parseProof(body).extra!, [parseVkey(vkey)]);
}

function mustContinue(body: string, vkey: string): void {
  const { from, to, hashes } = JSON.parse(body) as ConsistencyView;
  const [first, last] = [from, to].map((view) => openCheckpoint(view.checkpoint, [parseVkey(vkey)]).checkpoint);
  const proof = hashes.map((hash) => Buffer.from(hash, 'base64'));
  if (!verifyConsistency(proof, first!.size, last!.size, first!.root, last!.root))
    throw new TlogError(`the tree of ${first!.size} is not proven to be a prefix of that of ${last!.size}`);
}
