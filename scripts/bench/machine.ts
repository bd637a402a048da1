import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
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
  /** pgbench TPC-B-like transactions/s: scale 50, 8 connections, 2 threads, prepared; null where pgbench is not installed. */
  readonly B: number | null;
}

export async function measureMachine(
  databaseUrl: string,
  seconds: number,
  told: (line: string) => void,
): Promise<Machine> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  await client.end();
  const [cpu] = cpus();
  const B = await tpcB(databaseUrl, seconds, told);
  return { cpu: cpu?.model ?? '', cores: cpus().length, node: process.version, postgres: rows[0]!.server_version, B };
}

/** On a database of its own in the same cluster, dropped afterwards. */
async function tpcB(databaseUrl: string, seconds: number, told: (line: string) => void): Promise<number | null> {
  const pgbench = findPgbench();
  if (!pgbench) {
    told('pgbench 未安装,略过对照 / pgbench is not installed (Debian: postgresql-contrib): no comparison');
    return null;
  }
  const admin = new pg.Client(databaseUrl);
  await admin.connect();
  await admin.query('CREATE DATABASE bench_tpcb');
  const url = Object.assign(new URL(databaseUrl), { pathname: '/bench_tpcb' }).href;
  try {
    await run(pgbench, ['-i', '-s', '50', '-q', url]);
    const { stdout } = await run(pgbench, ['-c', '8', '-j', '2', '-M', 'prepared', '-T', String(seconds), url]);
    return Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
  } finally {
    await admin.query('DROP DATABASE bench_tpcb WITH (FORCE)');
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
