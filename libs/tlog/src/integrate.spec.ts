import { jest } from '@jest/globals';
import fc from 'fast-check';
import {
  decodeBundle,
  emptyLog,
  encodeBundle,
  integrate,
  leafHash,
  restoreLog,
  tilePath,
  tilesBetween,
  TlogError,
  Tree,
} from './index.js';
import type { Integration, LogState, ReadTile } from './index.js';

const entry = (i: number): Buffer => Buffer.from(`entry ${i}`);
const entries = (from: number, to: number): Buffer[] => Array.from({ length: to - from }, (_, i) => entry(from + i));

/** What a database would hold: the last width written of each place. */
class Store {
  readonly bytes = new Map<string, Buffer>();

  readonly read: ReadTile = ({ level, index, width }) => {
    const bytes = this.bytes.get(`${level}/${index}`);
    if (!bytes) throw new Error(`nothing at ${level}/${index}`);
    return level === 'entries' ? encodeBundle(decodeBundle(bytes).slice(0, width)) : bytes.subarray(0, width * 32);
  };

  write({ tiles, bundles }: Integration): void {
    for (const { level, index, bytes } of [...tiles, ...bundles]) this.bytes.set(`${level}/${index}`, bytes);
  }
}

// Exhaustive loops: generous, because the machine may be busy.
jest.setTimeout(30_000);

describe('integrate', () => {
  it('gives, batch by batch, the tiles, bundles and root of the tree at once', async () => {
    const batches = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(batches, fc.boolean(), async (sizes, restart) => {
        const store = new Store();
        let state: LogState = emptyLog();
        const tree = new Tree();
        for (const count of sizes) {
          const batch = entries(state.size, state.size + count);
          const next = integrate(state, batch);
          batch.forEach((bytes) => tree.append(leafHash(bytes)));
          const written = [...next.bundles, ...next.tiles].map(tilePath);
          expect(written).toEqual([...tilesBetween(state.size, next.size)].map(tilePath));
          expect(next.root).toEqual(tree.root);
          expect(next.edge).toEqual(tree.edge);
          store.write(next);
          state = restart ? await restoreLog(next.size, next.root, store.read) : next;
        }
        const whole = integrate(emptyLog(), entries(0, state.size));
        for (const { level, index, bytes } of [...whole.tiles, ...whole.bundles]) {
          expect(store.bytes.get(`${level}/${index}`)!.equals(bytes)).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('never hashes a partial tile upward nor writes an empty one', () => {
    const at255 = integrate(emptyLog(), entries(0, 255));
    expect(at255.tiles.map(tilePath)).toEqual(['tile/0/000.p/255']);
    const at256 = integrate(at255, entries(255, 256));
    expect([...at256.bundles, ...at256.tiles].map(tilePath)).toEqual([
      'tile/entries/000',
      'tile/0/000',
      'tile/1/000.p/1',
    ]);
    expect(at256.tiles[1]!.bytes).toEqual(at256.root);
    const at257 = integrate(at256, entries(256, 257));
    expect([...at257.bundles, ...at257.tiles].map(tilePath)).toEqual(['tile/entries/001.p/1', 'tile/0/001.p/1']);
  });

  it('writes nothing for an empty batch', () => {
    const state = integrate(emptyLog(), entries(0, 5));
    expect(integrate(state, [])).toMatchObject({ size: 5, root: state.root, tiles: [], bundles: [] });
  });

  it('refuses a state that does not fit its size, and entries that are too long', () => {
    const state = integrate(emptyLog(), entries(0, 5));
    expect(() => integrate({ ...state, size: 6 }, entries(6, 7))).toThrow(TlogError);
    expect(() => integrate({ ...state, partialTiles: [Buffer.alloc(0)] }, entries(5, 6))).toThrow(TlogError);
    expect(() => integrate(state, [Buffer.alloc(65_536)])).toThrow(RangeError);
    expect(integrate(state, [Buffer.alloc(65_535)]).size).toBe(6);
  });
});

describe('restoreLog', () => {
  it('refuses tiles and entries that do not give the root', async () => {
    const store = new Store();
    const log = integrate(emptyLog(), entries(0, 300));
    store.write(log);
    await expect(restoreLog(300, log.root, store.read)).resolves.toMatchObject({ size: 300, edge: log.edge });
    await expect(restoreLog(299, log.root, store.read)).rejects.toThrow(TlogError);
    for (const [place, at] of [
      ['0/1', 40],
      ['1/0', 3],
      ['entries/1', 9],
    ] as const) {
      const bytes = store.bytes.get(place)!;
      store.bytes.set(place, Buffer.from(bytes.map((byte, i) => (i === at ? byte ^ 4 : byte))));
      await expect(restoreLog(300, log.root, store.read)).rejects.toThrow(TlogError);
      store.bytes.set(place, bytes);
    }
  });

  it('of nothing is the empty log', async () => {
    const empty = await restoreLog(0, new Tree().root, () => Buffer.alloc(0));
    expect(integrate(empty, entries(0, 3)).root).toEqual(integrate(emptyLog(), entries(0, 3)).root);
  });
});

describe('bundles', () => {
  it('decode to what was encoded, with or without a part already encoded', () => {
    const some = fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 20 });
    fc.assert(
      fc.property(some, some, (a, b) => {
        const bundle = encodeBundle(b, encodeBundle(a));
        expect(bundle).toEqual(encodeBundle([...a, ...b]));
        expect(decodeBundle(bundle, a.length + b.length).map((e) => Buffer.from(e))).toEqual(
          [...a, ...b].map((e) => Buffer.from(e)),
        );
      }),
    );
  });

  it('are refused when cut, continued or of another width', () => {
    const bundle = encodeBundle(entries(0, 4));
    for (let cut = 1; cut < bundle.length; cut++)
      expect(() => decodeBundle(bundle.subarray(0, cut), 4)).toThrow(TlogError);
    for (const tail of [[0], [0, 0], [0, 1, 65], [0, 9, 1]]) {
      expect(() => decodeBundle(Buffer.concat([bundle, Buffer.from(tail)]), 4)).toThrow(TlogError);
    }
    expect(() => decodeBundle(bundle, 3)).toThrow('bytes after entry 2');
    expect(() => decodeBundle(bundle, 5)).toThrow(TlogError);
    expect(decodeBundle(bundle)).toHaveLength(4);
    expect(decodeBundle(Buffer.from([0, 0]), 1)).toHaveLength(1);
  });
});
