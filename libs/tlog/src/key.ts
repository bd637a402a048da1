import { createHash, createPrivateKey, createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { TlogError } from './hash.js';

/** Signature types of c2sp.org/signed-note: a plain Ed25519 signature, and a timestamped one (c2sp.org/tlog-cosignature). */
export const ED25519 = 0x01;
export const COSIGNATURE_V1 = 0x04;

/** RFC 8410 §7: everything of a PKCS #8 Ed25519 private key before its 32-byte seed. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PRIVATE = 'PRIVATE+KEY+';

/** Key id of c2sp.org/signed-note: the first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key). */
export function keyId(name: string, type: number, publicKey: Uint8Array): number {
  const digest = createHash('sha256').update(`${name}\n`).update(Uint8Array.of(type)).update(publicKey).digest();
  return digest.readUInt32BE(0);
}

/** Name, key id and check of the Ed25519 key `name+hex8+base64(type ‖ public key)`. Throws TlogError. */
export function parsePublicKey(
  vkey: string,
  type: number,
): { name: string; keyId: number; verify: (message: string, signature: Uint8Array) => boolean } {
  const { name, id, key } = splitKey(vkey, type);
  if (id !== keyId(name, type, key)) throw new TlogError(`key id does not belong to the key: ${vkey.slice(0, 200)}`);
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') },
    format: 'jwk',
  });
  return { name, keyId: id, verify: (message, signature) => verify(null, Buffer.from(message), publicKey, signature) };
}

/** Text form of an Ed25519 public key (32 bytes) that signs notes under this name. Throws RangeError. */
export function formatVkey(name: string, publicKey: Uint8Array): string {
  if (!isName(name)) throw new RangeError(`not a key name: ${JSON.stringify(name)}`);
  if (publicKey.length !== 32) throw new RangeError(`an Ed25519 public key of ${publicKey.length} bytes`);
  const bytes = Buffer.from([ED25519, ...publicKey]).toString('base64');
  return `${name}+${hex8(keyId(name, ED25519, publicKey))}+${bytes}`;
}

/** Key id and text form of the public half of a private key. Throws RangeError for a bad name or another kind of key. */
export function publicHalf(name: string, privateKey: KeyObject, type: number): { keyId: number; vkey: string } {
  if (!isName(name)) throw new RangeError(`not a key name: ${JSON.stringify(name)}`);
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new RangeError('notes are signed with Ed25519');
  const raw = Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x!, 'base64url');
  const id = keyId(name, type, raw);
  return { keyId: id, vkey: `${name}+${hex8(id)}+${Buffer.from([type, ...raw]).toString('base64')}` };
}

/** Reads `PRIVATE+KEY+name+hex8+base64(type ‖ seed)` (golang.org/x/mod/sumdb/note). No key material in its errors (TlogError). */
export function parsePrivateKey(skey: string, type: number): { name: string; privateKey: KeyObject } {
  if (!skey.startsWith(PRIVATE)) throw new TlogError('not a private note key');
  const { name, id, key } = splitKey(skey.slice(PRIVATE.length), type, 'private note key');
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, key]), format: 'der', type: 'pkcs8' });
  if (publicHalf(name, privateKey, type).keyId !== id)
    throw new TlogError('key id does not belong to the private note key');
  return { name, privateKey };
}

/** A private key in the form that {@link parsePrivateKey} reads. */
export function formatPrivateKey(name: string, privateKey: KeyObject, type: number): string {
  const seed = Buffer.from(privateKey.export({ format: 'jwk' }).d!, 'base64url');
  const id = publicHalf(name, privateKey, type).keyId;
  return `${PRIVATE}${name}+${hex8(id)}+${Buffer.from([type, ...seed]).toString('base64')}`;
}

function splitKey(text: string, type: number, shown = text): { name: string; id: number; key: Buffer } {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text);
  if (!match || !isName(match[1]!)) throw new TlogError(`malformed note key: ${shown.slice(0, 200)}`);
  const bytes = Buffer.from(match[3]!, 'base64');
  if (bytes.toString('base64') !== match[3] || bytes[0] !== type || bytes.length !== 33) {
    throw new TlogError(`not an Ed25519 key of signature type ${type}: ${shown.slice(0, 200)}`);
  }
  return { name: match[1]!, id: Number.parseInt(match[2]!, 16), key: bytes.subarray(1) };
}

/** No ASCII control characters but newline, and no lone surrogates. */
export function isNoteText(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return !/[\u0000-\u0009\u000b-\u001f]|\p{Surrogate}/u.test(text);
}

/** Not empty, no Unicode space, no plus. */
export function isName(name: string): boolean {
  return /^[^\s\u0085+]+$/u.test(name) && isNoteText(name);
}

export function hex8(id: number): string {
  return id.toString(16).padStart(8, '0');
}
