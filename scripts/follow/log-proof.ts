import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  continues,
  folderSource,
  HASH_SIZE,
  inclusionProof,
  nodeReader,
  openCheckpoint,
  parseVkey,
  partialTiles,
  readHashes,
  readIfThere,
  rootAt,
  syncFolder,
  TILE_WIDTH,
  TlogError,
  tilePath,
  tileWidth,
  verifyInclusion,
  writeWhole,
  type Checkpoint,
  type ReadNode,
  type Source,
} from '@app/tlog';
import { originOf } from '../log-keys.js';
import { Fault, type Leaf } from './entry.js';

/**
 * The newest checkpoint of the log, each one shown to continue the one before, and the tiles that prove the leaves of the copy
 * under it: kept in `dir/log` in C2SP layout, so that everything can be proven again without the platform.
 */
export class LogProof {
  private constructor(
    private readonly dir: string,
    private readonly vkeys: string[],
    private kept: Checkpoint | undefined,
    private readonly remote: Source | undefined,
  ) {}

  /** @param remote the log; without it, the tiles in the folder must do */
  static async open(dir: string, vkeys: readonly string[], remote?: Source): Promise<LogProof> {
    const proof = new LogProof(join(dir, 'log'), [...vkeys], undefined, remote);
    const note = await readIfThere(join(proof.dir, 'checkpoint'));
    if (note) proof.kept = proof.read(note.toString());
    return proof;
  }

  get size(): number {
    return this.kept?.size ?? 0;
  }
  get keys(): readonly string[] {
    return this.vkeys;
  }

  /** Another key of the log, which a proven event announced. */
  trust(vkey: string): void {
    if (!this.vkeys.includes(vkey) && parseVkey(vkey).name === originOf(this.vkeys)) this.vkeys.push(vkey);
  }

  /** Proves those of the leaves that the newest published tree has. @returns its size @throws Fault */
  async prove(leaves: readonly Leaf[]): Promise<number> {
    return this.atOnce(async (source) => {
      const note = (await this.remote?.('checkpoint', 1 << 20))?.toString();
      const head = note === undefined ? this.kept : this.read(note);
      if (!head) return 0;
      await this.mustContinue(head, source);
      const tiles = nodeReader(head.size, (tile) => readHashes(source, tile));
      // Reads the right edge: with it, the folder proves every leaf under this checkpoint.
      if (!(await rootAt(head.size, tiles)).equals(head.root)) throw wrongTiles(head);
      const published = leaves.filter(({ leafIndex }) => leafIndex < head.size);
      for (const [index, those] of byTile(published)) await proveTile(head, index, those, tiles, source);
      return { head, note };
    });
  }

  /** A checkpoint that a manifest names is of this log, and an earlier head of the tree that is kept. @throws Fault */
  async includes(note: string): Promise<Checkpoint> {
    const stated = this.read(note);
    if (stated.size > this.size) await this.prove([]);
    const { kept } = this;
    if (!kept || stated.size > kept.size)
      throw new Fault('checkpoint', `未发布 ${stated.size} 条的树`, `no tree of ${stated.size} leaves is published`);
    await this.atOnce(async (source) => {
      if (!(await continues(stated, kept, source))) throw forked(stated, kept);
      return undefined;
    });
    return stated;
  }

  private read(note: string): Checkpoint {
    try {
      const { checkpoint } = openCheckpoint(note, this.vkeys.map(parseVkey));
      if (checkpoint.origin !== originOf(this.vkeys)) throw new TlogError(`of the log ${checkpoint.origin}`);
      return checkpoint;
    } catch (error) {
      if (!(error instanceof TlogError)) throw error;
      throw new Fault(
        'checkpoint',
        `检查点不是由 ${this.vkeys.join(' ')} 签署的`,
        `the checkpoint is not of the log with this key: ${error.message}`,
      );
    }
  }

