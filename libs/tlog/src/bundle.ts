import { TlogError } from './hash.js';

/** The length prefix of an entry is a uint16 (c2sp.org/tlog-tiles, "Log entries"). */
export const MAX_ENTRY_BYTES = 0xffff;

/** An entry bundle: each entry behind its big-endian uint16 length. `prefix` is an already encoded bundle to continue. */
export function encodeBundle(entries: readonly Uint8Array[], prefix: Uint8Array = new Uint8Array()): Buffer {
  let length = prefix.length;
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES)
      throw new RangeError(`entry of ${entry.length} bytes; at most ${MAX_ENTRY_BYTES}`);
    length += 2 + entry.length;
  }
  const bundle = Buffer.allocUnsafe(length);
  bundle.set(prefix, 0);
  let at = prefix.length;
  for (const entry of entries) {
    bundle.writeUInt16BE(entry.length, at);
    bundle.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bundle;
}

/**
 * The entries of a bundle, as views of its bytes. With `width`, exactly so many must be there. Throws TlogError for a
 * truncated entry, trailing bytes or a wrong number of entries.
 */
export function decodeBundle(bundle: Uint8Array, width?: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length) {
    if (entries.length === width) throw new TlogError(`${bundle.length - at} bytes after entry ${width - 1}`);
    const start = at + 2;
    const end = start > bundle.length ? NaN : start + bundle[at]! * 256 + bundle[at + 1]!;
    if (!(end <= bundle.length)) throw new TlogError(`entry ${entries.length} is cut off`);
    entries.push(bundle.subarray(start, end));
    at = end;
  }
  if (width !== undefined && entries.length !== width)
    throw new TlogError(`${entries.length} entries instead of ${width}`);
  return entries;
}
