import { createHash, hash } from 'node:crypto';

/** Bytes of a SHA-256 hash. */
export const HASH_SIZE = 32;

/** What the log holds or hands over is malformed, or does not verify. The message says what and where. */
export class TlogError extends Error {
  override name = 'TlogError';
}

// Hashing is synchronous, so one scratch area per prefix serves every call. `hash()` with a latin1 result, written into
// place, avoids one ArrayBuffer per hash: measured 3.3 M/s against 1.0 M/s for createHash().update().digest().
const leafInput = Buffer.alloc(1 + 0xffff);
const nodeInput = Buffer.alloc(1 + 2 * HASH_SIZE, 1);

/** Writes the RFC 6962 §2.1 leaf hash SHA-256(0x00 ‖ data) at `offset` of `out`. */
export function leafHashInto(out: Buffer, offset: number, data: Uint8Array): void {
  if (data.length >= leafInput.length) {
    createHash('sha256').update(Uint8Array.of(0)).update(data).digest().copy(out, offset);
    return;
  }
  leafInput.set(data, 1);
  out.write(hash('sha256', leafInput.subarray(0, data.length + 1), 'binary'), offset, HASH_SIZE, 'latin1');
}

/** Writes the RFC 6962 §2.1 node hash SHA-256(0x01 ‖ left ‖ right) of the 64 bytes at `source[from]` to `out[offset]`. */
export function nodeHashInto(out: Buffer, offset: number, source: Buffer, from: number): void {
  source.copy(nodeInput, 1, from, from + 2 * HASH_SIZE);
  out.write(hash('sha256', nodeInput, 'binary'), offset, HASH_SIZE, 'latin1');
}

/** RFC 6962 §2.1 leaf hash: SHA-256(0x00 ‖ data). */
export function leafHash(data: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(HASH_SIZE);
  leafHashInto(out, 0, data);
  return out;
}

/** Leaf hashes of entries, one behind the other. */
export function leafHashes(entries: readonly Uint8Array[]): Buffer {
  const hashes = Buffer.allocUnsafe(entries.length * HASH_SIZE);
  entries.forEach((entry, i) => leafHashInto(hashes, i * HASH_SIZE, entry));
  return hashes;
}

/** RFC 6962 §2.1 node hash: SHA-256(0x01 ‖ left ‖ right), both of 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_SIZE);
  const out = Buffer.allocUnsafe(HASH_SIZE);
  out.write(hash('sha256', nodeInput, 'binary'), 0, HASH_SIZE, 'latin1');
  return out;
}

/** Root of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(): Buffer {
  return createHash('sha256').digest();
}

/** Root of a perfect subtree from its `count` (a power of two) consecutive hashes. */
export function perfectRoot(hashes: Uint8Array): Buffer {
  const work = Buffer.from(hashes);
  for (let count = hashes.length / HASH_SIZE; count > 1; count /= 2) {
    for (let i = 0; i < count / 2; i++) nodeHashInto(work, i * HASH_SIZE, work, 2 * i * HASH_SIZE);
  }
  return work.subarray(0, HASH_SIZE);
}

/** Root from the roots of a tree's perfect subtrees, largest first (the right edge). */
export function rootOfEdge(edge: Uint8Array): Buffer {
  if (edge.length === 0) return emptyRoot();
  const work = Buffer.from(edge);
  for (let at = work.length - 2 * HASH_SIZE; at >= 0; at -= HASH_SIZE) nodeHashInto(work, at, work, at);
  return work.subarray(0, HASH_SIZE);
}

/** Standard base64 (RFC 4648 §4) and nothing else: no whitespace, no url alphabet, padding, unused bits zero. */
export function decodeBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new TlogError(`not standard base64: ${text.slice(0, 80)}`);
  return bytes;
}

/** A size or index: ASCII decimal without leading zeroes, exact as a Number (below 2^53). */
export function decodeDecimal(text: string): number {
  const value = /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value)) throw new TlogError(`not a decimal number below 2^53: ${text.slice(0, 80)}`);
  return value;
}
