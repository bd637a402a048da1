import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  folderWitnessStore,
  generateCosignerKey,
  parseCosignerSkey,
  parseVkey,
  readIfThere,
  syncFolder,
  TlogError,
  writeWhole,
  type Signer,
  type Verifier,
  type Witness,
} from '@app/tlog';
import { isAlive } from '../../src/platform/is-alive.js';
import { keysBeside, linesOf, TRUSTED_ON_FIRST_USE } from '../log-keys.js';
import { Misuse, type Terminal } from '../terminal.js';

/** What a witness keeps in its folder beside the state of each log: its lock, its secret key, the keys it trusts, evidence. */
export interface Keeper {
  readonly cosigner: Signer;
  /** The keys of each log by its origin. */
  readonly logs: ReadonlyMap<string, readonly string[]>;
  readonly witness: Witness;
  /** Keeps both checkpoints for ever and says so loudly. */
  readonly onFork: (ours: string, theirs: string) => Promise<void>;
  readonly release: () => Promise<void>;
}

export interface KeeperOptions {
  readonly dir: string;
  /** Of the cosigner, for a first start. */
  readonly name?: string;
  readonly vkeys: readonly string[];
  /** Whence the key comes at a first start without vkeys. */
  readonly url?: string;
}

export async function openKeeper({ dir, name, vkeys, url }: KeeperOptions, out: Terminal): Promise<Keeper> {
  await mkdir(join(dir, 'state'), { recursive: true });
  const release = await lock(dir);
  try {
    const cosigner = await openKey(dir, name);
    const logs = await trusted(dir, vkeys, url, out);
    const onFork = (ours: string, theirs: string): Promise<void> => keepEvidence(dir, ours, theirs, out);
    const verifiers = new Map(
      Array.from(logs, ([origin, keys]): [string, Verifier[]] => [origin, keys.map(parseVkey)]),
    );
    const store = folderWitnessStore(join(dir, 'state'));
    return { cosigner, logs, witness: { logs: verifiers, cosigners: [cosigner], store, onFork }, onFork, release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Two processes on one folder could cosign two histories. A lock that a killed process left behind is taken over. */
export async function lock(dir: string): Promise<() => Promise<void>> {
  const path = join(dir, 'lock');
  for (;;) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number((await readIfThere(path))?.toString() ?? 0);
    if (holder > 0 && holder !== process.pid && isAlive(holder))
      throw new Misuse(
        `进程 ${holder} 正在使用 ${dir};如确已结束,请删除 ${path}\n` +
          `process ${holder} uses ${dir}; if it has ended, delete ${path}`,
      );
    await rm(path, { force: true });
  }
}

/** Made at the first start. It is written whole before anybody is told its public half. */
async function openKey(dir: string, name: string | undefined): Promise<Signer> {
  const path = join(dir, 'cosigner.key');
  if (!existsSync(path)) {
    const given = name ?? `${hostname().replace(/[^\w.-]/g, '-') || 'localhost'}/witness`;
    if (/[\s+]/.test(given)) throw new Misuse(`--name 不得含空格或加号 / --name: neither space nor plus: ${given}`);
    await writeWhole(path, `${generateCosignerKey(given).skey}\n`, 0o600);
    await syncFolder(dir);
  }
  try {
    const cosigner = parseCosignerSkey((await readFile(path, 'utf8')).trim());
    if (name === undefined || name === cosigner.name) return cosigner;
    throw new Misuse(
      `${path} 的名称是 ${cosigner.name},不是 ${name};名称不可更改 / its name is ${cosigner.name}, which cannot change`,
    );
  } catch (error) {
    if (error instanceof TlogError) throw new Error(`${path}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** The keys of logs that were trusted before or are given now; those at the log's own URL only when there are none. */
async function trusted(
  dir: string,
  given: readonly string[],
  url: string | undefined,
  out: Terminal,
): Promise<Map<string, string[]>> {
  const path = join(dir, 'logs');
  const known = linesOf((await readIfThere(path))?.toString() ?? '');
  const all = [...new Set([...known, ...given])];
  if (all.length === 0 && url === undefined)
    throw new Misuse('请用 --log VKEY 或 --url URL 指定日志 / say which log: --log VKEY or --url URL');
  if (all.length === 0) {
    all.push(...(await keysBeside(url!)));
    out.write(`公钥 / key     ${all.join(' ')}${TRUSTED_ON_FIRST_USE}\n`);
  }
  const logs = new Map<string, string[]>();
  for (const vkey of all) {
    try {
      const { name } = parseVkey(vkey);
      logs.set(name, [...(logs.get(name) ?? []), vkey]);
    } catch (error) {
      throw new Misuse(`不是日志公钥 / not the key of a log: ${(error as Error).message}`);
    }
  }
  if (all.length > known.length) await writeWhole(path, all.map((vkey) => `${vkey}\n`).join(''));
  return logs;
}

async function keepEvidence(dir: string, ours: string, theirs: string, out: Terminal): Promise<void> {
  const folder = join(dir, 'evidence', createHash('sha256').update(ours).update(theirs).digest('hex').slice(0, 16));
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, 'ours'), ours);
  await writeWhole(join(folder, 'theirs'), theirs);
  await syncFolder(folder);
  out.write(
    `!!! 日志分叉:同一日志签署了两份互相矛盾的检查点,未联署。两份均已保存,请公布并报告监管方:${folder}\n` +
      `!!! FORK: this log signed two checkpoints that contradict each other; not cosigned. Both are kept, publish them: ${folder}\n`,
  );
}
