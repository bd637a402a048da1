import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { signIn, type PlacedOrder } from '@app/sdk';
import { DataSource } from 'typeorm';
import { replay } from '../../src/ledger/replay.js';
import { dataSourceOptions } from '../../src/platform/data-source.js';
import { start } from '../../src/start.js';
import { gather, type Cast } from '../job/cast.js';
import { DealMaker } from '../job/deal.js';
import { DEFAULT_DATA, DEFAULT_DESCRIPTION } from '../job/default-data.js';
import { recall } from '../job/memory.js';
import { Progress } from '../job/progress.js';
import { measureMachine } from './machine.js';
import { spread } from './report.js';

/** Commands a second over HTTP, beside pgbench in the same run. */
export async function benchOrders(args: string[]): Promise<void> {
  const { values: options } = parseArgs({
    args,
    options: {
      json: { type: 'string' },
      seconds: { type: 'string', default: '10' },
      connections: { type: 'string', default: '8' },
    },
  });
  const dataDir = await mkdtemp(join(tmpdir(), 'databourse-bench-'));
  const progress = new Progress();
  const running = await progress.step('启动服务', 'Service started', () =>
    start({ ...process.env, DEMO: '1', RATE_LIMIT: '0', PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'error' }),
  );
  try {
    const { config, databaseUrl } = running;
    const seconds = Number(options.seconds);
    const memory = Object.assign(await recall(dataDir), {
      run: { id: 'bench', at: new Date().toISOString(), data: '' },
    });
    const cast = await gather(config.PUBLIC_URL!, dataDir, memory);
    const { listingId } = await new DealMaker(cast, memory, progress).offer(DEFAULT_DATA, DEFAULT_DESCRIPTION);
    const machine = await progress.step('测量本机上限', 'The machine measured', () =>
      measureMachine(databaseUrl, dataDir, seconds, progress.say.bind(progress)),
    );
    const { accessToken } = await signIn({
      issuer: `${config.PUBLIC_URL}/oidc`,
      login: 'buyer',
      password: memory.password,
      resource: `${config.PUBLIC_URL}/v1`,
    });
    const load = { connections: Number(options.connections), seconds };
    const { placed, ...result } = await progress.step('下单', 'Orders placed', () =>
      placeOrders(cast, config.PUBLIC_URL!, accessToken, listingId, load),
    );
    // A figure whose result does not verify is no figure.
    const verified = await progress.step('核对', 'Verified', () => verify(databaseUrl, placed));
    if (!verified) throw new Error('the orders in the database are not those that were acknowledged: no figure');
    const ofLimit =
      machine.B === null ? null : { name: 'B', ratio: Math.round((result.median / machine.B) * 1000) / 1000 };
    const report = { machine, results: [{ ...result, ofLimit, verified }] };
    if (options.json) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
    progress.say(
      `B ${machine.B?.toFixed(0) ?? '–'}/s · ${result.metric}: ${result.median.toFixed(0)} (${result.min.toFixed(0)}–${result.max.toFixed(0)}) · ${ofLimit?.ratio ?? '–'} B`,
    );
  } finally {
    await running.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** "Place order" over HTTP, closed loop, `connections` at once: commands a second, median of three rounds. */
async function placeOrders(
  cast: Cast,
  origin: string,
  token: string,
  listingId: string,
  { connections, seconds }: { connections: number; seconds: number },
) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const body = JSON.stringify({ listingId });
  const place = (key: string): Promise<PlacedOrder> =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'idempotency-key': key,
      };
      request(`${origin}/v1/orders`, { method: 'POST', agent, headers }, (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () =>
          answer.statusCode === 201
            ? resolve(JSON.parse(text) as PlacedOrder)
            : reject(new Error(`${answer.statusCode} ${text}`)),
        );
      })
        .on('error', reject)
        .end(body);
    });

  let placed = 0;
  const round = async (name: string): Promise<number> => {
    const until = performance.now() + seconds * 1000;
    const began = performance.now();
    let done = 0;
    await Promise.all(
      Array.from({ length: connections }, async (_, worker) => {
        for (let i = 0; performance.now() < until; i += 1) {
          await place(`bench-${name}-${process.pid}-${worker}-${i}`);
          done += 1;
        }
      }),
    );
    placed += done;
    return done / ((performance.now() - began) / 1000);
  };
  await round('warm-up');
  const rates: number[] = [];
  for (const name of ['first', 'second', 'third']) rates.push(await round(name));
  agent.destroy();
  return { id: 'M2-place', metric: `place order/s at ${connections} connections`, ...spread(rates), placed };
}

/** Every acknowledged order is there, once, and the rows are what their events say. */
async function verify(databaseUrl: string, placed: number): Promise<boolean> {
  const database = new DataSource(dataSourceOptions(databaseUrl, 'databourse_auditor', 2));
  await database.initialize();
  const [{ orders }] = await database.query('SELECT count(*)::int AS orders FROM trading.order');
  for (;;) {
    const [{ left }] = await database.query(
      'SELECT count(*)::int - (SELECT size FROM ledger.head) AS left FROM ledger.payload',
    );
    if (Number(left) === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { differences } = await replay(database);
  await database.destroy();
  return orders === placed && differences.length === 0;
}
