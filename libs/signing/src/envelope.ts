import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { CompactEncrypt, compactDecrypt, importJWK, type JWK } from 'jose';

/**
 * A file sealed for one recipient. The file: a header of 12 bytes (`DBE1`, then a random prefix of 7 bytes, then a zero), then chunks of 64 KiB plaintext,
 * each under AES-256-GCM with its 16-byte tag; the last chunk may be shorter, and is empty only if the file is. The nonce of a chunk is
 * prefix ‖ counter (4 bytes) ‖ 1 for the last chunk, else 0: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015), so a file cut short,
 * lengthened, or with chunks exchanged does not open. The header is authenticated with every chunk.
 */
const MAGIC = Buffer.from('DBE1');
const HEADER_BYTES = 12;
const TAG_BYTES = 16;
export const CHUNK_BYTES = 65_536;

export class EnvelopeBroken extends Error {
  constructor(what: string) {
    super(`The sealed file is broken: ${what}`);
  }
}

/** 32 random bytes; to be used for one file only. */
export const newContentKey = (): Buffer => randomBytes(32);

/** Length in bytes of the sealed file for a plaintext of the given length. */
export function sealedLength(plainBytes: number): number {
  return HEADER_BYTES + plainBytes + Math.max(1, Math.ceil(plainBytes / CHUNK_BYTES)) * TAG_BYTES;
}

/** Plaintext in, sealed file out. */
export function sealStream(contentKey: Uint8Array): Transform {
  const header = Buffer.concat([MAGIC, randomBytes(7), Buffer.alloc(1)]);
  let headerSent = false;
  return chunked(CHUNK_BYTES, (chunk, counter, last) => {
    const cipher = createCipheriv('aes-256-gcm', contentKey, nonce(header, counter, last)).setAAD(header);
    const sealed = Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
    if (headerSent) return sealed;
    headerSent = true;
    return Buffer.concat([header, sealed]);
  });
}

/** Sealed file in, plaintext out, chunk by chunk as each is authenticated; fails with {@link EnvelopeBroken}. */
export function openStream(contentKey: Uint8Array): Transform {
  let header: Buffer | undefined;
  let head = Buffer.alloc(0);
  const body = chunked(CHUNK_BYTES + TAG_BYTES, (chunk, counter, last) => {
    if (!header) throw new EnvelopeBroken('no header');
    return openChunk(contentKey, header, chunk, counter, last);
  });
  const accept = body._transform.bind(body);
  body._transform = (data: Buffer, encoding, done) => {
    if (header) return accept(data, encoding, done);
    head = Buffer.concat([head, data]);
    if (head.length < HEADER_BYTES) return done();
    header = head.subarray(0, HEADER_BYTES);
    if (!header.subarray(0, 4).equals(MAGIC) || header[11] !== 0) return done(new EnvelopeBroken('not such a file'));
    return accept(head.subarray(HEADER_BYTES), encoding, done);
  };
  return body;
}

function openChunk(key: Uint8Array, header: Buffer, sealed: Buffer, counter: number, last: boolean): Buffer {
  if (sealed.length < TAG_BYTES) throw new EnvelopeBroken('cut short');
  if (sealed.length === TAG_BYTES && counter > 0) throw new EnvelopeBroken('an empty last chunk');
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(header, counter, last), { authTagLength: TAG_BYTES });
  decipher.setAAD(header).setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    throw new EnvelopeBroken(`chunk ${counter} is not authentic`);
  }
}

function nonce(header: Buffer, counter: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12, header.subarray(4, 11));
  bytes.writeUInt32BE(counter, 7); // throws beyond 2^32 chunks (256 TiB) rather than repeat a nonce
  bytes[11] = last ? 1 : 0;
  return bytes;
}

/** Cuts a stream into pieces of `size` bytes; the last piece, which alone may be shorter or empty, is known only at the end. */
function chunked(size: number, process: (chunk: Buffer, counter: number, last: boolean) => Buffer): Transform {
  let waiting: Buffer[] = [];
  let length = 0;
  let counter = 0;
  const attempt = (done: TransformCallback, work: () => void) => {
    try {
      work();
    } catch (error) {
      return done(error as Error);
    }
    return done();
  };
  return new Transform({
    transform(data: Buffer, _encoding, done) {
      attempt(done, () => {
        waiting.push(data);
        length += data.length;
        if (length <= size) return;
        let all = Buffer.concat(waiting, length);
        for (; all.length > size; all = all.subarray(size)) this.push(process(all.subarray(0, size), counter++, false));
        waiting = [all];
        length = all.length;
      });
    },
    flush(done) {
      attempt(done, () => this.push(process(Buffer.concat(waiting, length), counter, true)));
    },
  });
}

/**
 * The content key for one recipient: a compact JWE (RFC 7516), ECDH-ES+A256KW to the recipient's P-256 key of `use: enc`, around the key
 * as a JWK.
 */
export async function wrapContentKey(contentKey: Uint8Array, recipient: JWK & { kid: string }): Promise<string> {
  if (recipient.use !== 'enc') throw new Error('The recipient’s key is not for encryption');
  const { kty, crv, x, y } = recipient;
  if (kty !== 'EC' || crv !== 'P-256' || !x || !y) throw new Error('The recipient’s key is not a P-256 key');
  const jwk = { kty: 'oct', k: Buffer.from(contentKey).toString('base64url') };
  return new CompactEncrypt(Buffer.from(JSON.stringify(jwk)))
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', cty: 'jwk+json', kid: recipient.kid })
    .encrypt(await importJWK({ kty, crv, x, y }, 'ECDH-ES+A256KW'));
}

/** @throws when the JWE is not for this key or was changed */
export async function unwrapContentKey(jwe: string, privateJwk: JWK): Promise<Buffer> {
  const { plaintext } = await compactDecrypt(jwe, await importJWK(privateJwk, 'ECDH-ES+A256KW'), {
    keyManagementAlgorithms: ['ECDH-ES+A256KW'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  const jwk = JSON.parse(Buffer.from(plaintext).toString()) as JWK;
  const key = Buffer.from(jwk.kty === 'oct' ? (jwk.k ?? '') : '', 'base64url');
  if (key.length !== 32) throw new EnvelopeBroken('the wrapped key is not one of 256 bits');
  return key;
}
