import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeBundle, MAX_ENTRY_BYTES } from './bundle.js';
import { HASH_SIZE, TlogError } from './hash.js';
import { TILE_WIDTH, tilePath } from './tile.js';
import type { Tile } from './tile.js';

/**
 * Where a log is read from: answers with the bytes at a path below the log's prefix, or undefined when there is no such resource.
 * Throws TlogError when this resource cannot be read, anything else when the log as a whole cannot.
 */
export type Source = (path: string, maxBytes: number) => Promise<Buffer | undefined>;

const ATTEMPTS = 3;
const TIMEOUT_MS = 30_000;

/** A log at a URL prefix, in a folder in C2SP layout, or behind a function. */
export function openSource(source: string | URL | Source): Source {
  if (typeof source === 'function') return source;
  return source instanceof URL || /^https?:\/\//.test(source) ? urlSource(source) : folderSource(source);
}

/** A log in a folder in C2SP layout. */
export function folderSource(folder: string): Source {
  return async (path) => {
    try {
      return await readFile(join(folder, path));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw new TlogError(message, { cause: error });
    }
  };
}

/** A log does not answer, or not now: nothing is said about what it holds. */
export class UnreachableError extends Error {
  override name = 'UnreachableError';
}

/**
 * A log behind an HTTP prefix. Failures that may pass (network, 429, 5xx) are tried three times, 100 and 200 ms apart, and are
 * an UnreachableError then.
 */
export function urlSource(prefix: string | URL, request: typeof fetch = fetch): Source {
  const base = String(prefix).replace(/\/+$/, '');
  return async (path, maxBytes) => {
    for (let attempt = 1; ; attempt++) {
      const last = attempt === ATTEMPTS;
      try {
        const response = await request(`${base}/${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
        if (response.ok) return await readBody(response, maxBytes);
        await response.body?.cancel();
        if (response.status === 404 || response.status === 410) return undefined;
        if (response.status !== 429 && response.status < 500) throw new TlogError(`HTTP ${response.status}`);
        throw new Error(`HTTP ${response.status}`);
      } catch (error) {
        if (error instanceof TlogError) throw error;
        if (last) throw new UnreachableError(`${base}/${path} cannot be reached: ${reasonOf(error)}`, { cause: error });
      }
      await sleep(50 * 2 ** attempt);
    }
  };
}

/** The hashes of a tile, of exactly its width; a partial tile that is gone is cut from the full one. Throws TlogError. */
export async function readHashes(source: Source, tile: Tile): Promise<Buffer> {
  const bytes = await readWide(source, tile, HASH_SIZE, (found, width) => {
    if (found.length === width * HASH_SIZE) return found;
    throw new TlogError(`${found.length} bytes instead of ${width * HASH_SIZE}`);
  });
  return bytes.subarray(0, tile.width * HASH_SIZE);
}

/** The entries of a bundle, exactly as many as its width, in the same way. Throws TlogError. */
export async function readEntries(source: Source, { index, width }: Tile): Promise<Uint8Array[]> {
  const entries = await readWide(source, { level: 'entries', index, width }, 2 + MAX_ENTRY_BYTES, decodeBundle);
  return entries.slice(0, width);
}

/** "Logs MAY delete any partial tile once the corresponding full tile is available" (c2sp.org/tlog-tiles, "Partial Tiles"). */
async function readWide<T>(
  source: Source,
  tile: Tile,
  maxItemBytes: number,
  parse: (bytes: Buffer, width: number) => T,
): Promise<T> {
  const bytes = await source(tilePath(tile), tile.width * maxItemBytes);
  if (bytes) return parse(bytes, tile.width);
  const partial = tile.width < TILE_WIDTH;
  const full = partial ? await source(tilePath({ ...tile, width: TILE_WIDTH }), TILE_WIDTH * maxItemBytes) : undefined;
  if (!full) throw new TlogError('missing');
  return parse(full, TILE_WIDTH);
}

/** Loads ahead, at most `ahead` at a time, and answers in order. */
export async function* inOrder<A, B>(
  items: readonly A[],
  ahead: number,
  load: (item: A) => Promise<B>,
): AsyncGenerator<[A, B]> {
  const queue: Promise<B>[] = [];
  for (const [i, item] of items.entries()) {
    for (let next = i + queue.length; next < Math.min(items.length, i + ahead); next++) {
      const loading = load(items[next]!);
      // A failure is met when its turn comes; until then it must not count as unhandled.
      loading.catch(() => undefined);
      queue.push(loading);
    }
    yield [item, await queue.shift()!];
  }
}

/** The body of a response, decompressed. Throws TlogError above `maxBytes`. */
export async function readBody(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // The limit is on what comes out of decompression, so that a hostile server cannot fill the memory.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new TlogError(`more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}
