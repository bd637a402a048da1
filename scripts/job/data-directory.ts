import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import type { Config } from '../../src/platform/config.js';

/** What belongs to one database and its ledger: without these it cannot be continued, and with another one they are wrong. */
const BELONGINGS = ['demonstration.json', 'signer', 'last-signed', 'operator-password', 'passphrase', 'keys'];

/** Tells this database from every other, for as long as it exists; undefined while the embedded one is not made yet. */
export async function databaseIdentity({ DATABASE_URL, DATA_DIR }: Config): Promise<string | undefined> {
  if (DATABASE_URL === undefined) {
    const control = await readFile(join(DATA_DIR, 'postgres/global/pg_control')).catch(ifAbsent);
    return control?.readBigUInt64LE().toString(); // Its first field is the system identifier.
  }
  const client = new pg.Client({ connectionString: DATABASE_URL, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ identity: string }>(
      `SELECT system_identifier || '-' || oid AS identity FROM pg_control_system(), pg_database WHERE datname = current_database()`,
    );
    return rows[0]!.identity;
  } finally {
    await client.end();
  }
}

/**
 * Lays out what belongs to this database. When the directory served another one before, its belongings are put aside, and found
 * again when that database comes back. Broken off at any moment it is continued by the next call. @returns whether it was another one
 */
export async function layOut(dataDir: string, identity: string | undefined): Promise<boolean> {
  const aside = (database: string): string => join(dataDir, 'other-databases', database);
  const served = await readFile(markOf(dataDir), 'utf8').catch(ifAbsent);
  const other = served !== undefined && served !== identity;
  if (other) {
    await moveBelongings(dataDir, aside(served));
    await rm(markOf(dataDir));
  }
  if (identity !== undefined) await moveBelongings(aside(identity), dataDir);
  return other;
}

/** From now on the directory is that database's. */
export async function mark(dataDir: string, identity: string): Promise<void> {
  await writeFile(`${markOf(dataDir)}.new`, identity, { flush: true });
  await rename(`${markOf(dataDir)}.new`, markOf(dataDir));
}

const markOf = (dataDir: string): string => join(dataDir, 'database');

async function moveBelongings(from: string, to: string): Promise<void> {
  for (const name of BELONGINGS) {
    await mkdir(dirname(join(to, name)), { recursive: true });
    await rename(join(from, name), join(to, name)).catch(ifAbsent);
  }
}

function ifAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
