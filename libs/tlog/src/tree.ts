import { emptyRoot, HASH_SIZE, nodeHash, nodeHashInto, rootOfEdge, TlogError } from './hash.js';

/** Perfect subtrees on the right edge of a tree of fewer than 2^53 leaves: one per bit of the size. */
const MAX_EDGE = 54;

/** The hash of the perfect subtree over leaves [index·2^height, (index+1)·2^height). */
export type ReadNode = (height: number, index: number) => Uint8Array | Promise<Uint8Array>;

/** Told of every perfect subtree that an append completes; its hash is the 32 bytes at `stack[offset]`, valid in the call only. */
export type OnNode = (height: number, stack: Buffer, offset: number) => void;

/**
 * The right edge of an RFC 6962 tree: enough to append and to know the root, in 32 bytes per bit of the size. Sizes are exact to
 * 2^53 (arithmetic on Numbers; JavaScript's bit operators would cut them to 32 bits).
 */
export class Tree {
  #size: number;
  #depth: number;
  readonly #stack = Buffer.alloc(MAX_EDGE * HASH_SIZE);

  /** An empty tree, or the tree of `size` leaves whose {@link edge} was stored. */
  constructor(size = 0, edge: Uint8Array = new Uint8Array()) {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`not a tree size: ${size}`);
    if (edge.length !== bitCount(size) * HASH_SIZE) {
      throw new TlogError(
        `right edge of ${edge.length} bytes; a tree of ${size} leaves has ${bitCount(size) * HASH_SIZE}`,
      );
    }
    this.#size = size;
    this.#depth = bitCount(size);
    this.#stack.set(edge, 0);
  }

  get size(): number {
    return this.#size;
  }

  /** Roots of the perfect subtrees, largest first, 32 bytes each: what to store, and to give to the constructor. */
  get edge(): Buffer {
    return Buffer.from(this.#stack.subarray(0, this.#depth * HASH_SIZE));
  }

  /** RFC 6962 §2.1 Merkle Tree Hash of all leaves. */
  get root(): Buffer {
    return rootOfEdge(this.#stack.subarray(0, this.#depth * HASH_SIZE));
  }

  /** Appends one leaf by its hash. */
  append(leaf: Uint8Array, onNode?: OnNode): void {
    if (leaf.length !== HASH_SIZE) throw new RangeError(`leaf hash of ${leaf.length} bytes`);
    if (this.#size === Number.MAX_SAFE_INTEGER) throw new RangeError('the tree is full');
    this.#stack.set(leaf, this.#depth * HASH_SIZE);
    this.#depth++;
    let height = 0;
    for (let n = this.#size; n % 2 === 1; n = (n - 1) / 2) {
      this.#depth--;
      const left = (this.#depth - 1) * HASH_SIZE;
      nodeHashInto(this.#stack, left, this.#stack, left);
      onNode?.(++height, this.#stack, left);
    }
    this.#size++;
  }

  /** Appends leaf hashes that stand one behind the other. */
  appendAll(leaves: Uint8Array, onNode?: OnNode): void {
    for (let at = 0; at < leaves.length; at += HASH_SIZE) this.append(leaves.subarray(at, at + HASH_SIZE), onNode);
  }
}

type Range = readonly [start: number, end: number];

/** RFC 6962 §2.1.1 audit path of leaf `index` in the tree of `size` leaves, from the leaf's sibling up. */
export function inclusionProof(index: number, size: number, readNode: ReadNode): Promise<Buffer[]> {
  if (!isSize(size) || !isSize(index) || index >= size) throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  const path: Range[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      path.unshift([middle, end]);
      end = middle;
    } else {
      path.unshift([start, middle]);
      start = middle;
    }
  }
  return Promise.all(path.map((range) => rangeHash(range, readNode)));
}

/** RFC 6962 §2.1.2 proof that the tree of `from` leaves is a prefix of the one of `to` leaves; empty for 0 and for equal sizes. */
export function consistencyProof(from: number, to: number, readNode: ReadNode): Promise<Buffer[]> {
  if (!isSize(from) || !isSize(to) || from > to) throw new RangeError(`no tree of ${from} within a tree of ${to}`);
  const path: Range[] = [];
  let [start, end] = [0, to];
  while (from > 0 && from < end) {
    const middle = start + splitPoint(end - start);
    if (from <= middle) {
      path.unshift([middle, end]);
      end = middle;
    } else {
      path.unshift([start, middle]);
      start = middle;
    }
  }
  // SUBPROOF's flag b: the old tree's own root (start 0) is known to the verifier and not repeated.
  if (start > 0) path.unshift([start, end]);
  return Promise.all(path.map((range) => rangeHash(range, readNode)));
}

/** Root of the tree of the first `size` leaves. */
export function rootAt(size: number, readNode: ReadNode): Promise<Buffer> {
  if (!isSize(size)) throw new RangeError(`not a tree size: ${size}`);
  return rangeHash([0, size], readNode);
}

/** Whether the proof shows `leaf` (a leaf hash) at `index` of the tree with this size and root (RFC 9162 §2.1.3.2). */
export function verifyInclusion(
  proof: readonly Uint8Array[],
  index: number,
  size: number,
  leaf: Uint8Array,
  root: Uint8Array,
): boolean {
  if (!isSize(size) || !isSize(index) || index >= size || ![leaf, ...proof].every(isHash)) return false;
  let [fn, sn] = [index, size - 1];
  let hash = leaf;
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (fn % 2 === 0 && fn > 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && equal(hash, root);
}

/** Whether the proof shows that the first tree is a prefix of the second (RFC 9162 §2.1.4.2). */
export function verifyConsistency(
  proof: readonly Uint8Array[],
  from: number,
  to: number,
  fromRoot: Uint8Array,
  toRoot: Uint8Array,
): boolean {
  if (!isSize(from) || !isSize(to) || from > to || ![fromRoot, toRoot, ...proof].every(isHash)) return false;
  if (from === to) return proof.length === 0 && equal(fromRoot, toRoot) && (from > 0 || equal(fromRoot, emptyRoot()));
  if (from === 0) return proof.length === 0 && equal(fromRoot, emptyRoot());
  let [fn, sn] = [from - 1, to - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  // A first tree that is one perfect subtree of the second is not repeated in the proof.
  const [seed, ...path] = fn === 0 ? [fromRoot, ...proof] : proof;
  if (!seed) return false;
  let [first, second] = [seed, seed];
  for (const sibling of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      first = nodeHash(sibling, first);
      second = nodeHash(sibling, second);
      while (fn % 2 === 0 && fn > 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      second = nodeHash(second, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && equal(first, fromRoot) && equal(second, toRoot);
}

/** Hash of the leaves [start, end) as a tree of their own; `start` is aligned, so it consists of perfect subtrees of the log. */
async function rangeHash([start, end]: Range, readNode: ReadNode): Promise<Buffer> {
  const nodes: Promise<Uint8Array>[] = [];
  for (let at = start; at < end;) {
    let [height, leaves] = [0, 1];
    while (leaves * 2 <= end - at) [height, leaves] = [height + 1, leaves * 2];
    nodes.push(Promise.resolve(readNode(height, at / leaves)));
    at += leaves;
  }
  return rootOfEdge(Buffer.concat(await Promise.all(nodes)));
}

const half = (n: number): number => (n - (n % 2)) / 2;
const isSize = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const isHash = (hash: Uint8Array): boolean => hash.length === HASH_SIZE;
const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** The largest power of two below n (n > 1). */
function splitPoint(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

function bitCount(n: number): number {
  let bits = 0;
  for (let rest = n; rest > 0; rest = half(rest)) bits += rest % 2;
  return bits;
}
