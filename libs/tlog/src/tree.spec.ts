import { createHash } from 'node:crypto';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import {
  consistencyProof,
  emptyLog,
  emptyRoot,
  inclusionProof,
  integrate,
  leafHash,
  nodeHash,
  nodeReader,
  rootAt,
  TlogError,
  Tree,
  verifyConsistency,
  verifyInclusion,
} from './index.js';
import type { ReadNode } from './index.js';

const MAX = 300;
const leaves = Array.from({ length: 1000 }, (_, i) => leafHash(Buffer.from(`entry ${i}`)));

/** RFC 6962 §2.1, word for word, as the independent measure. */
function merkleTreeHash(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0) return createHash('sha256').digest();
  if (hashes.length === 1) return hashes[0]!;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  const [left, right] = [merkleTreeHash(hashes.slice(0, k)), merkleTreeHash(hashes.slice(k))];
  return createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest();
}

const nodes: Buffer[][] = [];
const readNode: ReadNode = (height, index) =>
  ((nodes[height] ??= [])[index] ??= merkleTreeHash(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height)));
const roots = Array.from({ length: MAX + 2 }, (_, size) => merkleTreeHash(leaves.slice(0, size)));

/** RFC 6962 §2.1.1, word for word: from the leaf up, whether the sibling is to the left. The sizes with one shape are not told apart. */
function shapeOf(index: number, size: number): string {
  if (size === 1) return '';
  let k = 1;
  while (k * 2 < size) k *= 2;
  return index < k ? `${shapeOf(index, k)}R` : `${shapeOf(index - k, size - k)}L`;
}

/** Every proof is made and verified; what it must not prove is tried with every one of the small trees, and every 16th of the others. */
const isTried = (place: number, size: number): boolean => size <= 66 || (place + size) % 16 === 0;

// Exhaustive loops: generous, because the machine may be busy.
jest.setTimeout(120_000);

describe('Tree', () => {
  it('has the RFC 6962 root at every size, however it was reached', () => {
    const tree = new Tree();
    expect(tree.root).toEqual(emptyRoot());
    for (let size = 1; size <= MAX; size++) {
      tree.append(leaves[size - 1]!);
      expect(tree.root).toEqual(roots[size]);
      const restored = new Tree(size, tree.edge);
      if (size % 10 === 0 || size < 100) restored.appendAll(Buffer.concat(leaves.slice(size, MAX)));
      expect(restored.root).toEqual(roots[restored.size]);
    }
  });

  it('refuses an edge of another size, and leaf hashes that are none', () => {
    expect(() => new Tree(3, Buffer.alloc(32))).toThrow(TlogError);
    expect(() => new Tree(-1)).toThrow(RangeError);
    expect(() => new Tree(2 ** 53)).toThrow(RangeError);
    expect(() => new Tree().append(Buffer.alloc(31))).toThrow(RangeError);
    expect(() => new Tree().appendAll(Buffer.alloc(33))).toThrow(RangeError);
  });

  it('is exact beyond 2^32', () => {
    const size = 2 ** 40 + 3;
    const [big, two, one] = [leaves[0]!, leaves[1]!, leaves[2]!];
    const tree = new Tree(size, Buffer.concat([big, two, one]));
    tree.append(leaves[3]!);
    expect(tree.size).toBe(size + 1);
    expect(tree.edge).toEqual(Buffer.concat([big, nodeHash(two, nodeHash(one, leaves[3]!))]));
    // All 33 bits set: as 32-bit integers this size is negative, and its hashes would not be merged.
    const ones = new Tree(2 ** 33 - 1, Buffer.concat(Array<Buffer>(33).fill(big)));
    ones.append(big);
    expect(ones.edge).toHaveLength(32);
    expect(ones.size).toBe(2 ** 33);
    const full = new Tree(Number.MAX_SAFE_INTEGER, Buffer.concat(Array(53).fill(big)));
    expect(() => full.append(one)).toThrow('full');
  });
});

