import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { attached, LocalKey, SigningThread, SM2_ALG, suites } from './index.js';

const keys = await Promise.all((['ES256', 'EdDSA', 'RS256'] as const).map((alg) => LocalKey.generate(alg)));
const signerOf = (key: LocalKey) => ({ key, header: { typ: 'x', kid: key.kid } });
const signers = keys.map(signerOf);

describe('a thread that signs', () => {
  it('gives each text of each turn its own signatures, which hold for nothing else', async () => {
    const thread = new SigningThread();
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(text, { maxLength: 5 }), { maxLength: 4 }), async (turns) => {
        const asked: Promise<{ payload: string; signed: string[] }>[] = [];
        for (const turn of turns) {
          for (const payload of turn)
            asked.push(thread.sign(Buffer.from(payload), ...signers).then((signed) => ({ payload, signed })));
          await new Promise(setImmediate);
        }
        const given = (await Promise.all(asked)).flatMap(({ payload, signed }) =>
          signers.map(({ key }, i) => ({ payload, key, jws: signed[i]! })),
        );
        for (const { payload, key, jws } of given) {
          const { header, payload: said } = await suites.get(key.alg)!.verify(attached(jws, payload), key.publicJwk);
          expect([header['kid'], Buffer.from(said).toString()]).toEqual([key.kid, payload]);
          await expect(suites.get(key.alg)!.verify(attached(jws, `${payload}.`), key.publicJwk)).rejects.toThrow();
        }
      }),
      { numRuns: 20 },
    );
  });

  it('says of every text that cannot be signed why not, and signs the next', async () => {
    const thread = new SigningThread();
    // An X25519 key agrees and cannot sign.
    const unfit = Object.assign(Object.create(LocalKey.prototype) as LocalKey, {
      privateKey: generateKeyPairSync('x25519').privateKey,
      publicJwk: keys[1]!.publicJwk,
    });
    const refused = await Promise.allSettled(['a', 'b'].map((text) => thread.sign(Buffer.from(text), signerOf(unfit))));
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await thread.sign(Buffer.from('c'), signers[0]!)).toEqual([expect.stringMatching(/^[\w-]+\.\.[\w-]+$/)]);
  });

  it('rejects what is under way when it ends, and begins anew', async () => {
    const thread = new SigningThread();
    await thread.sign(Buffer.from('a'), signers[0]!);
    const { worker } = thread as unknown as { worker: { terminate(): Promise<number> } };
    // It needs a second for these, and is ended as soon as it has them.
    const many = Array.from({ length: 300 }, (_, i) => thread.sign(Buffer.from(`b${i}`), signers[2]!));
    const lost = Promise.allSettled(many);
    await new Promise(setImmediate);
    await worker.terminate();
    for (const one of await lost) expect(String((one as PromiseRejectedResult).reason)).toContain('has ended');
    expect(await thread.sign(Buffer.from('d'), signers[0]!)).toEqual([expect.stringMatching(/^[\w-]+\.\.[\w-]+$/)]);
  });

  it('leaves to the caller what it cannot compute', async () => {
    const thread = new SigningThread();
    expect([...keys, await LocalKey.generate(SM2_ALG)].map((key) => thread.canSign(key))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});
