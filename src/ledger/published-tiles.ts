import { Injectable } from '@nestjs/common';
import { HASH_SIZE, TlogError, tilePath, tileWidth, type ReadTile, type Tile } from '@app/tlog';
import { Sql } from '../platform/sql.js';
import { firstEntries } from './tile-reader.js';

const KEPT_BYTES_MAX = 32 << 20;
/** Of an entry of a Map and what it points to, beside the bytes. */
const OVERHEAD = 256;

/** A narrower tile than the stored is its prefix; level -1 stands for bundles. */
const READ = `
  SELECT CASE WHEN u.level < 0 THEN (SELECT b.data FROM ledger.bundle b WHERE b.n = u.n AND b.width >= u.width)
    ELSE (SELECT substring(t.hashes FOR u.width * ${HASH_SIZE}) FROM ledger.tile t
      WHERE t.level = u.level AND t.n = u.n AND octet_length(t.hashes) >= u.width * ${HASH_SIZE}) END AS bytes
  FROM unnest($1::int[], $2::bigint[], $3::int[]) WITH ORDINALITY AS u (level, n, width, place) ORDER BY u.place`;

/**
 * Tiles and bundles of the published tree, at every width that they have had. None of them ever changes, so that the ones
 * read last are kept in memory.
 */
@Injectable()
export class PublishedTiles {
  private readonly kept = new Map<string, Buffer>();
  private keptBytes = 0;

  constructor(private readonly sql: Sql) {}

  /** Without asking the database. */
  recall(tile: Tile): Buffer | undefined {
    const path = tilePath(tile);
    const bytes = this.kept.get(path);
    if (!bytes) return undefined;
    this.kept.delete(path);
    this.kept.set(path, bytes);
    return bytes;
  }

  /** In one query; those that the database has not, or not in this width, are undefined. `size` is a published one. */
  async read(size: number, tiles: readonly Tile[]): Promise<(Buffer | undefined)[]> {
    const known = tiles.map((tile) => this.recall(tile));
    const missing = tiles.filter((_, i) => !known[i]);
    if (missing.length === 0) return known;
    const rows = await this.sql.rows<{ bytes: Buffer | null }>(READ, [
      missing.map(({ level }) => (level === 'entries' ? -1 : level)),
      missing.map(({ index }) => index),
      missing.map(({ width }) => width),
    ]);
    const found = missing.map((tile, i) => this.keep(size, tile, rows[i]!.bytes));
    return known.map((bytes) => bytes ?? found.shift());
  }

  /** For one proof in the tree of `size`: what it asks for before the first answer is read in one query. */
  reader(size: number): ReadTile {
    let tiles: Tile[] = [];
    let reading: Promise<(Buffer | undefined)[]> | undefined;
    return async (tile) => {
      const place = tiles.push(tile) - 1;
      reading ??= Promise.resolve().then(() => {
        const asked = tiles;
        [tiles, reading] = [[], undefined];
        return this.read(size, asked);
      });
      const bytes = (await reading)[place];
      if (!bytes) throw new TlogError(`${tilePath(tile)} is not in the database`);
      return bytes;
    };
  }

  private keep(size: number, tile: Tile, stored: Buffer | null): Buffer | undefined {
    if (!stored) return undefined;
    const bytes = tile.level === 'entries' ? Buffer.from(firstEntries(stored, tile.width)) : stored;
    if (tile.width > tileWidth(tile.level, tile.index, size)) return bytes;
    const path = tilePath(tile);
    if (!this.kept.has(path)) this.keptBytes += bytes.length + OVERHEAD;
    this.kept.set(path, bytes);
    for (const [oldest, { length }] of this.kept) {
      if (this.keptBytes <= KEPT_BYTES_MAX) break;
      this.kept.delete(oldest);
      this.keptBytes -= length + OVERHEAD;
    }
    return bytes;
  }
}
