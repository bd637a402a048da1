import { HASH_SIZE, perfectRoot, rootOfEdge, TlogError } from './hash.js';
import type { ReadNode } from './tree.js';

/** Hashes of a full tile, entries of a full bundle. */
export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;

/**
 * One resource of a log (c2sp.org/tlog-tiles): a hash tile at a level from 0, or a bundle of entries.
 * `width` is 256 for a full one, 1 to 255 for a partial one.
 */
export interface Tile {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/** A tile of hashes. */
export interface HashTile extends Tile {
  readonly level: number;
}

/** Answers with the bytes of a tile (`width` hashes) or of a bundle; throws when there is none. */
export type ReadTile = (tile: Tile) => Uint8Array | Promise<Uint8Array>;

/** Path of a tile below the log's prefix, for example `tile/0/x001/x234/067` or `tile/entries/000.p/17`. */
export function tilePath({ level, index, width }: Tile): string {
  let path = threeDigits(index % 1000);
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${threeDigits(rest % 1000)}/${path}`;
  }
  return `tile/${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** The tile that a path names; undefined unless the path is exactly the one that {@link tilePath} writes. */
export function parseTilePath(path: string): Tile | undefined {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (!match) return undefined;
  const level = match[1] === 'entries' ? match[1] : Number(match[1]);
  const index = Number(match[2]!.replace(/[x/]/g, ''));
  const width = match[3] === undefined ? TILE_WIDTH : Number(match[3]);
  if ((level !== 'entries' && level > 63) || width < 1 || !Number.isSafeInteger(index)) return undefined;
  const tile: Tile = { level, index, width };
  return tilePath(tile) === path ? tile : undefined;
}

/** Hashes (or entries) that the tile at this place has in a tree of `size` leaves: 256, fewer, or 0 when there is none. */
export function tileWidth(level: number | 'entries', index: number, size: number): number {
  const hashes = hashesAt(level, size);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** The partial hash tiles of a tree, highest level first: its right edge. The highest tile of a tree is always partial. */
export function partialTiles(size: number): HashTile[] {
  const tiles: HashTile[] = [];
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const width = hashesAt(level, size) % TILE_WIDTH;
    if (width > 0) tiles.unshift({ level, index: Math.floor(hashesAt(level, size) / TILE_WIDTH), width });
  }
  return tiles;
}

/**
 * Every bundle and tile of a tree of `to` leaves that the tree of `from` leaves did not have in that width: bundles first,
 * then tiles level by level. `tilesBetween(0, size)` is the whole log.
 */
export function* tilesBetween(from: number, to: number): Generator<Tile, void, undefined> {
  for (
    let level: number | 'entries' = 'entries';
    hashesAt(level, to) > 0;
    level = level === 'entries' ? 0 : level + 1
  ) {
    const before = hashesAt(level, from);
    const after = hashesAt(level, to);
    if (before === after) continue;
    for (let index = Math.floor(before / TILE_WIDTH); index * TILE_WIDTH < after; index++) {
      yield { level, index, width: Math.min(TILE_WIDTH, after - index * TILE_WIDTH) };
    }
  }
}

/**
 * Reads single nodes of a tree of `size` leaves out of its tiles. Each tile is read once, and kept for the life of the reader:
 * make one per proof.
 */
export function nodeReader(size: number, readTile: ReadTile): ReadNode {
  const tiles = new Map<string, Promise<Uint8Array>>();
  return async (height, index) => {
    const level = Math.floor(height / TILE_HEIGHT);
    const count = 2 ** (height % TILE_HEIGHT);
    const perTile = TILE_WIDTH / count;
    const tileIndex = Math.floor(index / perTile);
    const tile: Tile = { level, index: tileIndex, width: tileWidth(level, tileIndex, size) };
    const path = tilePath(tile);
    let bytes = tiles.get(path);
    if (!bytes) tiles.set(path, (bytes = readTileHashes(tile, readTile)));
    const start = (index % perTile) * count * HASH_SIZE;
    return perfectRoot((await bytes).subarray(start, start + count * HASH_SIZE));
  };
}

/** Roots of the perfect subtrees, largest first, that the hashes of a tile consist of. */
export function edgeOfTile(tile: HashTile, hashes: Uint8Array): Buffer {
  const roots: Buffer[] = [];
  let at = 0;
  for (let count = TILE_WIDTH; count >= 1; count /= 2) {
    if ((tile.width & count) === 0) continue;
    roots.push(perfectRoot(hashes.subarray(at * HASH_SIZE, (at + count) * HASH_SIZE)));
    at += count;
  }
  return Buffer.concat(roots);
}

/** The hashes of each of these tiles, which stand one behind the other. */
export function splitTiles(tiles: readonly HashTile[], hashes: Buffer): Buffer[] {
  let at = 0;
  return tiles.map(({ width }) => hashes.subarray(at, (at += width * HASH_SIZE)));
}

/** Root of a tree from the hashes of all its {@link partialTiles}, one behind the other. */
export function rootOfTiles(tiles: readonly HashTile[], hashes: Buffer): Buffer {
  const parts = splitTiles(tiles, hashes);
  return rootOfEdge(Buffer.concat(tiles.map((tile, i) => edgeOfTile(tile, parts[i]!))));
}

/** The full tile that hash `i` of a tile above level 0 stands for. */
export function childOf({ level, index }: HashTile, i: number): HashTile {
  return { level: level - 1, index: index * TILE_WIDTH + i, width: TILE_WIDTH };
}

/** Reads a tile and checks that it has all its hashes. */
export async function readTileHashes(tile: Tile, readTile: ReadTile): Promise<Uint8Array> {
  const bytes = await readTile(tile);
  if (bytes.length === tile.width * HASH_SIZE) return bytes;
  throw new TlogError(`${tilePath(tile)}: ${bytes.length} bytes instead of ${tile.width * HASH_SIZE}`);
}

/** Complete subtrees of 256^level leaves, that is: hashes of this level. */
function hashesAt(level: number | 'entries', size: number): number {
  return level === 'entries' ? size : Math.floor(size / TILE_WIDTH ** level);
}

function threeDigits(n: number): string {
  return String(n).padStart(3, '0');
}
