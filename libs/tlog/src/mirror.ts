import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { encodeBundle } from './bundle.js';
import { openCheckpoint } from './checkpoint.js';
import type { Checkpoint } from './checkpoint.js';
import { continues } from './continues.js';
import { readIfThere, syncFolder, writeWhole } from './folder.js';
import { HASH_SIZE, leafHashes, perfectRoot, TlogError } from './hash.js';
import { parseVkey } from './note.js';
import type { Verifier } from './note.js';
import { folderSource, inOrder, openSource, readEntries, readHashes } from './source.js';
import type { Source } from './source.js';
import { childOf, partialTiles, rootOfTiles, splitTiles, TILE_WIDTH, tilePath, tilesBetween } from './tile.js';
import type { HashTile, Tile } from './tile.js';

const MAX_CHECKPOINT_BYTES = 1 << 20;

/** Two checkpoints that the log signed, and that no one log can have. Keep both: they prove it. */
export class ForkError extends TlogError {
  override name = 'ForkError';

  constructor(
    readonly ours: string,
    readonly theirs: string,
  ) {
    super('the log has signed a tree that does not continue the one in the folder');
  }
}

export interface MirrorOptions {
  /** The origin that the checkpoint must name; any when left out and the folder is empty. */
  readonly origin?: string;
  /** Resources read ahead (16). */
  readonly concurrency?: number;
  /** Called after each bundle with the entries that are safe in the folder so far. */
  readonly onProgress?: (entries: number, size: number) => void;
}

export interface MirrorReport {
  /** The checkpoint that the folder now has. */
  readonly checkpoint: Checkpoint;
  /** Entries that the folder had before. */
  readonly from: number;
  /** Files written, the checkpoint not counted. */
  readonly written: number;
}

/**
 * Brings a folder up to date with a log: copies what is new since the checkpoint in the folder. Everything is proven from the
 * signed root before it is written, every file is put in place whole, what is there is never overwritten, and the checkpoint is
 * replaced last: whenever this is interrupted, the folder is a good log of its checkpoint, and the next call goes on. One call on a
 * folder at a time. Throws {@link ForkError} when the log has two histories, TlogError when the source or the folder is
 * wrong, and what the file system throws.
 */
export async function mirror(
  source: string | URL | Source,
  folder: string,
  vkeys: readonly string[],
  options: MirrorOptions = {},
): Promise<MirrorReport> {
  const verifiers = vkeys.map(parseVkey);
  const root = resolve(folder);
  const remote = openSource(source);
  const local = folderSource(root);
  const path = join(root, 'checkpoint');
  const theirs = readCheckpoint(await remote('checkpoint', MAX_CHECKPOINT_BYTES), verifiers);
  if (!theirs) throw new TlogError('checkpoint: missing');
  const stored = await readIfThere(path);
  const ours = readCheckpoint(stored, verifiers);
  const origin = ours?.head.origin ?? options.origin ?? theirs.head.origin;
  for (const found of [theirs.head.origin, options.origin ?? origin]) {
    if (found !== origin) throw new TlogError(`checkpoint: of the log ${found}, not of ${origin}`);
  }
  const from = ours?.head.size ?? 0;
  if (ours) {
    const isBehind = theirs.head.size < from;
    const [small, large] = isBehind ? [theirs, ours] : [ours, theirs];
    if (!(await continues(small.head, large.head, isBehind ? local : remote)))
      throw new ForkError(ours.note, theirs.note);
    if (isBehind || ours.note === theirs.note) return { checkpoint: ours.head, from, written: 0 };
  }
  const copy = new Copy(remote, local, root, from, theirs.head, options);
  await copy.run();
  await writeWhole(path, theirs.note);
  await syncFolder(root);
  await copy.removeOutgrown();
  return { checkpoint: theirs.head, from, written: copy.written };
}

interface Signed {
  readonly head: Checkpoint;
  readonly note: string;
}

function readCheckpoint(bytes: Buffer | undefined, verifiers: readonly Verifier[]): Signed | undefined {
  return bytes && { head: openCheckpoint(bytes, verifiers).checkpoint, note: bytes.toString() };
}

/** Goes down from the signed root to what is new: a tile is proven by the hash above it, an entry by its leaf hash. */
class Copy {
  written = 0;
  readonly #folders = new Set<string>();

  constructor(
    readonly remote: Source,
    readonly local: Source,
    readonly folder: string,
    readonly from: number,
    readonly to: Checkpoint,
    readonly options: MirrorOptions,
  ) {}

