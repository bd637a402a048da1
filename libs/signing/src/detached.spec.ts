import fc from 'fast-check';
import { attached, detached, LocalKey, suites } from './index.js';

describe('a signature without its payload', () => {
  it('is the whole again with its payload, and with no other', async () => {
    const key = await LocalKey.generate('EdDSA');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), fc.boolean(), async (text, asBytes) => {
        const payload = asBytes ? Buffer.from(text) : text;
        const jws = await key.sign(payload, { typ: 'x' });
        const kept = detached(jws);
        const [header, , signature] = jws.split('.');
        expect(kept).toBe(`${header}..${signature}`);
        expect(detached(kept)).toBe(kept);
        expect(attached(kept, payload)).toBe(jws);
        expect(attached(jws, 'anything else')).toBe(jws);
        const other = attached(kept, `${text}.`);
        await expect(suites.get('EdDSA')!.verify(other, key.publicJwk)).rejects.toThrow('signature');
      }),
      { numRuns: 50 },
    );
  });
});
