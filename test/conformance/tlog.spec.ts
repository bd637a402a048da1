import { createHash } from 'node:crypto';
import {
  consistencyProof,
  emptyRoot,
  inclusionProof,
  leafHash,
  parseTilePath,
  partialTiles,
  TILE_WIDTH,
  tilePath,
  tilesBetween,
  tileWidth,
  Tree,
  verifyConsistency,
  verifyInclusion,
} from '@app/tlog';
import type { ReadNode, Tile } from '@app/tlog';

/** The reference tree of 8 leaves of the Certificate Transparency test suite (RFC 6962 §2.1). */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const leaves = LEAVES.map((hex) => leafHash(Buffer.from(hex, 'hex')));
const root = (size: number): Buffer => Buffer.from(ROOTS[size]!, 'hex');
const readNode: ReadNode = (height, index) => {
  const tree = new Tree();
  for (const leaf of leaves.slice(index * 2 ** height, (index + 1) * 2 ** height)) tree.append(leaf);
  return tree.root;
};
const hex = (proof: readonly Uint8Array[]): string[] => proof.map((hash) => Buffer.from(hash).toString('hex'));

describe('RFC 6962 reference tree', () => {
  it('has the published root at every size', () => {
    const tree = new Tree();
    expect(tree.root).toEqual(root(0));
    expect(emptyRoot()).toEqual(createHash('sha256').digest());
    leaves.forEach((leaf, i) => {
      tree.append(leaf);
      expect(tree.root).toEqual(root(i + 1));
    });
  });

  it.each([
    [0, 1, []],
    [
      0,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      5,
      8,
      [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
    [
      1,
      5,
      [
        '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('has the published inclusion proof of leaf %i in size %i', async (index, size, published) => {
    const proof = await inclusionProof(index, size, readNode);
    expect(hex(proof)).toEqual(published);
    expect(verifyInclusion(proof, index, size, leaves[index]!, root(size))).toBe(true);
  });

  it.each([
    [1, 1, []],
    [
      1,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      6,
      8,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [
      2,
      5,
      [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('has the published consistency proof from size %i to %i', async (from, to, published) => {
    const proof = await consistencyProof(from, to, readNode);
    expect(hex(proof)).toEqual(published);
    expect(verifyConsistency(proof, from, to, root(from), root(to))).toBe(true);
  });
});

describe('C2SP tlog-tiles', () => {
  it.each([
    ['tile/0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
    ['tile/0/000', { level: 0, index: 0, width: 256 }],
    ['tile/63/999.p/255', { level: 63, index: 999, width: 255 }],
    ['tile/entries/x001/000.p/1', { level: 'entries', index: 1000, width: 1 }],
    ['tile/entries/x035/x184/x372/x088/831', { level: 'entries', index: 35_184_372_088_831, width: 256 }],
  ] as [string, Tile][])('writes and reads %s', (path, tile) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  it.each([
    'tile/0/0',
    'tile/0/0000',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/data/000',
    'tile/0/x000/001',
    'tile/0/001/002',
    'tile/0/x001',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/0/000.p/',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/x999/x999/x999/x999/x999/999',
    'tile/0/../000',
  ])('does not read %s', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  it('cuts a tree of 70,000 into the tiles of the specification', () => {
    const tiles = [...tilesBetween(0, 70_000)];
    const count = (level: Tile['level'], full: boolean): number =>
      tiles.filter((tile) => tile.level === level && (tile.width === TILE_WIDTH) === full).length;
    expect([count(0, true), count(0, false), count(1, true), count(1, false), count(2, true), count(2, false)]).toEqual(
      [273, 1, 1, 1, 0, 1],
    );
    expect([count('entries', true), count('entries', false)]).toEqual([273, 1]);
    expect(partialTiles(70_000)).toEqual([
      { level: 2, index: 0, width: 1 },
      { level: 1, index: 1, width: 17 },
      { level: 0, index: 273, width: 112 },
    ]);
    expect(tiles).toHaveLength(274 + 274 + 2 + 1);
  });

  it('cuts a tree of 256 into a full tile and a level-1 tile of width 1', () => {
    expect([...tilesBetween(0, 256)].map(tilePath)).toEqual(['tile/entries/000', 'tile/0/000', 'tile/1/000.p/1']);
    expect([...tilesBetween(255, 256)].map(tilePath)).toEqual(['tile/entries/000', 'tile/0/000', 'tile/1/000.p/1']);
    expect([...tilesBetween(256, 257)].map(tilePath)).toEqual(['tile/entries/001.p/1', 'tile/0/001.p/1']);
    expect([...tilesBetween(257, 257)]).toEqual([]);
    expect([tileWidth(0, 0, 256), tileWidth(0, 1, 256), tileWidth(1, 0, 256), tileWidth(2, 0, 256)]).toEqual([
      256, 0, 1, 0,
    ]);
  });

  it('is exact beyond 2^32', () => {
    const size = 2 ** 48 + 257;
    expect(partialTiles(size).map(tilePath)).toEqual([
      'tile/6/000.p/1',
      'tile/1/x004/x294/x967/296.p/1',
      'tile/0/x001/x099/x511/x627/777.p/1',
    ]);
    expect([...tilesBetween(size - 1, size)].map(tilePath)).toEqual([
      'tile/entries/x001/x099/x511/x627/777.p/1',
      'tile/0/x001/x099/x511/x627/777.p/1',
    ]);
  });
});