  /** The folder first: after an interruption, what is there is checked again, but not fetched again. */
  readonly #source: Source = async (path, maxBytes) =>
    (await this.local(path, maxBytes)) ?? this.remote(path, maxBytes);

  async run(): Promise<void> {
    const { size, root } = this.to;
    const tiles = partialTiles(size);
    const hashes = Buffer.concat(await Promise.all(tiles.map((tile) => this.#readHashes(tile))));
    if (!rootOfTiles(tiles, hashes).equals(root)) throw new TlogError('checkpoint: the tiles do not give its root');
    const parts = splitTiles(tiles, hashes);
    for (const [i, tile] of tiles.entries()) await this.#copy(tile, parts[i]!);
    for (const folder of this.#folders) await syncFolder(folder);
  }

  /** Partial tiles of the old size that a full one has replaced ("Logs MAY delete", c2sp.org/tlog-tiles). */
  async removeOutgrown(): Promise<void> {
    for (const tile of tilesBetween(this.from, this.to.size)) {
      const start = tile.level === 'entries' ? tile.index : tile.index * TILE_WIDTH ** tile.level;
      if (tile.width < TILE_WIDTH || start * TILE_WIDTH >= this.from) continue;
      await rm(join(this.folder, `${tilePath(tile)}.p`), { recursive: true, force: true });
    }
  }

  /** Copies a tile with its proven hashes, and what is new below it. */
  async #copy(tile: HashTile, hashes: Buffer): Promise<void> {
    await this.#write(tilePath(tile), hashes);
    if (tile.level === 0) return this.#copyEntries(tile, hashes, await this.#readEntries(tile));
    const children = Array.from({ length: tile.width }, (_, i) => [i, childOf(tile, i)] as const).filter(([, child]) =>
      this.#isNew(child),
    );
    const load = async ([, child]: (typeof children)[number]): Promise<[Buffer, Uint8Array[] | undefined]> =>
      Promise.all([this.#readHashes(child), child.level === 0 ? this.#readEntries(child) : undefined]);
    const ahead = tile.level === 1 ? (this.options.concurrency ?? 16) : 2;
    for await (const [[i, child], [own, entries]] of inOrder(children, ahead, load)) {
      if (!perfectRoot(own).equals(hashes.subarray(i * HASH_SIZE, (i + 1) * HASH_SIZE)))
        throw this.#wrong(tilePath(child), 'its hashes are not those of the tree');
      if (!entries) await this.#copy(child, own);
      else {
        // One after the other: nothing must be under way when this has failed, for the next call writes the same drafts.
        await this.#write(tilePath(child), own);
        await this.#copyEntries(child, own, entries);
      }
    }
  }

  async #copyEntries(tile: HashTile, leaves: Buffer, entries: Uint8Array[]): Promise<void> {
    const path = tilePath({ ...tile, level: 'entries' });
    if (!leafHashes(entries).equals(leaves)) throw this.#wrong(path, 'its entries are not those of the tree');
    await this.#write(path, encodeBundle(entries));
    this.options.onProgress?.(tile.index * TILE_WIDTH + tile.width, this.to.size);
  }

  /** A full tile is new when the tree of the folder did not have it yet. */
  #isNew({ level, index }: HashTile): boolean {
    return (index + 1) * TILE_WIDTH ** (level + 1) > this.from;
  }

  #readHashes(tile: HashTile): Promise<Buffer> {
    return readHashes(this.#source, tile).catch((error: unknown) => this.#rethrow(tile, error));
  }

  #readEntries(tile: HashTile): Promise<Uint8Array[]> {
    const bundle: Tile = { ...tile, level: 'entries' };
    return readEntries(this.#source, tile).catch((error: unknown) => this.#rethrow(bundle, error));
  }

  #rethrow(tile: Tile, error: unknown): never {
    throw error instanceof TlogError ? this.#wrong(tilePath(tile), error.message) : error;
  }

  #wrong(path: string, reason: string): TlogError {
    const isOurs = existsSync(join(this.folder, path));
    return new TlogError(`${path}: ${reason}${isOurs ? ' (in the folder: remove it to have it copied again)' : ''}`);
  }

  /** Never over a file that is there: it was read before the source's, so it has been proven to be the same. */
  async #write(path: string, bytes: Buffer): Promise<void> {
    const target = join(this.folder, path);
    if (existsSync(target)) return;
    await writeWhole(target, bytes);
    this.written++;
    for (let folder = dirname(target); !this.#folders.has(folder); folder = dirname(folder)) {
      this.#folders.add(folder);
      if (folder === this.folder) break;
    }
  }
}
