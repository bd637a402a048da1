import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ApiProblem, type PlatformStatus } from '@app/sdk';
import { fsck, parseVkey } from '@app/tlog';
import { DataSource } from 'typeorm';
import { replay } from '../src/ledger/replay.js';
import { readConfig, type Config } from '../src/platform/config.js';
import { dataSourceOptions } from '../src/platform/data-source.js';
import { freePort, isFree } from '../src/platform/port.js';
import { StartError } from '../src/platform/start-error.js';
import { reasonOf } from '../src/platform/start-reason.js';
import { start, type Running } from '../src/start.js';
import { gather, type Cast } from './job/cast.js';
import { DealMaker, type Deal } from './job/deal.js';
import type { Description } from './job/offer.js';
import { databaseIdentity, layOut, mark } from './job/data-directory.js';
import { DEFAULT_DATA, DEFAULT_DESCRIPTION } from './job/default-data.js';
import { recall, remember, type Memory } from './job/memory.js';
import { Progress, until } from './job/progress.js';
import { Stopping } from './job/stopping.js';

const options = readOptions();
const began = performance.now();
const progress = new Progress();

const starting = startService();
const stopping = new Stopping(starting);
try {
  const running = await starting;
  const { deal, cast } = await job(running);
  const audit = await auditAll(running);
  await report(running, deal, audit);
  await forgetRun(running);
  stopping.done = true;
  if (options.once) await stopping.end(audit.sound ? 0 : 1);
  else invite(running, cast, deal);
} catch (error) {
  if (!stopping.asked) console.error(error instanceof ApiProblem ? error.message : reasonOf(error));
  await stopping.end(1);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: { once: { type: 'boolean', default: false }, data: { type: 'string' }, json: { type: 'string' } },
    });
    if (values.data !== undefined) accessSync(values.data, constants.R_OK);
    if (values.json !== undefined) accessSync(dirname(resolve(values.json)), constants.W_OK);
    return values;
  } catch (error) {
    console.error(`参数有误 / wrong arguments: ${(error as Error).message}`);
    console.error('用法 / usage: npm run up -- [--data FILE] [--once] [--json FACTS.json]');
    return process.exit(2);
  }
}

async function startService(): Promise<Running> {
  progress.say('databourse');
  const { DEMO = '1', LOG_LEVEL = 'warn', PORT, OIDC_ISSUER } = process.env;
  if (OIDC_ISSUER)
    throw new StartError(
      '主流程在内置签发方登录,请去掉 OIDC_ISSUER。 The main job signs in at the embedded issuer: unset OIDC_ISSUER.',
    );
  const config = readConfig(process.env);
  if (await layOut(config.DATA_DIR, await databaseIdentity(config)))
    progress.say(
      '  ↻ 数据库已更换,改用与其相配的密钥和状态 Another database than last time: with the keys and the state that belong to it',
    );
  const port = PORT ?? String(await rememberedPort(config));
  return progress.step('启动服务', 'Service started', async () => {
    const running = await start({ ...process.env, DEMO, LOG_LEVEL, PORT: port });
    await mark(config.DATA_DIR, (await databaseIdentity(config))!);
    return running;
  });
}

async function rememberedPort({ DATA_DIR, HOST }: Config): Promise<number> {
  const memory = await recall(DATA_DIR);
  const { port: known } = memory;
  const wanted = known ?? 8080;
  const free = await isFree(wanted, HOST);
  if (!free && memory.run)
    throw new StartError(
      `端口 ${wanted} 被占用,而中断的流程的凭证以该地址签发。请停止占用该端口的程序。\n` +
        `Port ${wanted} is taken, and the certificate of the interrupted run is issued under that address. Stop what uses the port.`,
    );
  const port = free ? wanted : await freePort(HOST);
  if (!free) progress.say(`  端口 ${wanted} 已被占用,改用 ${port} Port ${wanted} is taken: using ${port} instead`);
  if (known === null) await remember(DATA_DIR, Object.assign(memory, { port }));
  return port;
}

async function job({ config }: Running): Promise<{ deal: Deal; cast: Cast }> {
  const { DATA_DIR } = config;
  const memory = await recall(DATA_DIR);
  const cast = await progress.step('机构、人员、场所', 'Organisations, people, venues', () =>
    gather(config.PUBLIC_URL!, DATA_DIR, memory),
  );
  const wanted = resolve(options.data ?? DEFAULT_DATA);
  if (memory.run) {
    progress.say(`  ↻ 继续上次中断的流程 Continuing what was interrupted: ${memory.run.data}`);
    try {
      const deal = await dealIn(config, cast, memory);
      if (options.data === undefined || memory.run.data === wanted) return { deal, cast };
    } catch (error) {
      // What takes too long or breaks off is continued next time; only what was refused cannot be.
      if (stopping.asked || !isRefused(error)) throw error;
      progress.say(`  ↻ 无法继续,重新开始 It cannot be continued, beginning anew: ${(error as Error).message}`);
    }
  }
  const { now: at } = await cast.as.operator.get<PlatformStatus>('/v1/status');
  await remember(DATA_DIR, Object.assign(memory, { run: { id: randomUUID(), at, data: wanted } }));
  try {
    return { deal: await dealIn(config, cast, memory), cast };
  } catch (error) {
    // What the service has refused it would refuse again: nothing to continue.
    if (isRefused(error)) await forgetRun({ config });
    throw error;
  }
}

const isRefused = (error: unknown): boolean => error instanceof ApiProblem && error.status < 500;

function dealIn({ DATA_DIR }: Config, cast: Cast, memory: Memory): Promise<Deal> {
  const { data, at } = memory.run!;
  const description = data === DEFAULT_DATA ? DEFAULT_DESCRIPTION : describe(data, at);
  return new DealMaker(cast, memory, progress).run(data, description, join(DATA_DIR, 'received'));
}

/** Only what was reported is over: until then the next start does it again, and gets the same answers. */
async function forgetRun({ config: { DATA_DIR } }: Pick<Running, 'config'>): Promise<void> {
  await remember(DATA_DIR, Object.assign(await recall(DATA_DIR), { run: null }));
}

function describe(file: string, at: string): Description {
  const name = basename(file, extname(file));
  const today = at.slice(0, 10);
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
