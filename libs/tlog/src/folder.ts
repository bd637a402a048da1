import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { WitnessStore } from './witness.js';

/**
 * Puts a file in its place in one step, its bytes on the disk before: whoever reads sees the old file or the whole new one, also
 * after a loss of power. {@link syncFolder} makes the new name durable. What an interruption leaves is the next call's draft. `mode`: of a new file.
 */
export async function writeWhole(path: string, bytes: Uint8Array | string, mode = 0o666): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.draft`;
  const file = await open(draft, 'w', mode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

/** Makes the names in a folder durable. Windows can not, and needs not: there a rename is in the journal. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The file, or undefined when there is none. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The state of a witness in a folder, one file for each log, named by the SHA-256 of its origin. For one process at a time. */
export function folderWitnessStore(folder: string): WitnessStore {
  const pathOf = (origin: string): string => join(folder, createHash('sha256').update(origin).digest('hex'));
  const load = async (origin: string): Promise<string | undefined> => (await readIfThere(pathOf(origin)))?.toString();
  let turn: Promise<unknown> = Promise.resolve();
  return {
    load,
    replace: (origin, previous, next) => {
      const replaced = turn.then(async () => {
        if ((await load(origin)) !== previous) return false;
        await writeWhole(pathOf(origin), next);
        await syncFolder(folder);
        return true;
      });
      turn = replaced.catch(() => undefined);
      return replaced;
    },
  };
}
