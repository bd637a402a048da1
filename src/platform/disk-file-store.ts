import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { ByteRange, FileStore, StoredFile } from './file-store.js';
import { isAlive } from './is-alive.js';
import { Refusal } from './refusal.js';

const DRAFTS = 'tmp';
/** After this time an unfinished file of another machine, whose processes we cannot see, counts as abandoned. */
const FOREIGN_DRAFT_LIMIT_MS = 24 * 3_600_000;
const LINGER_MS = 30_000;
/** Tells our drafts from those of an earlier process with the same number. */
const SELF = `${process.pid}~${randomUUID()}`;

/** `ab/cdef…` below one directory; unfinished files are in its `tmp`, on the same volume, so that a rename completes them. */
export class DiskFileStore implements FileStore {
  private constructor(private readonly root: string) {}

  static async at(root: string): Promise<DiskFileStore> {
    await mkdir(join(root, DRAFTS), { recursive: true, mode: 0o700 });
    await removeAbandonedDrafts(join(root, DRAFTS));
    return new DiskFileStore(root);
  }

  async put(source: AsyncIterable<Uint8Array>, { limit }: { limit: number }): Promise<StoredFile> {
    if (source instanceof Readable) source.on('error', () => undefined); // It may fail before we read; reading then fails too.
    const draft = join(this.root, DRAFTS, `${encodeURIComponent(hostname())}~${SELF}~${randomUUID()}`);
    try {
      const stored = await write(draft, source, limit);
      if (!(await this.has(stored.sha256))) {
        const path = this.#pathOf(stored.sha256);
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await rename(draft, path);
        for (const directory of [dirname(path), this.root]) await syncDirectory(directory);
      }
      return stored;
    } catch (error) {
      throw storageProblem(error) ? new Refusal('storage-unavailable', {}) : error;
    } finally {
      await rm(draft, { force: true });
    }
  }

  async open(sha256: string, range: ByteRange = {}): Promise<Readable> {
    const file = await open(this.#pathOf(sha256), 'r').catch(orNotFound(sha256));
    return file.createReadStream(range);
  }

  async has(sha256: string): Promise<boolean> {
    return this.path(sha256).then(
      () => true,
      () => false,
    );
  }

  async path(sha256: string): Promise<string> {
    const path = this.#pathOf(sha256);
    await stat(path).catch(orNotFound(sha256));
    return path;
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.#pathOf(sha256), { force: true });
  }

  /** Counts as used now. */
  async touch(sha256: string): Promise<void> {
    const now = new Date();
    await utimes(this.#pathOf(sha256), now, now);
  }

  /** Removes the files not used for the longest time until at most `limit` bytes are left, but none used within `graceMs`. */
  async trim(limit: number, graceMs: number): Promise<void> {
    const files: { path: string; bytes: number; usedAt: number }[] = [];
    for (const entry of await readdir(this.root, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const found =
        entry.isFile() && entry.parentPath !== join(this.root, DRAFTS) && (await stat(path).catch(() => false));
      if (typeof found === 'object') files.push({ path, bytes: found.size, usedAt: found.mtimeMs });
    }
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { path, bytes, usedAt } of files.toSorted((a, b) => a.usedAt - b.usedAt)) {
      if (total <= limit || Date.now() - usedAt < graceMs) return;
      await rm(path, { force: true });
      total -= bytes;
    }
  }

  #pathOf = (sha256: string) => join(this.root, shardedName(sha256));
}

/**
 * Directories of a few thousand files stay fast everywhere: `ab/cdef…`.
 * @throws Refusal `not-found` for what is no SHA-256, above all for anything that climbs out of a directory
 */
export function shardedName(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Refusal('not-found', { kind: 'file', id: sha256 });
  return `${sha256.slice(0, 2)}/${sha256.slice(2)}`;
}

async function write(path: string, source: AsyncIterable<Uint8Array>, limit: number): Promise<StoredFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of received(source)) {
      bytes += chunk.length;
      if (bytes > limit) throw new Refusal('too-large', { limit });
      hash.update(chunk);
      await file.writeFile(chunk); // From where the last one ended.
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** The sender's failures are the sender's; those of the disk are ours. */
async function* received(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const request = source instanceof IncomingMessage ? source : undefined;
  try {
    yield* request ? request.iterator({ destroyOnReturn: false }) : source;
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal('upload-broken');
  } finally {
    if (request && !request.readableEnded && !request.destroyed) await drain(request);
  }
}

/** A sender that is cut off, or answered while it still sends, never reads our refusal: the rest is taken and thrown away. */
async function drain(request: IncomingMessage): Promise<void> {
  const cut = setTimeout(() => request.destroy(), LINGER_MS);
  setImmediate(() => request.resume()); // Not at once: the iterator still holds the stream until the next tick.
  await finished(request).catch(() => undefined);
  clearTimeout(cut);
}

const storageProblem = (error: unknown) =>
  ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '');

const orNotFound = (sha256: string) => (error: NodeJS.ErrnoException) => {
  throw error.code === 'ENOENT' ? new Refusal('not-found', { kind: 'file', id: sha256 }) : error;
};

async function removeAbandonedDrafts(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    if (await isAbandoned(path, name)) await rm(path, { force: true });
  }
}

async function isAbandoned(path: string, name: string): Promise<boolean> {
  const [host, pid, token] = name.split('~');
  if (host === encodeURIComponent(hostname())) {
    const ours = `${pid}~${token}` === SELF;
    return !ours && (Number(pid) === process.pid || !isAlive(Number(pid)));
  }
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > FOREIGN_DRAFT_LIMIT_MS;
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
