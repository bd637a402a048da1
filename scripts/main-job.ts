import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { PlatformStatus } from '@app/sdk';
import { fsck, parseVkey } from '@app/tlog';
import { DataSource } from 'typeorm';
import { replay } from '../src/ledger/replay.js';
import { ConfigError, readConfig } from '../src/platform/config.js';
import { dataSourceOptions } from '../src/platform/data-source.js';
import { freePort, isFree, start, type Running } from '../src/start.js';
import { gather, type Cast } from './job/cast.js';
import { DealMaker, type Deal } from './job/deal.js';
import type { Description } from './job/offer.js';
import { DEFAULT_DATA, DEFAULT_DESCRIPTION } from './job/default-data.js';
import { recall, remember } from './job/memory.js';
import { Progress, until } from './job/progress.js';

const { values: options } = parseArgs({
  options: { once: { type: 'boolean', default: false }, data: { type: 'string' }, json: { type: 'string' } },
});

const began = performance.now();
const progress = new Progress();

try {
  const running = await startService();
  const finish = stopOnSignal(running);
  const { deal, cast } = await job(running);
  const audit = await auditAll(running);
  await report(running, deal, audit);
  if (options.once) await finish(audit.sound ? 0 : 1);
  else invite(running, cast, deal);
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}

async function startService(): Promise<Running> {
  progress.say('databourse');
  return progress.step('启动服务', 'Service started', async () => {
    const { DEMO = '1', LOG_LEVEL = 'warn', PORT } = process.env;
    return start({ ...process.env, DEMO, LOG_LEVEL, PORT: PORT ?? String(await rememberedPort()) });
  });
}

/** The same port each time: the address is part of the identity that certificates carry (did:web). */
async function rememberedPort(): Promise<number> {
  const { DATA_DIR } = readConfig(process.env);
  const memory = await recall(DATA_DIR);
  const port = (await isFree(memory.port)) ? memory.port : await freePort();
  await remember(DATA_DIR, Object.assign(memory, { port }));
  return port;
}

function stopOnSignal(running: Running): (code: number) => Promise<void> {
  let stopping: Promise<void> | undefined;
  const finish = (code: number): Promise<void> => (stopping ??= running.stop().then(() => process.exit(code)));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void finish(0));
  return finish;
}

async function job({ config }: Running): Promise<{ deal: Deal; cast: Cast }> {
  const memory = await recall(config.DATA_DIR);
  const cast = await progress.step('机构、人员、场所', 'Organisations, people, venues', () =>
    gather(config.PUBLIC_URL!, config.DATA_DIR, memory),
  );
  if (memory.run) progress.say('  ↻ 继续上次中断的流程 Continuing what was interrupted');
  else {
    const { now: at } = await cast.as.operator.get<PlatformStatus>('/v1/status');
    const run = { id: randomUUID(), at, data: resolve(options.data ?? DEFAULT_DATA) };
    await remember(config.DATA_DIR, Object.assign(memory, { run }));
  }
  const { data } = memory.run!;
  const description = data === DEFAULT_DATA ? DEFAULT_DESCRIPTION : describe(data);
  const deal = await new DealMaker(cast, memory, progress).run(data, description, join(config.DATA_DIR, 'received'));
  await remember(config.DATA_DIR, Object.assign(memory, { run: null }));
  return { deal, cast };
}

function describe(file: string): Description {
  const name = basename(file, extname(file));
  const today = new Date().toISOString().slice(0, 10);
  const said = `由文件 ${basename(file)} 登记的数据集 Data set of the file ${basename(file)}`;
  return {
    name: firstOf(name, 40),
    abstract: firstOf(said, 400),
    timeFrom: today,
    timeTo: today,
    regionText: '未说明 not stated',
  };
}

/** The first `n` characters as a form counts them: code points. */
function firstOf(text: string, n: number): string {
  return Array.from(text).slice(0, n).join('');
}

interface Audit {
  readonly size: number;
  readonly root: string;
  readonly verified: boolean;
  readonly events: number;
  readonly rows: number;
  readonly differences: number;
  readonly sound: boolean;
}

/** As an outsider: the log over HTTP, byte by byte; then every row against the events. */
async function auditAll({ config, databaseUrl }: Running): Promise<Audit> {
  const log = `${config.PUBLIC_URL}/log`;
  const vkey = (await (await fetch(`${log}/key`)).text()).trim();
  const checked = await progress.step('外部验证整个账本', 'Whole ledger verified from outside', async () => {
    const database = new DataSource(dataSourceOptions(databaseUrl, 'databourse_auditor', 1));
    await database.initialize();
    const [{ size }] = await database.query('SELECT size FROM ledger.head');
    await database.destroy();
    const ask = () => fsck(log, [vkey], { origin: parseVkey(vkey).name });
    return until(ask, ({ checkpoint }) => (checkpoint?.size ?? 0) >= Number(size), 'checkpoint');
  });
  const replayed = await progress.step('重放全部事件并逐行比对', 'All events replayed against every row', async () => {
    const database = new DataSource(dataSourceOptions(databaseUrl, 'databourse_auditor', 2));
    await database.initialize();
    try {
      return await replay(database);
    } finally {
      await database.destroy();
    }
  });
  const { checkpoint, ok, faults } = checked;
  for (const { resource, reason } of faults) progress.say(`  ✗ ${resource}: ${reason}`);
  for (const { table, id, column } of replayed.differences) progress.say(`  ✗ ${table} ${id} ${column}`);
  const differences = replayed.differences.length;
  progress.say(ok ? `  verified: ${checkpoint!.size} entries` : '  NOT verified');
  progress.say(differences === 0 ? '  replayed: no difference' : `  replayed: ${differences} differences`);
  const root = Buffer.from(checkpoint?.root ?? []).toString('base64');
  const { events, rows } = replayed;
  return { size: checkpoint?.size ?? 0, root, verified: ok, events, rows, differences, sound: ok && differences === 0 };
}

async function report({ config }: Running, deal: Deal, audit: Audit): Promise<void> {
  if (options.json === undefined) return;
  const { sound, ...ledger } = audit;
  const facts = {
    ...deal,
    ledger,
    ok: sound,
    seconds: Math.round(performance.now() - began) / 1000,
    steps: progress.times,
    url: config.PUBLIC_URL,
  };
  await writeFile(options.json, `${JSON.stringify(facts, null, 2)}\n`);
}

function invite({ config }: Running, cast: Cast, deal: Deal): void {
  const url = config.PUBLIC_URL!;
  const memoryFile = join(config.DATA_DIR, 'demonstration.json');
  progress.say(`
  控制台 console      ${url}/console/
  登记凭证 register   ${url}/certificates/${deal.certificateNumber}
  接口文档 interface  ${url}/docs
  账本 ledger         ${url}/log/checkpoint

  登录 sign in as: ${cast.logins.map(({ login, name }) => `\n    ${login.padEnd(10)} ${name}`).join('')}
    operator   平台运营 Operator
  口令 password: 见 in ${memoryFile} ("password"); operator: ${join(config.DATA_DIR, 'operator-password')}

  停止请按 Ctrl-C。 Press Ctrl-C to stop.`);
}
