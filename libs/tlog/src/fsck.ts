import { openCheckpoint } from './checkpoint.js';
import type { Checkpoint } from './checkpoint.js';
import { HASH_SIZE, leafHashes, perfectRoot, TlogError } from './hash.js';
import { parseVkey } from './note.js';
import { reconcile } from './reconcile.js';
import { inOrder, openSource, readEntries, readHashes } from './source.js';
import type { Source } from './source.js';
import { childOf, partialTiles, rootOfTiles, splitTiles, TILE_WIDTH, tilePath } from './tile.js';
import type { HashTile } from './tile.js';

/** A resource of the log that is wrong: `checkpoint`, or a path such as `tile/0/000` or `tile/entries/000.p/17`. */
export interface Fault {
  readonly resource: string;
  readonly reason: string;
}

export interface FsckOptions {
  /** The origin that the checkpoint must name; any when left out. */
  readonly origin?: string;
  /** Called in order for every entry that is proven to be in the signed tree. */
  readonly onEntry?: (index: number, bytes: Uint8Array) => void | Promise<void>;
  /** Called after each bundle with the entries passed so far. */
  readonly onProgress?: (entries: number, size: number) => void;
  /** Resources read ahead (16). */
  readonly concurrency?: number;
  /** Faults that are listed (1000); more are only counted. */
  readonly maxFaults?: number;
}

export interface FsckReport {
  /** The checkpoint is signed, and every tile and entry is what it promises. */
  readonly ok: boolean;
  /** What is signed: origin, size, root. Undefined when the checkpoint itself is wrong; then nothing else was checked. */
  readonly checkpoint: Checkpoint | undefined;
  /** Entries proven to be in the tree; tiles and bundles read. */
  readonly counts: { readonly entries: number; readonly tiles: number; readonly bundles: number };
  /** In the order of the log, a tile before what is below it. Where it cannot be told which of two is wrong, both. */
  readonly faults: readonly Fault[];
  readonly faultCount: number;
}

/**
 * Checks a whole log: the checkpoint against the log's keys, every tile, every entry, every level. `source` is a URL prefix, a
 * folder in C2SP layout, or a function. Memory does not grow with the log. Throws only when the log cannot be reached, or what
 * the callbacks throw.
 */
export async function fsck(
  source: string | URL | Source,
  vkeys: readonly string[],
  options: FsckOptions = {},
): Promise<FsckReport> {
  const verifiers = vkeys.map(parseVkey);
  const check = new Check(openSource(source), options);
  let checkpoint: Checkpoint | undefined;
  try {
    const note = await check.source('checkpoint', 1 << 20);
    if (!note) throw new TlogError('missing');
    const signed = openCheckpoint(note, verifiers).checkpoint;
    if (options.origin !== undefined && signed.origin !== options.origin)
      throw new TlogError(`of the log ${signed.origin}`);
    checkpoint = signed;
  } catch (error) {
    check.failed('checkpoint', error);
  }
  if (checkpoint) await check.tree(checkpoint);
  const faults = Array.from(check.faults, ([resource, reason]) => ({ resource, reason }));
  return { ok: check.faultCount === 0, checkpoint, counts: check.counts, faults, faultCount: check.faultCount };
}

/** What was read, or why it could not be: kept until its turn, so that faults come in the order of the log. */
type Read<T> = T | TlogError;

/**
 * Goes down from the signed root. A tile is right when its hashes give the hash that is already proven for it; then each of them
 * is the measure for the tile or entry below. A tile that fails is named, and its hashes are recovered from below, so that one
 * wrong resource neither hides nor accuses others.
 */
class Check {
  readonly counts = { entries: 0, tiles: 0, bundles: 0 };
  readonly faults = new Map<string, string>();
  faultCount = 0;
  #size = 0;

  constructor(
    readonly source: Source,
    readonly options: FsckOptions,
  ) {}

  failed(resource: string, error: unknown): void {
    if (!(error instanceof TlogError)) throw error;
    this.#accuse(resource, error.message);
  }

