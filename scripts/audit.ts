import { existsSync, realpathSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import 'reflect-metadata';
import { fsck, openCheckpoint, parseVkey, tilePath, tilesBetween, urlSource, type Tile } from '@app/tlog';
import { DataSource } from 'typeorm';
import { replay } from '../src/ledger/replay.js';
import { readConfig } from '../src/platform/config.js';
import { dataSourceOptions } from '../src/platform/data-source.js';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres.js';

const USAGE = `用法 / usage: npm run audit -- COMMAND
  verify --url URL | --dir DIR [--vkey KEY]  检查签名、每个分块、每个条目 / check the signature, every tile, every entry
  export --url URL --dir DIR                 保存日志的完整副本 / save a full copy of the log (C2SP layout)
  replay [--database URL]                    重放全部事件并逐行比对 / fold all events and compare every row
`;

const AHEAD = 16;

class Misuse extends Error {}

interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/** The audit command; answers its exit code: 0 all is right, 1 something is wrong, 2 it was not understood. */
export async function audit(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  out: Terminal,
  err: Terminal = out,
): Promise<number> {
  try {
    const { command, options } = understand(args);
    if (command === 'verify') return await verify(options, out, progressOn(err));
    if (command === 'export') return await exportLog(options, out, progressOn(err));
    return await replayAll(options.database, env, out, progressOn(err));
  } catch (error) {
    err.write(`${error instanceof Misuse ? USAGE : ''}${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof Misuse ? 2 : 1;
  }
}

type Options = Partial<Record<'url' | 'dir' | 'vkey' | 'database', string>>;
const allowed: Record<string, readonly string[]> = {
  verify: ['url', 'dir', 'vkey'],
  export: ['url', 'dir'],
  replay: ['database'],
};

function understand(args: readonly string[]): { command: string; options: Options } {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { url: text, dir: text, vkey: text, database: text },
      allowPositionals: true,
    });
    const [command = '', ...more] = positionals;
    const names = allowed[command];
    if (!names || more.length > 0) throw new Misuse(`? ${positionals.join(' ')}`);
    for (const name of Object.keys(values)) if (!names.includes(name)) throw new Misuse(`${command}: --${name} ?`);
    return { command, options: values };
  } catch (error) {
    throw error instanceof Misuse ? error : new Misuse((error as Error).message);
  }
}

async function verify({ url, dir, vkey }: Options, out: Terminal, progress: Progress): Promise<number> {
  if ((url === undefined) === (dir === undefined)) throw new Misuse('verify: --url URL 或 / or --dir DIR');
  const source = url === undefined ? dir! : prefixOf(url);
  const key = vkey ?? (await keyOf(source));
  out.write(`公钥 / key     ${key}${vkey ? '' : TRUSTED_ON_FIRST_USE}\n`);
  const { checkpoint, counts, faults, faultCount } = await fsck(source, [key], {
    origin: parseVkey(key).name,
    onProgress: progress,
  });
  progress.end();
  for (const { resource, reason } of faults) out.write(`错误 / wrong   ${resource}: ${reason}\n`);
  if (faultCount > faults.length) out.write(`… ${faultCount}\n`);
  if (checkpoint) out.write(described(checkpoint));
  const { entries, tiles, bundles } = counts;
  if (faultCount === 0) out.write(`verified: ${entries} entries, ${tiles} tiles, ${bundles} bundles\n`);
  return faultCount === 0 ? 0 : 1;
}

const TRUSTED_ON_FIRST_USE =
  '\n  来自日志本身，首次使用即信任；请与其他来源核对，或用 --vkey 指定' +
  '\n  taken from the log itself and trusted on first use: compare it with another source, or give --vkey';

async function exportLog({ url, dir }: Options, out: Terminal, progress: Progress): Promise<number> {
  if (url === undefined || dir === undefined) throw new Misuse('export: --url URL --dir DIR');
  const prefix = prefixOf(url);
  const source = urlSource(prefix);
  const key = await keyOf(prefix);
  const note = await source('checkpoint', 1 << 20);
  if (!note) throw new Error(`${prefix}/checkpoint: 404`);
  const { checkpoint } = openCheckpoint(note, [parseVkey(key)]);
  const save = async (path: string, bytes: Uint8Array | string): Promise<void> => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), bytes);
  };
  const copy = async (tile: Tile): Promise<void> => {
    const bytes = await source(tilePath(tile), 256 * (2 + 0xffff));
    if (!bytes) throw new Error(`${prefix}/${tilePath(tile)}: 404`);
    await save(tilePath(tile), bytes);
    if (tile.level === 'entries') progress(tile.index * 256 + tile.width, checkpoint.size);
  };
  let batch: Promise<void>[] = [];
  for (const tile of tilesBetween(0, checkpoint.size)) {
    batch.push(copy(tile));
    if (batch.length < AHEAD) continue;
    await Promise.all(batch);
    batch = [];
  }
  await Promise.all(batch);
  await save('key', `${key}\n`);
  await save('checkpoint', note);
  progress.end();
  out.write(`${described(checkpoint)}exported: ${dir}\n`);
  return 0;
}

async function replayAll(
  database: string | undefined,
  env: NodeJS.ProcessEnv,
  out: Terminal,
  progress: Progress,
): Promise<number> {
  // For what it registers: every aggregate, event and projection.
  await import('../src/app.module.js');
  const used = await databaseOf(database, env);
  const dataSource = new DataSource(dataSourceOptions(used.url, 'databourse_auditor', 1));
  try {
    await dataSource.initialize();
    const report = await replay(dataSource, progress);
    progress.end();
    for (const { table, id, column, expected, actual } of report.differences)
      out.write(`差异 / difference  ${table} ${id} ${column}\n  expected ${expected}\n  actual   ${actual}\n`);
    if (report.erased > 0) out.write(`已删除内容 / erased payloads: ${report.erased}\n`);
    const { events, rows, tables, differenceCount: count } = report;
    const result = count === 0 ? 'no difference' : `${count} ${count === 1 ? 'difference' : 'differences'}`;
    out.write(`replayed: ${result} (${events} events, ${rows} rows in ${tables} tables)\n`);
    return count === 0 ? 0 : 1;
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await used.stop?.();
  }
}

/** The given database, else that of the configuration, else the one below DATA_DIR: joined if it runs, started if not. */
async function databaseOf(
  given: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<{ url: string; stop?: () => Promise<void> }> {
  if (given) return { url: given };
  const { DATABASE_URL, DATA_DIR } = readConfig(env);
  if (DATABASE_URL) return { url: DATABASE_URL };
  const dataDir = join(DATA_DIR, 'postgres');
  if (!existsSync(dataDir)) throw new Misuse(`没有数据库 / no database in ${dataDir}: --database URL`);
  return startEmbeddedPostgres({ dataDir });
}

/** A service's URL names its log at /log; any other path is a log's own prefix. */
function prefixOf(url: string): string {
  if (!URL.canParse(url)) throw new Misuse(`? ${url}`);
  const { pathname } = new URL(url);
  return pathname === '/' ? new URL('/log', url).href : url.replace(/\/+$/, '');
}

/** The key that stands beside the log: at its URL, or in its exported folder. */
async function keyOf(source: string): Promise<string> {
  const bytes = /^https?:/.test(source) ? await urlSource(source)('key', 4096) : await readFile(join(source, 'key'));
  if (!bytes) throw new Misuse(`${source}/key: 404; --vkey KEY`);
  return bytes.toString('utf8').trim();
}

const described = ({ origin, size, root }: { origin: string; size: number; root: Uint8Array }): string =>
  `日志 / log     ${origin}\n条数 / size    ${size}\n树根 / root    ${Buffer.from(root).toString('base64')}\n`;

interface Progress {
  (done: number, of: number): void;
  end(): void;
}

/** A bar where somebody watches, nothing in a file. */
function progressOn(terminal: Terminal): Progress {
  let shown = '';
  const bar = (done: number, of: number): void => {
    if (!terminal.isTTY || of === 0) return;
    const filled = Math.round((30 * done) / of);
    const line = `\r${'█'.repeat(filled)}${'░'.repeat(Math.max(0, 30 - filled))} ${done}/${of}`;
    if (line !== shown) terminal.write((shown = line));
  };
  return Object.assign(bar, { end: () => void (shown && terminal.write('\n')) });
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = await audit(process.argv.slice(2), process.env, process.stdout, process.stderr);
