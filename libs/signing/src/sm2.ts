import { createHash, createPublicKey, getHashes, type KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import { sm2, sm3 as sm3InScript } from 'sm-crypto-v2';

/**
 * The name of GM/T 0006 for an SM2 signature over SM3. No JOSE registry has one; verifiers that do not know it refuse it, as they should.
 */
export const SM2_ALG = 'SGD_SM3_SM2';
/** GM/T 0009 §10: the signer's identity where none was agreed. */
export const SM2_USER_ID = '1234567812345678';

export type Sm2PublicJwk = JWK & { kty: 'EC'; crv: 'SM2'; x: string; y: string };

const native = getHashes().includes('sm3');

/** SM3 (GB/T 32905): natively where OpenSSL was built with it. */
export function sm3(...parts: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(parts);
  return native ? createHash('sm3').update(bytes).digest() : Buffer.from(sm3InScript(bytes), 'hex');
}

/** a, b and the base point of the curve sm2p256v1 (GB/T 32918.5). */
const CURVE = Buffer.from(
  'FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC' +
    '28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93' +
    '32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7' +
    'BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0',
  'hex',
);

/**
 * What an SM2 signature really covers (GB/T 32918.2 §5.5, 6.1): SM3(Z ‖ message), where Z binds identity, curve and public key.
 * A plain SM3 signature, as Node's `sign('sm3', …)` makes it, lacks Z and is another thing.
 */
export function sm2Digest(message: Uint8Array, point: Uint8Array, userId: string = SM2_USER_ID): Buffer {
  const id = Buffer.from(userId);
  const bits = Buffer.alloc(2);
  bits.writeUInt16BE(id.length * 8);
  return sm3(sm3(bits, id, CURVE, point), message);
}

/** Signs a digest of {@link sm2Digest}; the signature is DER (GM/T 0009 §7.3). `scalar` is the private key. */
export function signSm2Digest(digest: Uint8Array, scalar: Uint8Array): Buffer {
  const signature = sm2.doSignature(digest, hex(scalar), { hash: false, der: true });
  return Buffer.from(signature, 'hex');
}

export function verifySm2Digest(digest: Uint8Array, signature: Uint8Array, point: Uint8Array): boolean {
  return holds(digest, signature, point, false);
}

/** Signs a message with sm-crypto-v2, which forms the digest itself. */
export function signSm2(message: Uint8Array, scalar: Uint8Array, point: Uint8Array): Buffer {
  const publicKey = `04${hex(point)}`;
  const options = { hash: true, der: true, publicKey, userId: SM2_USER_ID };
  return Buffer.from(sm2.doSignature(message, hex(scalar), options), 'hex');
}

export function verifySm2(message: Uint8Array, signature: Uint8Array, point: Uint8Array): boolean {
  return holds(message, signature, point, true);
}

function holds(message: Uint8Array, signature: Uint8Array, point: Uint8Array, hash: boolean): boolean {
  if (!isStrictDer(signature)) return false;
  const options = { hash, der: true, userId: SM2_USER_ID };
  try {
    return sm2.doVerifySignature(message, hex(signature), `04${hex(point)}`, options);
  } catch {
    return false; // r, s or the point out of range
  }
}

/** SEQUENCE of two positive INTEGERs of at most 32 bytes, in the one form of DER: a second form would be a second signature. */
function isStrictDer(signature: Uint8Array): boolean {
  const bytes = Buffer.from(signature);
  if (bytes.length < 8 || bytes.length > 72 || bytes[0] !== 0x30 || bytes[1] !== bytes.length - 2) return false;
  let at = 2;
  for (let i = 0; i < 2; i++) {
    const length = bytes[at + 1];
    if (bytes[at] !== 0x02 || length === undefined || length === 0 || length > 33) return false;
    const value = bytes.subarray(at + 2, at + 2 + length);
    if (value.length !== length || value[0]! > 0x7f || (length === 33 && value[0] !== 0)) return false;
    if (length > 1 && value[0] === 0 && value[1]! < 0x80) return false;
    at += 2 + length;
  }
  return at === bytes.length;
}

/** The 64 bytes of the point; throws for a JWK of another kind and for what is not on the curve. */
export function pointOf({ kty, crv, x, y }: JWK): Buffer {
  const point = Buffer.concat([Buffer.from(x ?? '', 'base64url'), Buffer.from(y ?? '', 'base64url')]);
  if (kty !== 'EC' || crv !== 'SM2' || point.length !== 64) throw new Error('Not an SM2 key');
  sm2.verifyPublicKey(`04${hex(point)}`); // throws for a point beside the curve
  return point;
}

export function jwkOfPoint(point: Uint8Array): Sm2PublicJwk {
  const half = (from: number) => Buffer.from(point.subarray(from, from + 32)).toString('base64url');
  return { kty: 'EC', crv: 'SM2', x: half(0), y: half(32) };
}

/** The 32 bytes of a private key. OpenSSL knows the curve, but jose and Node have no JWK form of it. */
export function scalarOf(privateKey: KeyObject): Buffer {
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  const at = der.indexOf('0201010420', 0, 'hex');
  if (at < 0) throw new Error('Not an SM2 private key');
  return der.subarray(at + 5, at + 37);
}

export function pointOfKey(key: KeyObject): Buffer {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ type: 'spki', format: 'der' }).subarray(-64);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
