import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import 'reflect-metadata';
import {
  continues,
  folderSource,
  fsck,
  mirror,
  openCheckpoint,
  parseProof,
  parseVkey,
  urlSource,
  verifyProof,
  type Checkpoint,
} from '@app/tlog';
import { DataSource } from 'typeorm';
import { replay } from '../src/ledger/replay.js';
import { readConfig } from '../src/platform/config.js';
import { dataSourceOptions } from '../src/platform/data-source.js';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres.js';
import { checkCertificate, type CertificateOptions } from './audit/certificate.js';
import { keysBeside, originOf, prefixOf, TRUSTED_ON_FIRST_USE } from './log-keys.js';
import { Misuse, progressOn, type Progress, type Terminal } from './terminal.js';

const USAGE = `用法 / usage: npm run audit -- COMMAND
  verify --url URL | --dir DIR [--vkey KEY …]
      检查签名、每个分块、每个条目 / check the signature, every tile, every entry
  export --url URL --dir DIR [--vkey KEY …]
      保存或更新日志的完整副本,写入前逐一核验 / save or update a full copy of the log (C2SP layout), each file proven first
  proof FILE --url URL | --vkey KEY … [--event FILE]
      离线核验一个事件的证明;--event 为 /v1/events/{id} 的回答,核验其内容
      verify the proof of an event offline; --event: what /v1/events/{id} answered, to check its payload
  consistency FILE --url URL | --dir DIR [--vkey KEY …]
      保存过的检查点是否仍是日志的开头 / is a checkpoint that was kept still the beginning of the log
  certificate FILE [--trust FILE] [--as-of TIME] [--status FILE …]
      离线核验登记凭证(PDF、JWT、SD-JWT 或凭证包);信任文件取自 /.well-known/trust.json
      check a certificate offline: PDF, JWT, SD-JWT or bundle; the trust file is /.well-known/trust.json, had over a way you trust
      0 有效 valid, 1 无效 invalid, 2 用法 usage, 3 无法识别 not a certificate
  replay [--database URL]
      重放全部事件并逐行比对 / fold all events and compare every row
`;

