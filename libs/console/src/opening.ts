import { compactDecrypt, type CryptoKey as JoseKey } from 'jose';
import { ownKeys } from './keys.js';

/*
 * Opens a sealed file in the browser (libs/signing, envelope.ts): a header of 12 bytes (`DBE1`, a random prefix of 7 bytes, a
 * zero), then chunks of 64 KiB under AES-256-GCM, each with its tag of 16 bytes; the nonce is prefix ‖ counter ‖ 1 for the last chunk.
 */
const HEADER_BYTES = 12;
const SEALED_CHUNK_BYTES = 65_536 + 16;

/** What goes wrong says what to do. */
export class CannotOpen extends Error {
  constructor(readonly why: 'keyNotHere' | 'broken') {
    super(why);
  }
}

/**
 * @param jwe the content key, wrapped for the key `keyId` of the organisation
 * @throws CannotOpen
 */
export async function openSealed(sealed: ArrayBuffer, jwe: string, keyId: string, orgId: string): Promise<Blob> {
  const own = (await ownKeys(orgId)).find(({ kid, use }) => use === 'enc' && kid === keyId);
  if (!own) throw new CannotOpen('keyNotHere');
  const options = { keyManagementAlgorithms: ['ECDH-ES+A256KW'], contentEncryptionAlgorithms: ['A256GCM'] };
  const { plaintext } = await compactDecrypt(jwe, own.privateKey as JoseKey, options);
  const jwk = JSON.parse(new TextDecoder().decode(plaintext)) as JsonWebKey;
  const key = await crypto.subtle.importKey('jwk', { ...jwk, alg: 'A256GCM' }, 'AES-GCM', false, ['decrypt']);
  const header = new Uint8Array(sealed, 0, HEADER_BYTES);
  if (new TextDecoder().decode(header.subarray(0, 4)) !== 'DBE1') throw new CannotOpen('broken');
  const body = sealed.slice(HEADER_BYTES);
  const count = Math.max(1, Math.ceil(body.byteLength / SEALED_CHUNK_BYTES));
  const pieces: ArrayBuffer[] = [];
  for (let i = 0; i < count; i += 1) {
    const chunk = body.slice(i * SEALED_CHUNK_BYTES, (i + 1) * SEALED_CHUNK_BYTES);
    const algorithm = { name: 'AES-GCM', iv: nonce(header, i, i === count - 1), additionalData: header };
    pieces.push(
      await crypto.subtle.decrypt(algorithm, key, chunk).catch(() => {
        throw new CannotOpen('broken');
      }),
    );
  }
  return new Blob(pieces);
}

function nonce(header: Uint8Array, counter: number, last: boolean): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(12);
  bytes.set(header.subarray(4, 11));
  new DataView(bytes.buffer).setUint32(7, counter);
  bytes[11] = last ? 1 : 0;
  return bytes;
}

export async function sha256Hex(content: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
