import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { Logger } from '@nestjs/common';
import { S3mini, S3ServiceError, type DataInput, type S3Config } from 's3mini';
import { shardedName, type DiskFileStore } from './disk-file-store.js';
import type { ByteRange, FileStore, StoredFile } from './file-store.js';
import { Refusal } from './refusal.js';

/** Readers that were given a path have this long to open it. */
const CACHE_GRACE_MS = 10 * 60_000;

const STALL_LIMIT_MS = 60_000;

/** Objects `ab/cdef…` in a bucket. What is uploaded or read as a whole goes through a bounded cache on disk. */
export class S3FileStore implements FileStore {
  private readonly log = new Logger(S3FileStore.name);
  private readonly s3: S3mini;

  constructor(
    settings: Pick<S3Config, 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey'>,
    private readonly cache: DiskFileStore,
    private readonly cacheLimitBytes: number,
  ) {
    this.s3 = new S3mini({
      ...settings,
      fetch: (url, init) => (init?.body instanceof Readable ? send : fetch)(url, init),
    });
  }

  async put(source: AsyncIterable<Uint8Array>, options: { limit: number }): Promise<StoredFile> {
    const stored = await this.cache.put(source, options);
    const { sha256 } = stored;
    try {
      if (!(await this.has(sha256))) {
        const body = stored.bytes > 0 ? await this.cache.open(sha256) : '';
        const checksum = { 'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64') } as const;
        await this.#ask(sha256, (key) =>
          this.s3.putObject(key, body as unknown as DataInput, undefined, undefined, checksum, stored.bytes),
        );
      }
    } catch (error) {
      await this.cache.remove(sha256);
      throw error;
    }
    await this.#trimCache();
    return stored;
  }

  async open(sha256: string, { start = 0, end }: ByteRange = {}): Promise<Readable> {
    const whole = start === 0 && end === undefined;
    const next = end === undefined ? undefined : end + 1; // This client counts the end as excluded.
    const { body } = await this.#ask(sha256, (key) => this.s3.getObjectRaw(key, whole, start, next));
    return Readable.fromWeb(body as ReadableStream);
  }

  async has(sha256: string): Promise<boolean> {
    return (await this.#ask(sha256, (key) => this.s3.objectExists(key))) === true;
  }

  async path(sha256: string): Promise<string> {
    if (await this.cache.has(sha256)) {
      await this.cache.touch(sha256);
    } else {
      await this.#download(sha256);
      await this.#trimCache();
    }
    return this.cache.path(sha256);
  }

  async #download(sha256: string): Promise<void> {
    const source = await this.open(sha256);
    const received = await this.cache.put(source, { limit: Number.POSITIVE_INFINITY }).catch((error: unknown) => {
      throw error instanceof Refusal ? new Refusal('storage-unavailable') : error;
    });
    if (received.sha256 === sha256) return;
    await this.cache.remove(received.sha256);
    throw new Error(`the object of ${sha256} has the bytes of ${received.sha256}`);
  }

  #trimCache = () => this.cache.trim(this.cacheLimitBytes, CACHE_GRACE_MS);

  /** A missing object is the caller's matter, a wrong configuration a bug; everything else passes by itself. */
  async #ask<T>(sha256: string, request: (key: string) => Promise<T>): Promise<T> {
    const key = shardedName(sha256);
    try {
      return await request(key);
    } catch (error) {
      const status = error instanceof S3ServiceError ? error.status : 503;
      if (status === 404) throw new Refusal('not-found', { kind: 'file', id: sha256 });
      if (status < 500 && status !== 429) throw error;
      this.log.error(error, 'S3');
      throw new Refusal('storage-unavailable');
    }
  }
}

/**
 * Like `fetch`, for a body that is a Node stream. Node's own `fetch` reads such a body as fast as the disk can, not as the network
 * takes it: of a file of 2 GB it held 2 GB in memory.
 */
const send: typeof fetch = async (url, init) => {
  const target = new URL(url as string);
  const headers = init?.headers as Record<string, string>;
  const request = (target.protocol === 'https:' ? https : http).request(target, {
    method: init?.method ?? 'PUT',
    headers,
  });
  request.setTimeout(STALL_LIMIT_MS, () => request.destroy(new Error('S3 stalled')));
  const response = await new Promise<http.IncomingMessage>((done, fail) => {
    request.on('response', done); // A refusal may come before all is sent.
    pipeline(init?.body as unknown as Readable, request).catch(fail);
  });
  const { statusCode = 500 } = response;
  return new Response(await text(response), {
    status: statusCode,
    headers: response.headers as Record<string, string>,
  });
};
