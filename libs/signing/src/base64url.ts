const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** 255 for what is no digit. */
const VALUES = Uint8Array.from({ length: 256 }, (_, code) => DIGITS.indexOf(String.fromCharCode(code)));

/**
 * Decodes unpadded base64url (RFC 4648 §5). Nothing but what an encoder writes is taken, so that there is one text for the same bytes. In
 * script, because the verification of a signature was measured to take 7 % longer after the engine's own decoder (Node 20, x64).
 */
export function decodeBase64url(text: Uint8Array, from = 0, to = text.length): Buffer {
  const bytes = Buffer.allocUnsafe(((to - from) * 3) >> 2);
  let at = 0;
  let seen = 0;
  let i = from;
  for (; i + 3 < to; i += 4) {
    const a = VALUES[text[i]!]!;
    const b = VALUES[text[i + 1]!]!;
    const c = VALUES[text[i + 2]!]!;
    const d = VALUES[text[i + 3]!]!;
    seen |= a | b | c | d;
    bytes[at++] = (a << 2) | (b >> 4);
    bytes[at++] = (b << 4) | (c >> 2);
    bytes[at++] = (c << 6) | d;
  }
  // One to three digits more.
  let bits = 0;
  let got = 0;
  for (; i < to; i++) {
    const value = VALUES[text[i]!]!;
    seen |= value;
    bits = (bits << 6) | value;
    got += 6;
    if (got < 8) continue;
    got -= 8;
    bytes[at++] = bits >> got;
  }
  const beyond = got === 6 || (bits & ((1 << got) - 1)) !== 0;
  if (beyond || seen > 63) throw new Error('Not base64url');
  return bytes;
}
