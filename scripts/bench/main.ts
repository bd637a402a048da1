import 'reflect-metadata';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { signIn } from '@app/sdk';
import { DataSource } from 'typeorm';
import { replay } from '../../src/ledger/replay.js';
import { dataSourceOptions } from '../../src/platform/data-source.js';
import { start } from '../../src/start.js';
import { gather } from '../job/cast.js';
import { DealMaker } from '../job/deal.js';
import { DEFAULT_DATA, DEFAULT_DESCRIPTION } from '../job/default-data.js';
import { recall } from '../job/memory.js';
import { Progress } from '../job/progress.js';
import { measureMachine } from './machine.js';
import { placeOrders } from './orders.js';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '8' },
  },
});
const [name = 'orders'] = positionals;
if (name !== 'orders') throw new Error(`没有基准测试 / no benchmark ${name}: orders`);

const dataDir = await mkdtemp(join(tmpdir(), 'databourse-bench-'));
const progress = new Progress();
const running = await progress.step('启动服务', 'Service started', () =>
  start({ ...process.env, DEMO: '1', RATE_LIMIT: '0', PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'error' }),
);
try {
  const { config, databaseUrl } = running;
  const seconds = Number(options.seconds);
  const memory = Object.assign(await recall(dataDir), { run: { id: 'bench', at: new Date().toISOString(), data: '' } });
  const cast = await gather(config.PUBLIC_URL!, dataDir, memory);
  const { listingId } = await new DealMaker(cast, memory, progress).offer(DEFAULT_DATA, DEFAULT_DESCRIPTION);
  const machine = await progress.step('测量本机上限', 'The machine measured', () =>
    measureMachine(databaseUrl, seconds, progress.say.bind(progress)),
  );
  const { accessToken } = await signIn({
    issuer: `${config.PUBLIC_URL}/oidc`,
    login: 'buyer',
    password: memory.password,
    resource: `${config.PUBLIC_URL}/v1`,
  });
  const result = await progress.step('下单', 'Orders placed', () =>
    placeOrders(cast, config.PUBLIC_URL!, accessToken, listingId, {
      connections: Number(options.connections),
      seconds,
    }),
  );
  // A figure whose result does not verify is no figure.
  const verified = await progress.step('核对', 'Verified', () => verify(databaseUrl, result.placed));
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

/** Every acknowledged order is there, once, and the rows are what their events say. */
async function verify(databaseUrl: string, placed: number): Promise<boolean> {
  const database = new DataSource(dataSourceOptions(databaseUrl, 'databourse_auditor', 2));
  await database.initialize();
  const [{ orders }] = await database.query('SELECT count(*)::int AS orders FROM trading.order');
  for (;;) {
    const [{ left }] = await database.query(
      'SELECT count(*)::int AS left FROM ledger.intake i, ledger.head h WHERE (i.gen, i.xid, i.seq) > (h.gen, h.xid, h.seq)',
    );
    if (left === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { differences } = await replay(database);
  await database.destroy();
  return orders === placed && differences.length === 0;
}
