import { execFile } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { cpus } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

/** The machine's own limits, measured in the same run as what is compared with them. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly postgres: string;
  /** Writes of 8 KiB a second, each followed by fdatasync, one after the other. */
  readonly fsyncPerS: number;
  /** pgbench TPC-B-like transactions/s: scale 50, 8 connections, 2 threads, prepared; null where pgbench is not installed. */
  readonly B: number | null;
  /** Commits/s of single rows of 300 bytes at 64 connections, by pgbench (2 threads), or by our own loop where it is not installed. */
  readonly I: number;
  /** The same by our own loop in one Node process: what a client like ours can reach. */
  readonly IofNode: number;
  readonly signPerS: Readonly<Record<string, number>>;
  /** SHA-256 of 300 bytes. */
  readonly hashPerS: number;
}

export async function measureMachine(
  databaseUrl: string,
  dataDir: string,
  seconds: number,
  told: (line: string) => void,
): Promise<Machine> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  await client.end();
  const [cpu] = cpus();
  const inserts = await besideInserts(databaseUrl, dataDir, async (measureI, measureOfNode) => ({
    I: await measureI(seconds),
    IofNode: await measureOfNode(seconds),
  }));
  return {
    cpu: cpu?.model ?? '',
    cores: cpus().length,
    node: process.version,
    postgres: rows[0]!.server_version,
    fsyncPerS: fsyncRate(dataDir),
    B: await tpcB(databaseUrl, seconds, told),
    ...inserts,
    signPerS: signRates(),
    hashPerS: rate(() => createHash('sha256').update(SAMPLE).digest()),
  };
}

const SAMPLE = randomBytes(300);

/** What pg_test_fsync measures, in the folder of the database. */
function fsyncRate(dataDir: string): number {
  const path = join(dataDir, 'fsync-probe');
  const file = openSync(path, 'w');
  const page = randomBytes(8192);
  try {
    return rate(() => {
      writeSync(file, page, 0, page.length, 0);
      fdatasyncSync(file);
    });
  } finally {
    closeSync(file);
    rmSync(path);
  }
}

const ED25519 = generateKeyPairSync('ed25519');
const P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const signRates = (): Record<string, number> => ({
  Ed25519: rate(() => sign(null, SAMPLE, ED25519.privateKey)),
  ES256: rate(() => sign('sha256', SAMPLE, P256.privateKey)),
});

/** As long as what is signed of a certificate. */
const CREDENTIAL = randomBytes(3_800);

/** What bounds certificates: both signatures of each, made one after the other by Node's crypto, in one thread; pairs a second. */
export const pairsMade = (): number =>
  rate(() => {
    sign(null, CREDENTIAL, ED25519.privateKey);
    sign('sha256', CREDENTIAL, P256.privateKey);
  });

/** The same, checked. */
export function pairsChecked(): number {
  const byEd25519 = sign(null, CREDENTIAL, ED25519.privateKey);
  const byP256 = sign('sha256', CREDENTIAL, P256.privateKey);
  return rate(() => {
    verify(null, CREDENTIAL, ED25519.publicKey, byEd25519);
    verify('sha256', CREDENTIAL, P256.publicKey, byP256);
  });
}

/** Calls a second, over half a second. */
function rate(work: () => void): number {
  const began = performance.now();
  let done = 0;
  for (; performance.now() - began < 500; done += 1) work();
  return done / ((performance.now() - began) / 1000);
}

async function tpcB(databaseUrl: string, seconds: number, told: (line: string) => void): Promise<number | null> {
  const pgbench = findPgbench();
  if (!pgbench) {
    told('pgbench 未安装,略过对照 / pgbench is not installed (Debian: postgresql-contrib): no comparison');
    return null;
  }
  return inOwnDatabase(databaseUrl, async (url) => {
    await run(pgbench, ['-i', '-s', '50', '-q', url]);
    return tps(pgbench, ['-c', '8', '-j', '2', '-M', 'prepared', '-T', String(Math.ceil(seconds)), url]);
  });
}

const INSERT = `INSERT INTO bench_row (leaf) VALUES (decode(repeat('5a', 300), 'hex'))`;
const CONNECTIONS = 64;

type Measure = (seconds: number) => Promise<number>;

/** Gives `work` a way to measure I as often as it likes: beside each round that is compared with it. */
export function besideInserts<T>(
  databaseUrl: string,
  dataDir: string,
  work: (measureI: Measure, measureOfNode: Measure) => Promise<T>,
): Promise<T> {
  return inOwnDatabase(databaseUrl, async (url, client) => {
    await client.query(
      'CREATE TABLE bench_row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, leaf bytea NOT NULL)',
    );
    const ofNode = (seconds: number): Promise<number> => insertRate(url, seconds);
    const pgbench = findPgbench();
    if (!pgbench) return work(ofNode, ofNode);
    const script = join(dataDir, 'insert.sql');
    writeFileSync(script, `${INSERT};\n`);
    const load = ['-n', '-f', script, '-c', String(CONNECTIONS), '-j', '2', '-M', 'prepared'];
    return work((seconds) => tps(pgbench, [...load, '-T', String(Math.ceil(seconds)), url]), ofNode);
  });
}

async function insertRate(url: string, seconds: number): Promise<number> {
  const clients = Array.from({ length: CONNECTIONS }, () => new pg.Client(url));
  await Promise.all(clients.map((client) => client.connect()));
  const began = performance.now();
  const until = began + seconds * 1000;
  let done = 0;
  await Promise.all(
    clients.map(async (client) => {
      for (; performance.now() < until; done += 1) await client.query({ name: 'insert', text: INSERT });
    }),
  );
  const perSecond = done / ((performance.now() - began) / 1000);
  await Promise.all(clients.map((client) => client.end()));
  return perSecond;
}

async function tps(pgbench: string, args: readonly string[]): Promise<number> {
  const { stdout } = await run(pgbench, args);
  const perSecond = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
  if (!(perSecond > 0)) throw new Error(`pgbench measured nothing; is the machine busy?\n${stdout}`);
  return perSecond;
}

/** A database of its own in the same cluster, dropped afterwards. */
async function inOwnDatabase<T>(url: string, work: (url: string, client: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client(url);
  await admin.connect();
  await admin.query('CREATE DATABASE bench_limit');
  const own = Object.assign(new URL(url), { pathname: '/bench_limit' }).href;
  const client = new pg.Client(own);
  try {
    await client.connect();
    return await work(own, client);
  } finally {
    await client.end();
    await admin.query('DROP DATABASE bench_limit WITH (FORCE)');
    await admin.end();
  }
}

function findPgbench(): string | undefined {
  const versions = (() => {
    try {
      return readdirSync('/usr/lib/postgresql').toSorted((a, b) => Number(b) - Number(a));
    } catch {
      return [];
    }
  })();
  const dirs = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((v) => `/usr/lib/postgresql/${v}/bin`),
  ];
  for (const dir of dirs) {
    try {
      if (readdirSync(dir).includes('pgbench')) return join(dir, 'pgbench');
    } catch {
      // Not every entry of PATH exists.
    }
  }
  return undefined;
}