  async tree({ size, root }: Checkpoint): Promise<void> {
    this.#size = size;
    const tiles = partialTiles(size);
    const rootOf = (hashes: Buffer): Buffer => rootOfTiles(tiles, hashes);
    const reads = await Promise.all(tiles.map((tile) => this.#readHashes(tile)));
    const proven = await this.#prove(tiles, reads, rootOf, Buffer.from(root));
    const parts = proven && splitTiles(tiles, proven);
    for (const [i, tile] of tiles.entries()) await this.#descend(tile, parts?.[i]);
  }

  /** The proven hashes of a tile (or of all partial tiles together), accusing what does not fit; undefined if none are proven. */
  async #prove(
    tiles: readonly HashTile[],
    reads: readonly Read<Buffer>[],
    rootOf: (hashes: Buffer) => Buffer,
    expected: Buffer | undefined,
  ): Promise<Buffer | undefined> {
    const stored = tiles.map((tile, i) => this.#take(tilePath(tile), reads[i]!));
    this.counts.tiles += stored.filter(Boolean).length;
    const whole = stored.every((bytes) => bytes !== undefined) ? Buffer.concat(stored) : undefined;
    if (whole && expected && rootOf(whole).equals(expected)) return whole;
    const below: (Buffer | undefined)[][] = [];
    for (const tile of tiles) below.push(await this.#rebuild(tile));
    const claimed = tiles.map(({ width }, i) => (stored[i] ? split(stored[i]) : missing(width)));
    const proven = expected && reconcile(claimed.flat(), below.flat(), rootOf, expected);
    const right = proven ? split(proven) : below.flat();
    let at = 0;
    const wrong = tiles.filter((tile, i) => {
      const own = right.slice(at, (at += tile.width));
      return stored[i] && claimed[i]!.some((hash, j) => !own[j]?.equals(hash!));
    });
    for (const tile of wrong) this.#accuseTile(tile, 'its hashes are not those of the tree', !proven);
    if (expected && !proven && wrong.length === 0 && whole) {
      const reason = 'tiles and entries agree with each other, but give another root';
      if (tiles.length === 1 && tiles[0]!.width === TILE_WIDTH) this.#accuseTile(tiles[0]!, reason, true);
      else this.#accuse('checkpoint', reason);
    }
    return proven;
  }

  /** Checks everything below a tile; without proven hashes, only whether it agrees with itself. */
  async #descend(tile: HashTile, hashes: Buffer | undefined): Promise<void> {
    if (tile.level === 0) return this.#entries(tile, hashes, await this.#readEntries(tile));
    const children = Array.from({ length: tile.width }, (_, i) => childOf(tile, i));
    const leaves = tile.level === 1;
    const load = async (child: HashTile): Promise<[Read<Buffer>, Read<Uint8Array[]> | undefined]> =>
      Promise.all([this.#readHashes(child), leaves ? this.#readEntries(child) : undefined]);
    let at = 0;
    for await (const [child, [read, entries]] of inOrder(
      children,
      leaves ? (this.options.concurrency ?? 16) : 2,
      load,
    )) {
      const proven = await this.#prove([child], [read], perfectRoot, hashes?.subarray(at, (at += HASH_SIZE)));
      await (entries ? this.#entries(child, proven, entries) : this.#descend(child, proven));
    }
  }

  /** Compares every entry of a bundle with its proven leaf hash. Without one, {@link #prove} has said what there is to say. */
  async #entries(tile: HashTile, leaves: Buffer | undefined, read: Read<Uint8Array[]>): Promise<void> {
    const { onEntry, onProgress } = this.options;
    const path = tilePath({ ...tile, level: 'entries' });
    const entries = this.#take(path, read);
    const start = tile.index * TILE_WIDTH;
    if (entries) this.counts.bundles++;
    if (entries && leaves) {
      const actual = leafHashes(entries);
      const same = actual.equals(leaves);
      let first: number | undefined;
      for (let i = 0; i < entries.length; i++) {
        const [from, to] = [i * HASH_SIZE, (i + 1) * HASH_SIZE];
        if (!same && actual.compare(leaves, from, to, from, to) !== 0) {
          first ??= start + i;
          continue;
        }
        this.counts.entries++;
        const pending = onEntry?.(start + i, entries[i]!);
        if (pending) await pending;
      }
      if (first !== undefined) this.#accuse(path, `entry ${first} is not the one in the tree`);
    }
    onProgress?.(start + tile.width, this.#size);
  }

  /** The hashes of a tile from the tiles or entries below it; undefined where one cannot be read. */
  async #rebuild(tile: HashTile): Promise<(Buffer | undefined)[]> {
    if (tile.level === 0) {
      const entries = await this.#readEntries(tile);
      return entries instanceof TlogError ? missing(tile.width) : split(leafHashes(entries));
    }
    const hashes: (Buffer | undefined)[] = [];
    for (let i = 0; i < tile.width; i++) {
      const child = childOf(tile, i);
      const read = await this.#readHashes(child);
      const parts = read instanceof TlogError ? await this.#rebuild(child) : [read];
      hashes.push(parts.every((part) => part !== undefined) ? perfectRoot(Buffer.concat(parts)) : undefined);
    }
    return hashes;
  }

  #readHashes(tile: HashTile): Promise<Read<Buffer>> {
    return readHashes(this.source, tile).catch(tlogError);
  }

  #readEntries(tile: HashTile): Promise<Read<Uint8Array[]>> {
    return readEntries(this.source, tile).catch(tlogError);
  }

  #take<T>(resource: string, read: Read<T>): T | undefined {
    if (!(read instanceof TlogError)) return read;
    this.#accuse(resource, read.message);
    return undefined;
  }

  #accuseTile(tile: HashTile, reason: string, withEntries: boolean): void {
    this.#accuse(tilePath(tile), reason);
    if (withEntries && tile.level === 0)
      this.#accuse(tilePath({ ...tile, level: 'entries' }), 'its entries are not those of the tree');
  }

  #accuse(resource: string, reason: string): void {
    if (this.faults.has(resource)) return;
    this.faultCount++;
    if (this.faults.size < (this.options.maxFaults ?? 1000)) this.faults.set(resource, reason);
  }
}

function tlogError(error: unknown): TlogError {
  if (error instanceof TlogError) return error;
  throw error;
}

function split(hashes: Buffer): Buffer[] {
  return Array.from({ length: hashes.length / HASH_SIZE }, (_, i) =>
    hashes.subarray(i * HASH_SIZE, (i + 1) * HASH_SIZE),
  );
}

function missing(width: number): undefined[] {
  return Array<undefined>(width).fill(undefined);
}
