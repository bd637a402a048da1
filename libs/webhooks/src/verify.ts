import { timingSafeEqual, verify as verifyBytes } from 'node:crypto';
import { parseKey, type Key } from './keys.js';
import { signatureBy, signedContent } from './sign.js';

/** How far the sender's clock may be from the receiver's, in seconds. */
export const TOLERANCE_S = 300;

/** A message carries few signatures: as many as keys roll at once. */
const SIGNATURES_MAX = 32;

export type WebhookFault = 'header-missing' | 'timestamp-malformed' | 'too-old' | 'too-new' | 'signature-wrong';

/** The message is not to be believed. */
export class WebhookRefused extends Error {
  constructor(readonly fault: WebhookFault) {
    super(fault);
  }
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Checks one webhook (Standard Webhooks 1.0): some signature must be by some of `keys`, and the timestamp within the tolerance. The
 * receiver must also drop ids that it has seen: every message may come twice.
 *
 * @param body the bytes as they came, never JSON that was parsed and written again
 * @param headers with names in lower case, as Node gives them
 * @param keys `whsec_…` or `whpk_…`; more than one while keys roll
 * @param now in the receiver's clock
 * @throws WebhookRefused, and KeyError for a key that is none
 */
export function verify(
  body: Uint8Array,
  headers: Headers,
  keys: readonly string[],
  { now = new Date(), toleranceS = TOLERANCE_S }: { now?: Date; toleranceS?: number } = {},
): { id: string; sentAt: Date } {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) => headers[`webhook-${name}`]);
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string')
    throw new WebhookRefused('header-missing');
  if (!/^(0|[1-9]\d{0,11})$/.test(timestamp)) throw new WebhookRefused('timestamp-malformed');
  const age = now.getTime() / 1000 - Number(timestamp);
  if (age > toleranceS) throw new WebhookRefused('too-old');
  if (age < -toleranceS) throw new WebhookRefused('too-new');
  const content = signedContent(id, timestamp, body);
  const given = signatures.split(' ', SIGNATURES_MAX).map(parseSignature);
  const signed = keys.map(parseKey).some((key) => given.some((one) => isBy(key, content, one)));
  if (!signed) throw new WebhookRefused('signature-wrong');
  return { id, sentAt: new Date(Number(timestamp) * 1000) };
}

interface Signature {
  readonly scheme: string;
  readonly bytes: Buffer;
}

function parseSignature(text: string): Signature {
  const comma = text.indexOf(',');
  return { scheme: text.slice(0, comma), bytes: Buffer.from(text.slice(comma + 1), 'base64') };
}

/** A secret never verifies `v1a` and a public key never `v1`: the key alone says which scheme counts. */
function isBy(key: Key, content: Buffer, { scheme, bytes }: Signature): boolean {
  if (scheme !== key.scheme) return false;
  if (key.scheme === 'v1a') return bytes.length === 64 && verifyBytes(null, content, key.publicKey, bytes);
  const expected = signatureBy(key, content);
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
