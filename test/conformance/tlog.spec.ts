import { createHash } from 'node:crypto';
import {
  addCheckpoint,
  consistencyProof,
  cosignatureTime,
  emptyRoot,
  generateCosignerKey,
  inclusionProof,
  leafHash,
  openCheckpoint,
  openNote,
  parseAddCheckpoint,
  parseCosignerSkey,
  parseCosignerVkey,
  parseSkey,
  parseTilePath,
  parseVkey,
  partialTiles,
  policyOf,
  signNote,
  splitNote,
  TILE_WIDTH,
  tilePath,
  tilesBetween,
  tileWidth,
  Tree,
  verifyCheckpoint,
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

describe('signed notes of other implementations', () => {
  // Example of the package documentation of golang.org/x/mod/sumdb/note.
  const VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
  const SKEY = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
  const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const LINE =
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';

  it('open', () => {
    expect(openNote(`${TEXT}\n${LINE}`, [parseVkey(VKEY)]).text).toBe(TEXT);
  });

  it('come out byte for byte with the same key', async () => {
    expect(parseSkey(SKEY).vkey).toBe(VKEY);
    await expect(signNote(TEXT, [parseSkey(SKEY)])).resolves.toBe(`${TEXT}\n${LINE}`);
  });

  it('are checkpoints only in the form of one', () => {
    expect(() => openCheckpoint(`${TEXT}\n${LINE}`, [parseVkey(VKEY)])).toThrow('checkpoint is not');
  });

  it('verify as the example of c2sp.org/signed-note', () => {
    const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
    const line =
      '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
    expect(openNote(`This is an example message.\n\n${line}`, [parseVkey(vkey)]).verified).toHaveLength(1);
  });

  it('name their keys as the checksum database of Go does', () => {
    const vkey = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';
    expect(parseVkey(vkey)).toMatchObject({ name: 'sum.golang.org', keyId: 0x033de0ae });
  });
});

describe('a checkpoint of a public log, cosigned by public witnesses', () => {
  // A staging log of the Certificate Transparency ecosystem; published as a test vector of another implementation (tlog_scales).
  const CHECKPOINT = `arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
`;
  const LOG = 'arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f';
  const WITNESSES = [
    'transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM',
    'witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO',
    'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2',
    'witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv',
  ];

  it('satisfies four of four, at the time that they say', () => {
    const { checkpoint, cosigned, note } = verifyCheckpoint(CHECKPOINT, policyOf([LOG], WITNESSES, 4));
    expect(checkpoint).toMatchObject({ origin: 'arche2025h1.staging.ct.transparency.dev', size: 1_432_088_532 });
    expect(cosigned.map(({ time }) => time)).toEqual(Array(4).fill(0x6a122120));
    // The log's other signature is of a type of Certificate Transparency.
    expect(note.unverified).toHaveLength(1);
  });

  it.each(WITNESSES)('falls with any other text for %s', (vkey) => {
    expect(() => openNote(CHECKPOINT.replace('1432088532', '1432088531'), [parseCosignerVkey(vkey)])).toThrow('bad');
  });

  it('has the times where c2sp.org/tlog-cosignature puts them', () => {
    const time = (base64: string): number => cosignatureTime(Buffer.from(base64, 'base64').subarray(4));
    // The examples of the specification, and of transparency-dev/formats.
    const example =
      'jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==';
    expect(time(example)).toBe(1_679_315_147);
    const formats =
      'ZGhGuQAAAABm/qTPeyKXD+R2rzyQsxPiP8mXum7qq/iF0u4vanlqJyocWODBt97w9uL+8qT7S5gxEHWWOworDcFiEBYJXORmnFBOBA==';
    expect(time(formats)).toBe(1_727_964_367);
    const plain = 'eQjRQm6eSKzFoiYalgwCPXu2y3ijtg68is9M46JKxuZB+dRfTmeQeDBoXnvxZx2ugnkyV+MUMLXpWs1hPb/W/4xkNQY=';
    expect(() => time(plain)).toThrow('cosignature of 64 bytes');
  });
});

describe('C2SP tlog-witness', () => {
  it('reads the example of the specification', () => {
    const hashes = `PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=`;
    const checkpoint = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
`;
    const request = parseAddCheckpoint(`old 20852014\n${hashes}\n\n${checkpoint}`);
    expect(request).toMatchObject({ oldSize: 20_852_014, checkpoint });
    expect(request.proof.map((hash) => Buffer.from(hash).toString('base64')).join('\n')).toBe(hashes);
    expect(splitNote(checkpoint).signatures).toHaveLength(2);
  });

  it('cosigns the checkpoints of a Sigsum log, as litewitness does', async () => {
    // The requests of its test against a race (filippo.io/torchwood, internal/witness).
    const origin = 'sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562';
    const publicKey = 'ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f';
    const one = `old 0

${origin}
1
KgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

— ${origin} UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=
`;
    const three = `old 1
KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

${origin}
3
RcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=

— ${origin} UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=
`;
    const five = `old 1
KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=
KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

${origin}
5
QrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=

— ${origin} UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=
`;
    const vkey = `${origin}+5202289b+${Buffer.from(`01${publicKey}`, 'hex').toString('base64')}`;
    const key = generateCosignerKey('witness.example/one');
    const stored = new Map<string, string>();
    const witness = {
      logs: new Map([[origin, [parseVkey(vkey)]]]),
      cosigners: [parseCosignerSkey(key.skey)],
      store: {
        load: (of: string) => Promise.resolve(stored.get(of)),
        replace: (of: string, _: string | undefined, next: string) => Promise.resolve(!!stored.set(of, next)),
      },
    };
    const statuses = [];
    for (const request of [three, one, three.replace('KgIA', 'KgMA'), five, three])
      statuses.push((await addCheckpoint(request, witness)).status);
    expect(statuses).toEqual([409, 200, 422, 200, 409]);
    const other = new Map([[origin, one.slice('old 0\n\n'.length)]]);
    const fresh = { ...witness.store, load: (of: string) => Promise.resolve(other.get(of)) };
    expect((await addCheckpoint(three, { ...witness, store: fresh })).status).toBe(200);
    const many = one.replace('old 0\n', `old 0\n${'KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n'.repeat(64)}`);
    expect((await addCheckpoint(many, witness)).status).toBe(400);
  });
});
