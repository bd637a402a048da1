import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { s3Settings, type Config } from './config.js';
import { DiskFileStore } from './disk-file-store.js';
import { S3FileStore } from './s3-file-store.js';

export interface StoredFile {
  /** Lower-case hex of the bytes; also the name under which they are found again. */
  sha256: string;
  bytes: number;
}

/** First and last byte, both included and counted from 0, as in RFC 9110, section 14.1.2. */
export interface ByteRange {
  start?: number;
  end?: number;
}

/** Files found by their content: the same bytes are kept once, and never change. */
export abstract class FileStore {
  /**
   * Keeps the bytes durably before it answers; of an upload that fails nothing is left.
   * @throws Refusal `too-large` beyond `limit` bytes, `upload-broken` when the source fails, `storage-unavailable`
   */
  abstract put(source: AsyncIterable<Uint8Array>, options: { limit: number }): Promise<StoredFile>;
  /** @throws Refusal `not-found` */
  abstract open(sha256: string, range?: ByteRange): Promise<Readable>;
  abstract has(sha256: string): Promise<boolean>;
  /**
   * A local file with these bytes, for programs that read files themselves; only to be read, and soon.
   * @throws Refusal `not-found`
   */
  abstract path(sha256: string): Promise<string>;
}

/** The store of this service: S3 when configured, else the disk below `DATA_DIR`. Removes what a crash left behind. */
export async function openFileStore(config: Config): Promise<FileStore> {
  const s3 = s3Settings(config);
  if (!s3) return DiskFileStore.at(join(config.DATA_DIR, 'files'));
  const cache = await DiskFileStore.at(join(config.DATA_DIR, 'cache'));
  return new S3FileStore(s3, cache, 4 * config.FILE_LIMIT_BYTES);
}
