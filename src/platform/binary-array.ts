const OIDS = { bytea: 17, text: 25 } as const;

/**
 * An array as a parameter in PostgreSQL's binary format (array_recv: dimensions, flags, element type, length, lower bound,
 * then each element behind its length). The driver would write bytes as hexadecimal text with escapes, four times as long.
 */
export function binaryArray(type: keyof typeof OIDS, values: readonly (Uint8Array | string | null)[]): Buffer {
  const lengths = values.map((value) => (typeof value === 'string' ? Buffer.byteLength(value) : (value?.length ?? -1)));
  const bytes = Buffer.allocUnsafe(20 + lengths.reduce((sum, length) => sum + 4 + Math.max(0, length), 0));
  const header = [1, values.includes(null) ? 1 : 0, OIDS[type], values.length, 1];
  header.forEach((word, i) => bytes.writeInt32BE(word, 4 * i));
  let at = 20;
  for (const [i, value] of values.entries()) {
    at = bytes.writeInt32BE(lengths[i]!, at);
    if (value === null) continue;
    if (typeof value === 'string') bytes.write(value, at);
    else bytes.set(value, at);
    at += lengths[i]!;
  }
  return bytes;
}
