import type { Checkpoint } from './checkpoint.js';
import { TlogError } from './hash.js';
import { openSource, readHashes } from './source.js';
import type { Source } from './source.js';
import { nodeReader, tilePath } from './tile.js';
import { consistencyProof, rootAt, verifyConsistency } from './tree.js';

/**
 * Whether the larger tree begins with the smaller one: computed from the tiles of the larger, which `source` has, and proven up to its
 * root. Throws TlogError when the tiles are not those of `large`.
 */
export async function continues(small: Checkpoint, large: Checkpoint, source: string | URL | Source): Promise<boolean> {
  const isRoot = (root: Uint8Array): boolean => Buffer.compare(root, small.root) === 0;
  if (small.size === large.size) return isRoot(large.root);
  const opened = openSource(source);
  const readNode = nodeReader(large.size, (tile) =>
    readHashes(opened, tile).catch((error: unknown) => {
      throw error instanceof TlogError ? new TlogError(`${tilePath(tile)}: ${error.message}`) : error;
    }),
  );
  const root = await rootAt(small.size, readNode);
  const proof = await consistencyProof(small.size, large.size, readNode);
  if (!verifyConsistency(proof, small.size, large.size, root, large.root))
    throw new TlogError('checkpoint: the tiles do not give its root');
  return isRoot(root);
}
