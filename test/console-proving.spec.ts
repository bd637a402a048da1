import { generateKeyPairSync } from 'node:crypto';
import {
  consistencyProof,
  cosigner,
  leafHash as leafHashHere,
  noteSigner,
  rootAt,
  signCheckpoint,
  Tree,
} from '@app/tlog';
import fc from 'fast-check';
import { isPrefix, leafHash, readNote, rootOf, signedBy, toHex } from '../libs/console/src/proving.js';

const leaves = (n: number): Buffer[] => Array.from({ length: n }, (_, i) => Buffer.from(`leaf ${i}`));
const MOST = 70;
const nodes = new Map<string, Buffer>();
const whole = new Tree();
for (const leaf of leaves(MOST)) {
  const hash = leafHashHere(leaf);
  nodes.set(`0/${whole.size}`, hash);
  const size = whole.size;
  whole.append(hash, (height, stack, offset) =>
    nodes.set(`${height}/${Math.floor(size / 2 ** height)}`, Buffer.from(stack.subarray(offset, offset + 32))),
  );
}
const readNode = (height: number, index: number): Buffer => nodes.get(`${height}/${index}`)!;
const headAt = async (size: number) => ({ size, root: (await rootAt(size, readNode)).toString('base64') });

it('computes the roots of RFC 6962', async () => {
  for (let n = 0; n <= MOST; n += 1) {
    const hashes = await Promise.all(leaves(n).map(leafHash));
    expect(toHex(await rootOf(hashes))).toBe((await rootAt(n, readNode)).toString('hex'));
  }
});

const sizes = fc
  .tuple(fc.integer({ min: 0, max: MOST }), fc.integer({ min: 0, max: MOST }))
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

it('takes the proof that a tree is the beginning of another, and none that was changed', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), async ([a, b], at) => {
      const [from, to] = [await headAt(a), await headAt(b)];
      const hashes = (await consistencyProof(a, b, readNode)).map((hash) => hash.toString('base64'));
      expect(await isPrefix(from, to, hashes)).toBe(true);
      expect(await isPrefix(from, to, [...hashes, from.root])).toBe(false);
      const forged = { ...from, root: Buffer.alloc(32, 7).toString('base64') };
      expect(await isPrefix(forged, to, hashes)).toBe(false);
      if (b > 0) expect(await isPrefix(from, { ...to, root: forged.root }, hashes)).toBe(a === 0);
      if (hashes.length === 0) return;
      expect(await isPrefix(from, to, hashes.with(at % hashes.length, forged.root))).toBe(false);
      expect(await isPrefix(from, to, hashes.slice(1))).toBe(false);
    }),
  );
});

it('tells who signed a checkpoint, and when a witness did', async () => {
  const [log, other] = [0, 1].map(() => noteSigner('log.example/a', generateKeyPairSync('ed25519').privateKey));
  const witness = cosigner('witness.example', generateKeyPairSync('ed25519').privateKey, () => 1_700_000_000);
  const root = await rootAt(5, readNode);
  const note = readNote(await signCheckpoint({ origin: 'log.example/a', size: 5, root }, [log!, witness]));
  expect(note).toMatchObject({ origin: 'log.example/a', size: 5, root: root.toString('base64') });
  const [own, cosigned] = note.signatures;
  expect([own!.at, cosigned!.at]).toEqual([null, '2023-11-14T22:13:20.000Z']);
  expect(await signedBy(note, own!, [other!.vkey, log!.vkey])).toBe(true);
  expect(await signedBy(note, own!, [other!.vkey])).toBe(false);
  expect(await signedBy({ ...note, text: note.text.replace('5', '6') }, own!, [log!.vkey])).toBe(false);
});