  private async mustContinue(head: Checkpoint, source: Source): Promise<void> {
    const { kept } = this;
    if (!kept) return;
    if (head.size < kept.size)
      throw new Fault('checkpoint', `日志变短:${kept.size} → ${head.size}`, `the log is shorter than it was`);
    if (!(await continues(kept, head, source))) throw forked(kept, head);
  }

  /** Tiles are put into the folder when all of them have been shown to be the log's; the checkpoint last. */
  private async atOnce(
    work: (source: Source) => Promise<{ head: Checkpoint; note: string | undefined } | 0 | undefined>,
  ): Promise<number> {
    const [local, fetched] = [folderSource(this.dir), new Map<string, Buffer>()];
    const source: Source = async (path, maxBytes) => {
      const known = fetched.get(path) ?? (await local(path, maxBytes));
      if (known || !this.remote) return known;
      const bytes = await this.remote(path, maxBytes);
      if (bytes) fetched.set(path, bytes);
      return bytes;
    };
    try {
      const result = await work(source);
      for (const [path, bytes] of fetched) await writeWhole(join(this.dir, path), bytes);
      if (result && result.note !== undefined && result.head.size > this.size)
        await this.keep(result.head, result.note);
      return result ? result.head.size : 0;
    } catch (error) {
      if (!(error instanceof TlogError)) throw error;
      throw new Fault('checkpoint', '日志的分块有误', `the tiles of the log are wrong: ${error.message}`);
    }
  }

  private async keep(head: Checkpoint, note: string): Promise<void> {
    const outgrown = new Set(partialTiles(this.size).map(tilePath));
    await writeWhole(join(this.dir, 'checkpoint'), note);
    await syncFolder(this.dir);
    this.kept = head;
    for (const tile of partialTiles(head.size)) outgrown.delete(tilePath(tile));
    for (const path of outgrown) await rm(join(this.dir, path), { force: true });
  }
}

const wrongTiles = ({ size }: Checkpoint): Fault =>
  new Fault('checkpoint', `分块与 ${size} 条的树根不符`, `the tiles do not give the root of the tree of ${size}`);

const forked = (a: Checkpoint, b: Checkpoint): Fault =>
  new Fault(
    'checkpoint',
    `日志分叉:${a.size} 与 ${b.size} 条的两棵树互相矛盾`,
    `the log has two histories: the trees of ${a.size} and ${b.size} leaves contradict each other`,
  );

function byTile(leaves: readonly Leaf[]): Map<number, Leaf[]> {
  const tiles = new Map<number, Leaf[]>();
  for (const leaf of leaves) {
    const index = Math.floor(leaf.leafIndex / TILE_WIDTH);
    tiles.set(index, [...(tiles.get(index) ?? []), leaf]);
  }
  return tiles;
}

/**
 * One audit path for each tile: the siblings of its first leaf are computed from all its other hashes, so that when it leads to the
 * signed root, every hash of the tile is the log's.
 */
async function proveTile(
  { size, root }: Checkpoint,
  index: number,
  leaves: readonly Leaf[],
  readNode: ReadNode,
  source: Source,
): Promise<void> {
  const hashes = await readHashes(source, { level: 0, index, width: tileWidth(0, index, size) });
  const first = index * TILE_WIDTH;
  const path = await inclusionProof(first, size, readNode);
  if (!verifyInclusion(path, first, size, hashes.subarray(0, HASH_SIZE), root))
    throw new Fault('checkpoint', `分块 ${index} 不属于该树`, `tile ${index} is not of the tree of ${size}`);
  for (const { position, leafIndex, hash } of leaves) {
    const at = (leafIndex - first) * HASH_SIZE;
    if (!hash.equals(hashes.subarray(at, at + HASH_SIZE)))
      throw new Fault(
        'leaf',
        `位置 ${position}:日志的叶 ${leafIndex} 不是它`,
        `position ${position}: leaf ${leafIndex} of the log is another one`,
      );
  }
}
