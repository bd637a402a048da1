import { randomBytes } from 'node:crypto';
import { chown, lchown, mkdir, open, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isAlive } from './is-alive.js';
import { outputOf, type PostgresBinaries } from './postgres-binaries.js';
import { StartError } from './start-error.js';

const STATE_FILE = 'databourse.json';

/** Kept inside the cluster's directory, so that cluster and password exist together or not at all. */
export interface ClusterState {
  password: string;
  /** Of the last start. */
  port?: number;
}

/** One name per directory: the running server is recognised by it. */
export async function clusterPath(dataDir: string): Promise<string> {
  const path = resolve(dataDir);
  await mkdir(dirname(path), { recursive: true });
  return realpath(path).catch(async () => join(await realpath(dirname(path)), basename(path)));
}

export async function readState(dir: string): Promise<ClusterState> {
  return JSON.parse(await readFile(join(dir, STATE_FILE), 'utf8')) as ClusterState;
}

export async function writeState(dir: string, state: ClusterState): Promise<void> {
  const draft = join(dir, `${STATE_FILE}.${process.pid}`);
  await writeFile(draft, JSON.stringify(state), { mode: 0o600, flush: true });
  await rename(draft, join(dir, STATE_FILE));
}

/** The directory may have been made under another identity: PostgreSQL starts only on files of its own user. */
export async function ownFiles(dir: string, owner: number | undefined): Promise<void> {
  if (owner === undefined || (await stat(dir)).uid === owner) return;
  for (const name of await readdir(dir, { recursive: true })) await lchown(join(dir, name), owner, owner);
  await chown(dir, owner, owner); // Last, so an interrupted change is repeated.
}

/** Made beside its place and moved there whole: an interrupted initdb leaves no half cluster behind, only a draft. */
export async function createCluster(binaries: PostgresBinaries, dir: string, log: (message: string) => void) {
  await removeStaleDrafts(dir);
  const present = await readdir(dir).catch((): string[] => []);
  if (present.includes(STATE_FILE)) return;
  if (present.length > 0) {
    throw new StartError(
      `${dir} 非空，且不是本程序创建的数据库 / is neither empty nor a cluster that this program made`,
    );
  }
  log('创建数据库 / creating the database cluster');
  const password = randomBytes(24).toString('base64url');
  const draft = `${dir}.new-${randomBytes(6).toString('hex')}-${process.pid}`;
  const passwordFile = `${draft}.password`;
  draftsInWork.add(draft);
  try {
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    const owner = binaries.fileOwner;
    if (owner !== undefined) for (const path of [draft, passwordFile]) await chown(path, owner, owner);
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const initdb = binaries.spawn('initdb', [`--pgdata=${draft}`, ...locale, ...access], { stdio: 'pipe' });
    const { code, output } = await outputOf(initdb);
    const identity = owner
      ? `（用户 ${owner}，须能进入该目录）/ (user ${owner}, who must be able to enter the directory)`
      : '';
    if (code !== 0) throw new StartError(`initdb 失败 / initdb failed${identity}:\n${output}`);
    await writeState(draft, { password });
    await rename(draft, dir).catch(async (error: unknown) => {
      const quicker = await readdir(dir).catch((): string[] => []); // Another starter may have been quicker: theirs is as good.
      if (!quicker.includes(STATE_FILE)) throw error;
    });
    await syncDirectory(dirname(dir));
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
    draftsInWork.delete(draft);
  }
}

const draftsInWork = new Set<string>();

async function removeStaleDrafts(dir: string): Promise<void> {
  for (const name of await readdir(dirname(dir))) {
    const maker = name.startsWith(`${basename(dir)}.new-`) ? /-(\d+)(\.password)?$/.exec(name)?.[1] : undefined;
    if (maker === undefined) continue;
    const path = join(dirname(dir), name);
    const ours = Number(maker) === process.pid; // Perhaps of an earlier process with the same number.
    const inWork = ours ? draftsInWork.has(path.replace(/\.password$/, '')) : isAlive(Number(maker));
    if (!inWork) await rm(path, { recursive: true, force: true });
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
