import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { MAXIMUM_BITS, MINIMUM_BITS, StatusList, statusListCredential, statusEntry, StatusListError } from './index.js';

describe('status list', () => {
  it('keeps exactly the bits that were set', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(MINIMUM_BITS - 1), { maxLength: 50 }), (indexes) => {
        const list = StatusList.create();
        for (const index of indexes) list.set(index, true);
        const read = StatusList.decode(list.encode());
        for (const index of indexes) expect(read.get(index)).toBe(true);
        for (const index of indexes) read.set(index, false);
        expect(read.encode()).toBe(StatusList.create().encode());
      }),
      { numRuns: 30 },
    );
  });

  it('has index 0 as the leftmost bit', () => {
    const list = StatusList.create();
    list.set(0, true);
    list.set(9, true);
    expect(Buffer.from(list.encode().slice(1), 'base64url').length).toBeLessThan(200);
    const bytes = (list as unknown as { bytes: Buffer }).bytes;
    expect([bytes[0], bytes[1]]).toEqual([0x80, 0x40]);
  });

  it.each([-1, 1.5, MINIMUM_BITS, Number.NaN])('has no status %s', (index) => {
    expect(() => StatusList.create().get(index)).toThrow(RangeError);
    expect(() => StatusList.create().set(index, true)).toThrow(RangeError);
  });

  it.each([0, 8, MINIMUM_BITS - 8, MINIMUM_BITS + 1, MAXIMUM_BITS + 8, Number.NaN])(
    'is not made with %s bits',
    (bits) => {
      expect(() => StatusList.create(bits)).toThrow(StatusListError);
    },
  );

  it.each(['', 'u', 'zH4sI', 'uH4sI=', 'u!!!!', 'uAAAA', `u${Buffer.from('plain').toString('base64url')}`])(
    'is not read from %s',
    (text) => expect(() => StatusList.decode(text)).toThrow(StatusListError),
  );

  it('is not read from a small text that unpacks to a huge list', () => {
    const bomb = gzipSync(Buffer.alloc(MAXIMUM_BITS / 8 + 1)).toString('base64url');
    expect(bomb.length).toBeLessThan(20_000);
    expect(() => StatusList.decode(`u${bomb}`)).toThrow(StatusListError);
  });

  it('is published as a credential that names it as an entry does', () => {
    const id = 'https://registrar.example/status/1';
    const credential = statusListCredential({
      id,
      issuer: 'did:web:registrar.example',
      purpose: 'revocation',
      list: StatusList.create(),
      validFrom: new Date(0),
      validUntil: new Date(1000),
    });
    expect(credential).toMatchObject({ id, validUntil: '1970-01-01T00:00:01.000Z' });
    expect(statusEntry(id, 'revocation', 7)).toMatchObject({ statusListCredential: id, statusListIndex: '7' });
  });
});
