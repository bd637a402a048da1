import { createCipheriv, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { CHUNK_BYTES, EnvelopeBroken, LocalKey, newContentKey, openStream, sealedLength, sealStream, unwrapContentKey, wrapContentKey } from './index.js'; // prettier-ignore

const key = newContentKey();
const HEADER = 12;
const SEALED_CHUNK = CHUNK_BYTES + 16;

/** In pieces of any size, as a network would bring them. */
function pieces(bytes: Uint8Array, size: number): Readable {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < bytes.length; i += size) parts.push(bytes.subarray(i, i + size));
  return Readable.from(parts);
}
const seal = (plain: Uint8Array, piece = 50_000) => buffer(pieces(plain, piece).pipe(sealStream(key)));
async function open(sealed: Uint8Array, piece = 50_000, withKey = key): Promise<Buffer> {
  const stream = openStream(withKey);
  pieces(sealed, piece).pipe(stream);
  return buffer(stream);
}

describe('a sealed file', () => {
  const border = fc
    .constantFrom(0, 1, 2, 3)
    .chain((n) => fc.integer({ min: -2, max: 2 }).map((d) => n * CHUNK_BYTES + d));
  it('opens to the same bytes, for sizes around the chunk borders and any pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        border.map((size) => Math.max(0, size)),
        fc.constantFrom(7919, 65_536, 65_552, 1_000_000),
        async (size, piece) => {
          const plain = randomBytes(size);
          const sealed = await seal(plain, piece);
          expect(sealed.length).toBe(sealedLength(size));
          expect((await open(sealed, piece)).equals(plain)).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('survives pieces of one byte', async () => {
    const plain = randomBytes(1000);
    expect((await open(await seal(plain, 1), 1)).equals(plain)).toBe(true);
  });

  it('does not open when cut short anywhere, also at a chunk border', async () => {
    for (const chunks of [1, 2, 3]) {
      const sealed = await seal(randomBytes(chunks * CHUNK_BYTES));
      const borders = Array.from({ length: chunks }, (_, i) => HEADER + i * SEALED_CHUNK);
      for (const length of [0, 1, HEADER - 1, ...borders, sealed.length - 1, sealed.length - 16]) {
        await expect(open(sealed.subarray(0, length))).rejects.toThrow(EnvelopeBroken);
      }
    }
  });

  it('does not open with one bit changed, wherever it is', async () => {
    const sealed = await seal(randomBytes(CHUNK_BYTES + 100));
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length * 8 - 1), async (bit) => {
        const changed = Buffer.from(sealed);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        await expect(open(changed)).rejects.toThrow(EnvelopeBroken);
      }),
      { numRuns: 30, examples: Array.from({ length: HEADER }, (_, i) => [i * 8]) },
    );
  });

  it('does not open with chunks exchanged, repeated, dropped, added, or from another file', async () => {
    const sealed = await seal(randomBytes(3 * CHUNK_BYTES));
    const other = await seal(randomBytes(3 * CHUNK_BYTES));
    const header = sealed.subarray(0, HEADER);
    const chunk = (n: number, of = sealed) => of.subarray(HEADER + n * SEALED_CHUNK, HEADER + (n + 1) * SEALED_CHUNK);
    for (const forged of [
      [chunk(1), chunk(0), chunk(2)],
      [chunk(0), chunk(0), chunk(1), chunk(2)],
      [chunk(0), chunk(2)],
      [chunk(0), chunk(1), chunk(2), chunk(2)],
      [chunk(0), chunk(1, other), chunk(2)],
    ]) {
      await expect(open(Buffer.concat([header, ...forged]))).rejects.toThrow(EnvelopeBroken);
    }
  });

  it('has one form only: no empty chunk after a full one', async () => {
    const header = (await seal(Buffer.alloc(0))).subarray(0, HEADER);
    const chunk = (plain: Buffer, counter: number, last: number) => {
      const nonce = Buffer.concat([header.subarray(4, 11), Buffer.from([0, 0, 0, counter, last])]);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(header);
      return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    };
    const full = Buffer.alloc(CHUNK_BYTES);
    expect((await open(Buffer.concat([header, chunk(full, 0, 1)]))).equals(full)).toBe(true);
    const longer = Buffer.concat([header, chunk(full, 0, 0), chunk(Buffer.alloc(0), 1, 1)]);
    await expect(open(longer)).rejects.toThrow('an empty last chunk');
  });

  it('does not open with another key, and two seals of one text differ', async () => {
    const sealed = await seal(Buffer.from('text'));
    await expect(open(sealed, 100, newContentKey())).rejects.toThrow(EnvelopeBroken);
    expect((await seal(Buffer.from('text'))).equals(sealed)).toBe(false);
  });
});

describe('a content key', () => {
  it('reaches its recipient and nobody else', async () => {
    const [recipient, stranger] = await Promise.all([1, 2].map(() => LocalKey.generate('ECDH-ES+A256KW')));
    const jwe = await wrapContentKey(key, recipient!.publicJwk);
    expect((await unwrapContentKey(jwe, await recipient!.privateJwk())).equals(key)).toBe(true);
    await expect(unwrapContentKey(jwe, await stranger!.privateJwk())).rejects.toThrow();
    const changed = jwe.slice(0, -4) + (jwe.endsWith('AAAA') ? 'BBBB' : 'AAAA');
    await expect(unwrapContentKey(changed, await recipient!.privateJwk())).rejects.toThrow();
  });

  it('is not wrapped for a signing key', async () => {
    const signing = await LocalKey.generate('ES256');
    await expect(wrapContentKey(key, signing.publicJwk)).rejects.toThrow('not for encryption');
    const rsa = await LocalKey.generate('RS256');
    await expect(wrapContentKey(key, { ...rsa.publicJwk, use: 'enc' })).rejects.toThrow('P-256');
  });
});
