import { Fault, mustFollow, START, type Leaf, type Place } from './entry.js';
import { leafOf, readState, type Folder } from './follower.js';
import { kept, Manifests } from './manifests.js';

export interface FolderReport {
  readonly events: number;
  readonly erased: number;
  /** In the tree of the folder's checkpoint. */
  readonly proven: number;
  readonly size: number;
  readonly manifests: number;
}

/** Proves a whole folder again, from its files alone. @throws Fault for the first thing that is wrong */
export async function verifyFolder({ dir, copy, log, manifests }: Folder): Promise<FolderReport> {
  const leaves: Leaf[] = [];
  let erased = 0;
  let last: Place = START;
  for await (const entry of copy.entries()) {
    mustFollow(last, entry);
    last = entry;
    leaves.push(leafOf(entry));
    if (entry.erased) erased += 1;
  }
  const known = Math.max((await readState(dir)).proven, manifests.last?.last ?? 0);
  if (last.position < known)
    throw new Fault(
      'gap',
      `缺少位置 ${last.position + 1}–${known}`,
      `missing: position ${last.position + 1}–${known}, which was there and proven`,
    );
  const size = await log.prove(leaves);
  const again = await Manifests.openAgain(dir);
  const stated = await kept(dir);
  for (const manifest of stated) {
    const own = leaves.slice(manifest.first - 1, manifest.last);
    await again.check(manifest, own, leaves[manifest.last], log);
  }
  const proven = leaves.filter(({ leafIndex }) => leafIndex < size).length;
  return { events: leaves.length, erased, proven, size, manifests: stated.length };
}