/** The audit command; answers its exit code: 0 all is right, 1 something is wrong, 2 it was not understood, 3 not a certificate. */
export async function audit(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  out: Terminal,
  err: Terminal = out,
): Promise<number> {
  try {
    const { command, file, options } = understand(args, env);
    const progress = progressOn(err);
    if (command === 'verify') return await verify(options, out, progress);
    if (command === 'export') return await exportLog(options, out, progress);
    if (command === 'proof') return await checkProof(file!, options, out);
    if (command === 'certificate') return await checkCertificate(file!, options, out);
    if (command === 'consistency') return await compareCheckpoint(file!, options, out);
    return await replayAll(options.database, env, out, progress);
  } catch (error) {
    err.write(`${error instanceof Misuse ? USAGE : ''}${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof Misuse ? 2 : 1;
  }
}

type Options = Partial<Record<'url' | 'dir' | 'database' | 'event', string>> &
  CertificateOptions & { readonly vkey?: string[] };
const allowed: Record<string, readonly string[]> = {
  verify: ['url', 'dir', 'vkey'],
  export: ['url', 'dir', 'vkey'],
  proof: ['FILE', 'url', 'vkey', 'event'],
  consistency: ['FILE', 'url', 'dir', 'vkey'],
  certificate: ['FILE', 'trust', 'as-of', 'status'],
  replay: ['database'],
};

function understand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): { command: string; file: string | undefined; options: Options } {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        url: text,
        dir: text,
        vkey: { ...text, multiple: true },
        database: text,
        event: text,
        trust: text,
        'as-of': text,
        status: { ...text, multiple: true },
      },
      allowPositionals: true,
    });
    const [command = '', file, ...more] = positionals;
    const names = allowed[command];
    if (!names || more.length > 0 || names.includes('FILE') !== (file !== undefined))
      throw new Misuse(`? ${positionals.join(' ')}`);
    for (const name of Object.keys(values)) if (!names.includes(name)) throw new Misuse(`${command}: --${name} ?`);
    // npm runs us in the repository; the user meant the directory where they typed the name.
    const path = (name: string): string => resolve(env['INIT_CWD'] ?? '.', name);
    const { url, dir, event, vkey, database, trust, status, 'as-of': asOf } = values;
    const options = {
      ...(url !== undefined && { url: prefixOf(url) }),
      ...(dir !== undefined && { dir: path(dir) }),
      ...(event !== undefined && { event: path(event) }),
      ...(vkey !== undefined && { vkey: [...new Set(vkey)] }),
      ...(database !== undefined && { database }),
      ...(trust !== undefined && { trust: path(trust) }),
      ...(status !== undefined && { status: status.map(path) }),
      ...(asOf !== undefined && { asOf }),
    };
    return { command, file: file && path(file), options };
  } catch (error) {
    throw error instanceof Misuse ? error : new Misuse((error as Error).message);
  }
}

/** Where the log is, and the keys that are given or stand beside it. */
async function logOf(command: string, { url, dir, vkey }: Options): Promise<{ source: string; vkeys: string[] }> {
  if ((url === undefined) === (dir === undefined)) throw new Misuse(`${command}: --url URL 或 / or --dir DIR`);
  const source = (url ?? dir)!;
  return { source, vkeys: vkey ?? (await keysBeside(source)) };
}

async function verify(options: Options, out: Terminal, progress: Progress): Promise<number> {
  const { source, vkeys } = await logOf('verify', options);
  const origin = originOf(vkeys);
  out.write(`公钥 / key     ${vkeys.join('\n               ')}${options.vkey ? '' : TRUSTED_ON_FIRST_USE}\n`);
  const { checkpoint, counts, faults, faultCount } = await fsck(source, vkeys, { origin, onProgress: progress });
  progress.end();
  for (const { resource, reason } of faults) out.write(`错误 / wrong   ${resource}: ${reason}\n`);
  if (faultCount > faults.length) out.write(`… ${faultCount}\n`);
  if (checkpoint) out.write(described(checkpoint));
  const { entries, tiles, bundles } = counts;
  if (faultCount === 0) out.write(`verified: ${entries} entries, ${tiles} tiles, ${bundles} bundles\n`);
  return faultCount === 0 ? 0 : 1;
}

/** The keys by which a copy was begun stay those of the copy: a new one must be given. */
async function exportLog({ url, dir, vkey }: Options, out: Terminal, progress: Progress): Promise<number> {
  if (url === undefined || dir === undefined) throw new Misuse('export: --url URL --dir DIR');
  const begun = existsSync(join(dir, 'key')) ? await keysBeside(dir) : [];
  const vkeys = [...new Set([...begun, ...(vkey ?? [])])];
  if (vkeys.length === 0) vkeys.push(...(await keysBeside(url)));
  const origin = originOf(vkeys);
  await mkdir(dir, { recursive: true });
  const { checkpoint, from, written } = await mirror(url, dir, vkeys, { origin, onProgress: progress });
  progress.end();
  await writeFile(join(dir, 'key'), vkeys.map((key) => `${key}\n`).join(''));
  const known = vkey || begun.length > 0 ? '' : `公钥 / key     ${vkeys.join(' ')}${TRUSTED_ON_FIRST_USE}\n`;
  out.write(`${known}${described(checkpoint)}`);
  out.write(`exported: ${checkpoint.size - from} new entries, ${written} files, ${dir}\n`);
  return 0;
}

async function checkProof(file: string, { url, vkey, event }: Options, out: Terminal): Promise<number> {
  if (url === undefined && vkey === undefined) throw new Misuse('proof: --vkey KEY 或 / or --url URL');
  const vkeys = vkey ?? (await keysBeside(url!));
  const origin = originOf(vkeys);
  const text = await readFile(file, 'utf8');
  const { extra } = parseProof(text);
  if (!extra) throw new Error(`${file}: 缺少事件的叶子 / lacks the leaf of the event (line "extra")`);
  const { index, checkpoint } = verifyProof(text, extra, vkeys.map(parseVkey));
  if (checkpoint.origin !== origin) throw new Error(`属于另一日志 / of another log: ${checkpoint.origin}`);
  out.write(`${vkey ? '' : `公钥 / key     ${vkeys.join(' ')}${TRUSTED_ON_FIRST_USE}\n`}${described(checkpoint)}`);
  out.write(`序号 / index   ${index}\n事件 / event   ${Buffer.from(extra).toString()}\n`);
  if (event !== undefined) await checkPayload(extra, event);
  out.write(event === undefined ? 'verified: the event is in the log\n' : 'verified: the event and its payload\n');
  return 0;
}

/** The payload that a leaf vouches for: payloadDigest = SHA-256(salt ‖ payload). */
async function checkPayload(leaf: Uint8Array, file: string): Promise<void> {
  const { payloadDigest } = JSON.parse(Buffer.from(leaf).toString()) as { payloadDigest?: string };
  const { salt, payload } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  if (salt === null && payload === null) throw new Error(`${file}: 内容已删除 / the payload is erased`);
  if (typeof salt !== 'string' || typeof payload !== 'string')
    throw new Error(`${file}: 应含 salt 与 payload / must hold salt and payload, as /v1/events/{id} answers`);
  const digest = createHash('sha256').update(Buffer.from(salt, 'hex')).update(payload).digest('hex');
  if (digest !== payloadDigest)
    throw new Error(`${file}: 内容与叶子不符 / not the payload of this leaf (${digest}, not ${payloadDigest})`);
}

async function compareCheckpoint(file: string, options: Options, out: Terminal): Promise<number> {
  const { source, vkeys } = await logOf('consistency', options);
  const verifiers = vkeys.map(parseVkey);
  const open = (note: Buffer): Checkpoint => openCheckpoint(note, verifiers).checkpoint;
  const read = options.url === undefined ? folderSource(source) : urlSource(source);
  const found = await read('checkpoint', 1 << 20);
  if (!found) throw new Error(`${source}/checkpoint: 404`);
  const [kept, now] = [open(await readFile(file)), open(found)];
  if (kept.origin !== now.origin) throw new Error(`属于另一日志 / of another log: ${kept.origin}, ${now.origin}`);
  out.write(described(now));
  if (kept.size > now.size) throw new Error(`日志变短 / the log is shorter than it was: ${now.size} < ${kept.size}`);
  if (!(await continues(kept, now, read)))
    throw new Error(
      `日志被改写 / the log was rewritten: its first ${kept.size} entries are not those of ${file}. Keep ${file}: it proves it`,
    );
  out.write(`consistent: the log begins with the ${kept.size} entries of ${file}\n`);
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
    for (const { table, id } of report.uncompared) out.write(`未比对 / not compared  ${table} ${id}\n`);
    if (report.erased > 0) out.write(`已删除内容 / erased payloads: ${report.erased}\n`);
    const { events, rows, tables, differenceCount: count, uncomparedCount } = report;
    const result = count === 0 ? 'no difference' : `${count} ${count === 1 ? 'difference' : 'differences'}`;
    const left = uncomparedCount === 0 ? '' : `, ${uncomparedCount} not compared: payloads erased`;
    out.write(`replayed: ${result} (${events} events, ${rows} rows in ${tables} tables${left})\n`);
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

const described = ({ origin, size, root }: Checkpoint): string =>
  `日志 / log     ${origin}\n条数 / size    ${size}\n树根 / root    ${Buffer.from(root).toString('base64')}\n`;

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = await audit(process.argv.slice(2), process.env, process.stdout, process.stderr);
