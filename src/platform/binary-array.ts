const OIDS = { bytea: 17, text: 25 } as const;

/**
 * An array as a parameter in PostgreSQL's binary format (array_recv: dimensions, flags, element type, length, lower bound,
 * then each element behind its length). The driver would write bytes as hexadecimal text with escapes, four times as long.
 */
export function binaryArray(type: keyof typeof OIDS, values: readonly (Uint8Array | string | null)[]): Buffer {
  const elements = values.map((value) => (typeof value === 'string' ? Buffer.from(value) : value));
  const bytes = Buffer.allocUnsafe(20 + elements.reduce((sum, element) => sum + 4 + (element?.length ?? 0), 0));
  const header = [1, elements.includes(null) ? 1 : 0, OIDS[type], elements.length, 1];
  header.forEach((word, i) => bytes.writeInt32BE(word, 4 * i));
  let at = 20;
  for (const element of elements) {
    at = bytes.writeInt32BE(element?.length ?? -1, at);
    if (!element) continue;
    bytes.set(element, at);
    at += element.length;
  }
  return bytes;
}
