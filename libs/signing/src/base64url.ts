const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUES = Uint8Array.from({ length: 256 }, (_, code) => Math.max(0, DIGITS.indexOf(String.fromCharCode(code))));

/**
 * Decodes what is known to be unpadded base64url (RFC 4648 §5), from ASCII to bytes, also in place; returns how many they are. In script,
 * because the verification of a signature was measured to take 7 % longer after the engine's own decoder (Node 20, x64).
 */
export function decodeBase64url(text: Uint8Array, from: number, to: number, into: Uint8Array, at = 0): number {
  const length = ((to - from) * 3) >> 2;
  const end = at + length;
  let i = from;
  for (; at + 2 < end; i += 4) {
    const bits =
      (VALUES[text[i]!]! << 18) | (VALUES[text[i + 1]!]! << 12) | (VALUES[text[i + 2]!]! << 6) | VALUES[text[i + 3]!]!;
    into[at++] = bits >> 16;
    into[at++] = bits >> 8;
    into[at++] = bits;
  }
  // Nothing beyond the end is asked for: the engine would take the long way ever after.
  for (let bits = 0, got = 0; at < end; i++) {
    bits = (bits << 6) | VALUES[text[i]!]!;
    got += 6;
    if (got < 8) continue;
    got -= 8;
    into[at++] = bits >> got;
  }
  return length;
}
