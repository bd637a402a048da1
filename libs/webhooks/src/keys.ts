import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';

/** A key that is not in one of the forms of Standard Webhooks. Its message never holds the key. */
export class KeyError extends Error {}

/** HMAC secrets have 24 to 64 bytes (192 to 512 bits); new ones 32, which is what SHA-256 can use. */
const SECRET_BYTES = { min: 24, max: 64, usual: 32 };
const SEED_BYTES = 32;

/** DER of an Ed25519 key without its 32 bytes (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

export type Key =
  | { readonly scheme: 'v1'; readonly secret: Buffer }
  | { readonly scheme: 'v1a'; readonly privateKey: KeyObject | undefined; readonly publicKey: KeyObject };

/** A random HMAC-SHA256 secret for `v1`, as `whsec_…`. Sender and receiver share it. */
export const generateSecret = (): string => `whsec_${randomBytes(SECRET_BYTES.usual).toString('base64')}`;

/** An Ed25519 key for `v1a`: the sender keeps `privateKey` (`whsk_…`), receivers get `publicKey` (`whpk_…`). */
export function generateKeyPair(): { privateKey: string; publicKey: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8.length);
  const key = `whsk_${seed.toString('base64')}`;
  return { privateKey: key, publicKey: publicKeyOf(key) };
}

/** `whpk_…` of a `whsk_…`. @throws KeyError */
export function publicKeyOf(key: string): string {
  const parsed = parseKey(key);
  if (parsed.scheme === 'v1') throw new KeyError('an HMAC secret has no public half');
  return `whpk_${parsed.publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI.length).toString('base64')}`;
}

/**
 * Reads a key in the serialisation of Standard Webhooks 1.0: `whsec_`, `whsk_` or `whpk_` and standard base64. A private key is the
 * seed of 32 bytes or, as some libraries write it, seed and public key together. @throws KeyError
 */
export function parseKey(text: string): Key {
  const [, prefix, base64 = ''] = /^(whsec|whsk|whpk)_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  if (!prefix || bytes.toString('base64').replace(/=+$/, '') !== base64.replace(/=+$/, ''))
    throw new KeyError('a key is whsec_, whsk_ or whpk_ and base64');
  if (prefix === 'whsec') {
    if (bytes.length < SECRET_BYTES.min || bytes.length > SECRET_BYTES.max)
      throw new KeyError(`a secret has ${SECRET_BYTES.min} to ${SECRET_BYTES.max} bytes, not ${bytes.length}`);
    return { scheme: 'v1', secret: bytes };
  }
  if (prefix === 'whpk') {
    if (bytes.length !== SEED_BYTES) throw new KeyError(`a public key has ${SEED_BYTES} bytes, not ${bytes.length}`);
    return { scheme: 'v1a', privateKey: undefined, publicKey: publicKeyFrom(bytes) };
  }
  return privateKeyFrom(bytes);
}

function privateKeyFrom(bytes: Buffer): Key {
  if (bytes.length !== SEED_BYTES && bytes.length !== 2 * SEED_BYTES)
    throw new KeyError(`a private key has ${SEED_BYTES} or ${2 * SEED_BYTES} bytes, not ${bytes.length}`);
  const der = Buffer.concat([PKCS8, bytes.subarray(0, SEED_BYTES)]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  if (bytes.length > SEED_BYTES && !publicKey.equals(publicKeyFrom(bytes.subarray(SEED_BYTES))))
    throw new KeyError('the two halves of the private key do not belong together');
  return { scheme: 'v1a', privateKey, publicKey };
}

const publicKeyFrom = (bytes: Buffer): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: 'der', type: 'spki' });
