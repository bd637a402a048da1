import { createHmac, sign as signBytes } from 'node:crypto';
import { KeyError, parseKey, type Key } from './keys.js';

/** `{msg_id}.{timestamp}.{payload}`, byte for byte. */
export const signedContent = (id: string, timestamp: string, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);

/** HMAC-SHA256 for `v1`, Ed25519 (RFC 8032) for `v1a`. */
export function signatureBy(key: Key, content: Uint8Array): Buffer {
  if (key.scheme === 'v1') return createHmac('sha256', key.secret).update(content).digest();
  if (!key.privateKey) throw new KeyError('a public key cannot sign');
  return signBytes(null, content, key.privateKey);
}

/**
 * The three headers of one attempt to send `body` (Standard Webhooks 1.0), signed with every key: while keys roll, those who know only
 * the old one or only the new one can both verify.
 *
 * @param id the same for every attempt of one message; without full stops, which separate the signed parts
 * @param at when this attempt is made
 * @param keys `whsec_…` and `whsk_…`, the newest first
 * @throws KeyError for a key that cannot sign, RangeError for an id that must not be signed
 */
export function sign(
  { id, at, body }: { id: string; at: Date; body: Uint8Array },
  keys: readonly string[],
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  if (!/^[\x21-\x2d\x2f-\x7e]{1,255}$/.test(id)) throw new RangeError('an id is visible ASCII without full stops');
  if (keys.length === 0) throw new KeyError('no key to sign with');
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const content = signedContent(id, timestamp, body);
  const signatures = keys.map((text) => {
    const key = parseKey(text);
    return `${key.scheme},${signatureBy(key, content).toString('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