describe('inclusion', () => {
  it('is proven for every leaf of every size, and for nothing else', async () => {
    const wrong: string[] = [];
    for (let size = 1; size <= MAX; size++) {
      for (let index = 0; index < size; index++) {
        const proof = await inclusionProof(index, size, readNode);
        const ok = (i: number, n: number, leaf = leaves[index]!, root = roots[size]!): boolean =>
          verifyInclusion(proof, i, n, leaf, root);
        if (!ok(index, size)) wrong.push(`${index} in ${size}`);
        if (!isTried(index, size)) continue;
        const isExact =
          !(ok(index + 1, size) || ok(index - 1, size) || ok(index, size, leaves[index + 1])) &&
          !(ok(index, size, leaves[index], roots[size - 1]) || ok(index, size, leaves[index], roots[size + 1])) &&
          !(
            ok(index, size + 1, leaves[index], roots[size + 1]) || ok(index, size - 1, leaves[index], roots[size - 1])
          ) &&
          ok(index, size + 1) === (shapeOf(index, size + 1) === shapeOf(index, size)) &&
          ok(index, size - 1) === (index < size - 1 && shapeOf(index, size - 1) === shapeOf(index, size));
        if (!isExact) wrong.push(`${index} in ${size}, and more`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('falls with any flipped bit, a hash more or less, another size that changes the path', async () => {
    const [index, size] = [57, 93];
    const proof = await inclusionProof(index, size, readNode);
    const ok = (p: Uint8Array[], n = size): boolean => verifyInclusion(p, index, n, leaves[index]!, roots[size]!);
    for (let bit = 0; bit < proof.length * 256; bit++) expect(ok(flipped(proof, bit))).toBe(false);
    expect(ok(proof.slice(1)) || ok(proof.slice(0, -1)) || ok([...proof, roots[1]!]) || ok([])).toBe(false);
    expect(ok(proof, 64) || ok(proof, 0) || ok(proof, 57) || ok(proof, 129) || ok(proof, NaN)).toBe(false);
    expect(ok([...proof.slice(1), proof[0]!])).toBe(false);
    expect(ok([Buffer.alloc(31), ...proof.slice(1)])).toBe(false);
  });

  it('is refused where there is no such leaf', () => {
    for (const [index, size] of [
      [1, 1],
      [0, 0],
      [-1, 5],
      [0.5, 5],
      [0, 2 ** 53],
    ] as const) {
      expect(() => inclusionProof(index, size, readNode)).toThrow(RangeError);
    }
  });
});

describe('consistency', () => {
  it('is proven between all sizes, and not between other roots or sizes', async () => {
    const wrong: string[] = [];
    for (let to = 0; to <= MAX; to++) {
      for (let from = 0; from <= to; from++) {
        const proof = await consistencyProof(from, to, readNode);
        const ok = (m: number, n: number, a = roots[from]!, b = roots[to]!): boolean =>
          verifyConsistency(proof, m, n, a, b);
        const isInside = from > 0 && from < to;
        const isExact =
          ok(from, to) &&
          (proof.length === 0) === !isInside &&
          !(isInside && (ok(from, to, roots[to], roots[from]) || ok(from, to, roots[from - 1]))) &&
          !(isInside && (ok(from, to, roots[from], roots[to - 1]) || ok(from, to, roots[from], roots[to + 1]))) &&
          !(isInside && (ok(from - 1, to) || ok(from + 1, to) || ok(to, from))) &&
          !(isInside && (ok(from - 1, to, roots[from - 1]) || ok(from + 1, to, roots[from + 1]))) &&
          !(isInside && (ok(from, to - 1, roots[from], roots[to - 1]) || ok(from, to + 1, roots[from], roots[to + 1])));
        if (!isExact) wrong.push(`${from} to ${to}, and more`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('falls with any flipped bit and a hash more or less', async () => {
    for (const [from, to] of [
      [64, 93],
      [57, 93],
      [1, 2],
      [3, 4],
    ] as const) {
      const proof = await consistencyProof(from, to, readNode);
      const ok = (p: Uint8Array[]): boolean => verifyConsistency(p, from, to, roots[from]!, roots[to]!);
      for (let bit = 0; bit < proof.length * 256; bit++) expect(ok(flipped(proof, bit))).toBe(false);
      expect(ok(proof.slice(1)) || ok(proof.slice(0, -1)) || ok([...proof, roots[1]!]) || ok([])).toBe(false);
    }
  });

  it('of the empty tree holds for its own root only', () => {
    expect(verifyConsistency([], 0, 5, emptyRoot(), roots[5]!)).toBe(true);
    expect(verifyConsistency([], 0, 5, roots[1]!, roots[5]!)).toBe(false);
    expect(verifyConsistency([roots[1]!], 0, 5, emptyRoot(), roots[5]!)).toBe(false);
    expect(verifyConsistency([], 0, 0, roots[1]!, roots[1]!)).toBe(false);
  });

  it('of sizes in the wrong order is refused', () => {
    expect(() => consistencyProof(2, 1, readNode)).toThrow(RangeError);
  });
});

describe('proofs from tiles', () => {
  it('hold for any sizes up to 70,000', async () => {
    const log = integrate(
      emptyLog(),
      Array.from({ length: 70_000 }, (_, i) => Buffer.from(String(i))),
    );
    const bytes = new Map(log.tiles.map((tile) => [`${tile.level}/${tile.index}`, tile.bytes]));
    const read = (size: number): ReadNode =>
      nodeReader(size, ({ level, index, width }) => bytes.get(`${level}/${index}`)!.subarray(0, width * 32));
    const hashes = Array.from({ length: 70_000 }, (_, i) => leafHash(Buffer.from(String(i))));
    const rootOf = (size: number): Buffer => {
      const tree = new Tree();
      for (let i = 0; i < size; i++) tree.append(hashes[i]!);
      return tree.root;
    };
    const sizes = fc.tuple(fc.integer({ min: 1, max: 70_000 }), fc.integer({ min: 1, max: 70_000 }), fc.nat());
    await fc.assert(
      fc.asyncProperty(sizes, async ([a, b, i]) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const [old, root] = [rootOf(from), rootOf(to)];
        const index = i % from;
        const leaf = hashes[index]!;
        expect(verifyConsistency(await consistencyProof(from, to, read(to)), from, to, old, root)).toBe(true);
        expect(verifyInclusion(await inclusionProof(index, from, read(from)), index, from, leaf, old)).toBe(true);
      }),
      { numRuns: 8 },
    );
  });

  it('ask for the exact tiles beyond 2^32, each once', async () => {
    const size = 2 ** 45 + 70_000;
    const asked: string[] = [];
    const read = nodeReader(size, ({ level, index, width }) => {
      asked.push(`${level}/${index}.${width}`);
      return Buffer.alloc(width * 32, level as number);
    });
    const proof = await inclusionProof(2 ** 45 + 5, size, read);
    expect(asked.toSorted()).toEqual([
      `0/${2 ** 37}.256`,
      `0/${2 ** 37 + 273}.112`,
      `1/${2 ** 29}.256`,
      `1/${2 ** 29 + 1}.17`,
      '5/0.32',
    ]);
    expect(proof).toHaveLength(18);
    expect(new Set(asked).size).toBe(asked.length);
  });

  it.each([0, 31, 32, 43 * 32, 45 * 32, 256 * 32 + 1])('fail on a tile of a wrong width: %i bytes', async (length) => {
    const read = nodeReader(300, () => Buffer.alloc(length));
    await expect(inclusionProof(299, 300, read)).rejects.toThrow(TlogError);
    await expect(consistencyProof(256, 300, read)).rejects.toThrow(TlogError);
    await expect(rootAt(300, read)).rejects.toThrow(TlogError);
  });

  it('give the root at every size', async () => {
    for (let size = 0; size <= MAX; size++) expect(await rootAt(size, readNode)).toEqual(roots[size]);
    expect(() => rootAt(-1, readNode)).toThrow(RangeError);
  });
});

function flipped(hashes: readonly Uint8Array[], bit: number): Uint8Array[] {
  const copy = hashes.map((hash) => Buffer.from(hash));
  const hash = copy[Math.floor(bit / 256)]!;
  hash[Math.floor((bit % 256) / 8)]! ^= 1 << (bit % 8);
  return copy;
}
