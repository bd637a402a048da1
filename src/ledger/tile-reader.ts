import { HASH_SIZE, TlogError, tilePath, type ReadTile, type Tile } from '@app/tlog';
import type pg from 'pg';

type Rows = (sql: string, parameters: unknown[]) => Promise<{ bytes: Buffer | null }[]>;

/** Reads tiles and bundles out of the database. A narrower one than the stored is its prefix. */
export function tileReader(rows: Rows): ReadTile {
  return async (tile) => {
    const bytes = await storedTile(rows, tile);
    if (!bytes) throw new TlogError(`${tilePath(tile)} is not in the database`);
    return bytes;
  };
}

/** The same on one connection, which answers one query after the other. */
export function tileReaderOn(db: pg.ClientBase): ReadTile {
  let last: Promise<unknown> = Promise.resolve();
  return tileReader((sql, parameters) => {
    const next = last.then(async () => (await db.query<{ bytes: Buffer }>(sql, parameters)).rows);
    last = next.catch(() => undefined);
    return next;
  });
}

/** The bytes of a tile, or undefined when the database holds none of this width. */
async function storedTile(rows: Rows, { level, index, width }: Tile): Promise<Buffer | undefined> {
  if (level !== 'entries') {
    const [row] = await rows(
      `SELECT substring(hashes FOR $3) AS bytes FROM ledger.tile WHERE level = $1 AND n = $2 AND octet_length(hashes) >= $3`,
      [level, index, width * HASH_SIZE],
    );
    return row?.bytes ?? undefined;
  }
  const [row] = await rows('SELECT data AS bytes FROM ledger.bundle WHERE n = $1 AND width >= $2', [index, width]);
  return row?.bytes ? firstEntries(row.bytes, width) : undefined;
}

/** The encoded bundle of the first `count` entries. */
export function firstEntries(bundle: Buffer, count: number): Buffer {
  let end = 0;
  for (let i = 0; i < count; i++) end += 2 + bundle.readUInt16BE(end);
  return bundle.subarray(0, end);
}
