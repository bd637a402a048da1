import { decodeBundle, encodeBundle } from './bundle.js';
import { HASH_SIZE, leafHash, leafHashInto, TlogError } from './hash.js';
import { edgeOfTile, partialTiles, readTileHashes, TILE_WIDTH, tilePath, tileWidth } from './tile.js';
import type { HashTile, ReadTile, Tile } from './tile.js';
import { Tree } from './tree.js';

/** What a sequencer must know of a log to append to it: a few kilobytes, whatever the size. */
export interface LogState {
  readonly size: number;
  /** Right edge of the tree, see {@link Tree.edge}. */
  readonly edge: Uint8Array;
  /** Bytes of the partial hash tile of each level from 0; empty where the tree has none. */
  readonly partialTiles: readonly Uint8Array[];
  /** Bytes of the partial entry bundle; empty when there is none. */
  readonly partialBundle: Uint8Array;
}

/** A tile to write. */
export interface StoredTile extends HashTile {
  readonly bytes: Buffer;
}

/** A bundle to write. */
export interface StoredBundle extends Tile {
  readonly level: 'entries';
  readonly bytes: Buffer;
}

/** The state after an integration, and what must be written for it: full and partial, each only at its last width. */
export interface Integration extends LogState {
  readonly root: Buffer;
  readonly tiles: readonly StoredTile[];
  readonly bundles: readonly StoredBundle[];
}

export function emptyLog(): LogState {
  return { size: 0, edge: Buffer.alloc(0), partialTiles: [], partialBundle: Buffer.alloc(0) };
}

/**
 * Reads back the state of a log of this size and root from its stored partial tiles and bundle. Throws TlogError when they do not
 * give the root: such a log must not be continued.
 */
export async function restoreLog(size: number, root: Uint8Array, readTile: ReadTile): Promise<LogState> {
  const coordinates = partialTiles(size);
  const stored = await Promise.all(coordinates.map(async (tile) => Buffer.from(await readTileHashes(tile, readTile))));
  const tiles: Buffer[] = Array.from({ length: (coordinates[0]?.level ?? -1) + 1 }, () => Buffer.alloc(0));
  coordinates.forEach((tile, i) => (tiles[tile.level] = stored[i]!));
  const edge = Buffer.concat(coordinates.map((tile, i) => edgeOfTile(tile, stored[i]!)));
  if (Buffer.compare(new Tree(size, edge).root, root) !== 0) {
    throw new TlogError(`the stored tiles of the tree of ${size} do not give its root`);
  }
  const last: Tile = { level: 'entries', index: Math.floor(size / TILE_WIDTH), width: size % TILE_WIDTH };
  const partialBundle = last.width > 0 ? Buffer.from(await readTile(last)) : Buffer.alloc(0);
  for (const [i, entry] of decodeBundle(partialBundle, last.width).entries()) {
    if (leafHash(entry).equals(tiles[0]!.subarray(i * HASH_SIZE, (i + 1) * HASH_SIZE))) continue;
    throw new TlogError(`${tilePath(last)}: entry ${i} is not the one in the tree`);
  }
  return { size, edge, partialTiles: tiles, partialBundle };
}

/**
 * Appends entries to a log. Pure: the answer holds every tile and bundle to write, and is itself the state for the next call. The
 * state given must be one that this function, {@link restoreLog} or {@link emptyLog} made. Entries are at most 65,535 bytes.
 */
export function integrate(state: LogState, entries: readonly Uint8Array[]): Integration {
  const tree = new Tree(state.size, state.edge);
  const levels = state.partialTiles.map((bytes, level) => new Level(level, state.size, bytes));
  const put = (level: number, source: Buffer, offset: number): void => {
    (levels[level] ??= new Level(level, state.size, Buffer.alloc(0))).append(source, offset);
  };
  const leaf = Buffer.alloc(HASH_SIZE);
  const bundles: StoredBundle[] = [];
  const size = state.size + entries.length;
  let partialBundle = state.partialBundle;
  for (let from = 0; from < entries.length;) {
    const before = (state.size + from) % TILE_WIDTH;
    const chunk = entries.slice(from, from + TILE_WIDTH - before);
    const bytes = encodeBundle(chunk, before > 0 ? partialBundle : undefined);
    const index = Math.floor((state.size + from) / TILE_WIDTH);
    const width = tileWidth('entries', index, size);
    bundles.push({ level: 'entries', index, width, bytes });
    partialBundle = width < TILE_WIDTH ? bytes : Buffer.alloc(0);
    for (const entry of chunk) {
      leafHashInto(leaf, 0, entry);
      put(0, leaf, 0);
      // A full tile below is what a hash above level 0 stands for: every eighth height of the tree.
      tree.append(leaf, (height, stack, offset) => {
        if (height % 8 === 0) put(height / 8, stack, offset);
      });
    }
    from += chunk.length;
  }
  const tiles = levels.flatMap((level) => level.written());
  return {
    size,
    edge: tree.edge,
    root: tree.root,
    tiles,
    bundles,
    partialTiles: levels.map((level) => level.partial()),
    partialBundle,
  };
}

/** The tiles of one level from its partial one on, while hashes are appended. */
class Level {
  readonly #full: Buffer[] = [];
  readonly #firstIndex: number;
  #bytes = Buffer.alloc(TILE_WIDTH * HASH_SIZE);
  #length: number;
  #changed = false;

  constructor(
    readonly level: number,
    size: number,
    partial: Uint8Array,
  ) {
    const hashes = Math.floor(size / TILE_WIDTH ** level);
    if (partial.length !== (hashes % TILE_WIDTH) * HASH_SIZE) {
      throw new TlogError(`level ${level} of a tree of ${size}: partial tile of ${partial.length} bytes`);
    }
    this.#firstIndex = Math.floor(hashes / TILE_WIDTH);
    this.#bytes.set(partial, 0);
    this.#length = partial.length;
  }

  append(source: Buffer, offset: number): void {
    source.copy(this.#bytes, this.#length, offset, offset + HASH_SIZE);
    this.#length += HASH_SIZE;
    this.#changed = true;
    if (this.#length < this.#bytes.length) return;
    this.#full.push(this.#bytes);
    this.#bytes = Buffer.alloc(TILE_WIDTH * HASH_SIZE);
    this.#length = 0;
  }

  /** Bytes of the partial tile; empty when there is none. */
  partial(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  written(): StoredTile[] {
    const bytes = this.#changed && this.#length > 0 ? [...this.#full, this.partial()] : this.#full;
    return bytes.map((tile, i) => ({
      level: this.level,
      index: this.#firstIndex + i,
      width: tile.length / HASH_SIZE,
      bytes: tile,
    }));
  }
}
