import {
  emptyLog,
  formatProof,
  generateCosignerKey,
  generateNoteKey,
  inclusionProof,
  integrate,
  nodeReader,
  parseCosignerSkey,
  parsePolicy,
  parseSkey,
  policyOf,
  signCheckpoint,
  TlogError,
  verifyCheckpoint,
  verifyProof,
} from './index.js';
import type { Signer } from './index.js';

const ORIGIN = 'log.example/demo';
const NOW = 1_700_000_000;
const [log, next, other] = [ORIGIN, ORIGIN, 'log.example/other'].map(generateNoteKey) as [Key, Key, Key];
const witnesses = ['a', 'b', 'c'].map((name) => generateCosignerKey(`witness.example/${name}`)) as [Key, Key, Key];
const stranger = generateCosignerKey('witness.example/a');
const vkeys = witnesses.map(({ vkey }) => vkey);
interface Key {
  skey: string;
  vkey: string;
}

const entries = Array.from({ length: 300 }, (_, i) => Buffer.from(`entry ${i}`));
const tree = integrate(emptyLog(), entries);
const cosign = ({ skey }: Key, time = NOW): Signer => parseCosignerSkey(skey, () => time);
const signed = (signers: readonly Signer[], origin = ORIGIN): Promise<string> =>
  signCheckpoint({ origin, size: tree.size, root: tree.root }, signers);
const own = parseSkey(log.skey);

describe('a policy of k of n witnesses', () => {
  it('is met by k distinct witnesses and not by fewer', async () => {
    const note = await signed([own, cosign(witnesses[0]), cosign(witnesses[2])]);
    for (const threshold of [0, 1, 2]) {
      const trusted = verifyCheckpoint(note, policyOf([log.vkey], vkeys, threshold));
      expect(trusted.checkpoint).toMatchObject({ origin: ORIGIN, size: 300 });
      expect(trusted.cosigned.map(({ name }) => name).toSorted()).toEqual(['witness.example/a', 'witness.example/c']);
    }
    expect(() => verifyCheckpoint(note, policyOf([log.vkey], vkeys, 3))).toThrow('not cosigned by 3 of 3');
    expect(() => policyOf([log.vkey], vkeys, 4)).toThrow(RangeError);
    expect(() => policyOf([log.vkey], vkeys, -1)).toThrow(RangeError);
  });

  it('counts a witness once, however often it cosigned', async () => {
    const note = await signed([own, cosign(witnesses[0]), cosign(witnesses[0], NOW + 5)]);
    expect(verifyCheckpoint(note, policyOf([log.vkey], vkeys, 1)).cosigned).toMatchObject([{ time: NOW + 5 }]);
    expect(() => verifyCheckpoint(note, policyOf([log.vkey], vkeys, 2))).toThrow(TlogError);
    expect(() => policyOf([log.vkey], [vkeys[0]!, vkeys[0]!], 2)).toThrow('the same key twice');
  });

  it('does not count unknown witnesses, nor a known name with another key', async () => {
    const unknown = generateCosignerKey('witness.example/unknown');
    const note = await signed([own, cosign(unknown), cosign(stranger)]);
    expect(() => verifyCheckpoint(note, policyOf([log.vkey], vkeys, 1))).toThrow('not cosigned by 1 of 3');
    // A line with the key id of the known witness, but signed by the stranger, is a bad signature.
    const forged = { ...cosign(stranger), keyId: cosign(witnesses[0]).keyId };
    const bad = await signed([own, forged, cosign(witnesses[1])]);
    expect(() => verifyCheckpoint(bad, policyOf([log.vkey], vkeys, 1))).toThrow('bad signature');
    // The right signature under a wrong key id is a signature by nobody.
    const { keyId } = cosign(witnesses[0]);
    const wrongId = await signed([own, { ...cosign(witnesses[0]), keyId: (keyId ^ 1) >>> 0 }]);
    expect(() => verifyCheckpoint(wrongId, policyOf([log.vkey], vkeys, 1))).toThrow('not cosigned by 1 of 3');
  });

  it('does not count cosignatures from the future or from too long ago', async () => {
    const policy = policyOf([log.vkey], vkeys, 1);
    const note = await signed([own, cosign(witnesses[0])]);
    expect(verifyCheckpoint(note, policy, { after: NOW, before: NOW }).cosigned).toHaveLength(1);
    expect(() => verifyCheckpoint(note, policy, { before: NOW - 1 })).toThrow('not cosigned');
    expect(() => verifyCheckpoint(note, policy, { after: NOW + 1 })).toThrow('not cosigned');
  });

  it('needs the log itself, under its own origin', async () => {
    const policy = policyOf([log.vkey, other.vkey], vkeys, 1);
    expect(() => verifyCheckpoint('', policy)).toThrow(TlogError);
    for (const note of [
      await signed([cosign(witnesses[0])]),
      await signed([parseSkey(other.skey), cosign(witnesses[0])]),
      await signed([own, cosign(witnesses[0])], 'log.example/other'),
      await signed([own, cosign(witnesses[0])], 'log.example/third'),
    ]) {
      expect(() => verifyCheckpoint(note, policy)).toThrow('not signed by a known key of the log');
    }
  });

  it('takes the old or the new key of a log while it is rotated', async () => {
    const both = await signed([own, parseSkey(next.skey), cosign(witnesses[1])]);
    for (const keys of [[log.vkey], [next.vkey], [log.vkey, next.vkey]])
      expect(verifyCheckpoint(both, policyOf(keys, vkeys, 1)).cosigned).toHaveLength(1);
    const newOnly = await signed([parseSkey(next.skey), cosign(witnesses[1])]);
    expect(() => verifyCheckpoint(newOnly, policyOf([log.vkey], vkeys, 1))).toThrow('not signed by a known key');
  });
});

describe('a policy file', () => {
  const lines = [
    '# demonstration',
    `log ${log.vkey} https://log.example/demo`,
    ...witnesses.map(({ vkey }, i) => `\twitness w${i}  ${vkey}`),
    'group one-of-two any w0 w1',
    'group top all one-of-two w2',
    'quorum top',
  ];

  it('nests groups', async () => {
    const policy = parsePolicy(lines.join('\n'));
    for (const [cosigners, ok] of [
      [[0, 2], true],
      [[1, 2], true],
      [[0, 1], false],
      [[2], false],
    ] as const) {
      const note = await signed([own, ...cosigners.map((i) => cosign(witnesses[i]))]);
      if (ok) expect(verifyCheckpoint(note, policy).cosigned).toHaveLength(2);
      else expect(() => verifyCheckpoint(note, policy)).toThrow('not cosigned');
    }
    const [single, none] = ['w1', 'none'].map((name) =>
      parsePolicy([...lines.slice(0, 5), `quorum ${name}`].join('\n')),
    );
    expect(verifyCheckpoint(await signed([own, cosign(witnesses[1])]), single!).cosigned).toHaveLength(1);
    expect(verifyCheckpoint(await signed([own]), none!).cosigned).toHaveLength(0);
  });

  it.each([
    ['no quorum', lines.slice(0, -1)],
    ['two quorums', [...lines, 'quorum w0']],
    ['an unknown name', [...lines.slice(0, -1), 'quorum w9']],
    ['a group before its members', ['group g any w0', ...lines]],
    ['a member of two groups', [...lines.slice(0, -1), 'group g any w0', 'quorum g']],
    ['a name twice', [...lines.slice(0, -1), `witness w0 ${stranger.vkey}`, 'quorum w0']],
    ['a key twice', [...lines.slice(0, -1), `witness w8 ${vkeys[0]}`, 'quorum w0']],
    ['the name none', [`witness none ${vkeys[0]}`, 'quorum none']],
    ['more than all', [...lines.slice(0, 5), 'group g 3 w0 w1', 'quorum g']],
    ['a threshold of 0', [...lines.slice(0, 5), 'group g 0 w0 w1', 'quorum g']],
    ['an empty group', [...lines.slice(0, 5), 'group g all', 'quorum g']],
    ['a witness key for a log', [`log ${vkeys[0]}`, 'quorum none']],
    ['a log key for a witness', [`witness w ${log.vkey}`, 'quorum none']],
    ['a word too many', [...lines.slice(0, -1), 'quorum top top']],
    ['an unknown keyword', ['logs', ...lines]],
    ['a carriage return', [...lines.slice(0, -1), 'quorum top\r']],
  ])('is refused with %s', (_, bad) => {
    expect(() => parsePolicy(bad.join('\n'))).toThrow(TlogError);
  });

  it('names the line that is wrong', () => {
    expect(() => parsePolicy([...lines, 'oops'].join('\n'))).toThrow(
      `line ${lines.length + 1}: not a line of a policy`,
    );
  });
});

describe('a proof with a cosigned checkpoint', () => {
  const tiles = new Map(tree.tiles.map((tile) => [`${tile.level}/${tile.index}`, tile.bytes]));
  const make = async (index: number, signers: readonly Signer[]): Promise<string> => {
    const hashes = await inclusionProof(
      index,
      300,
      nodeReader(300, (tile) => tiles.get(`${tile.level}/${tile.index}`)!),
    );
    return formatProof({ index, hashes, checkpoint: await signed(signers) });
  };
  const policy = policyOf([log.vkey], vkeys, 2);

  it('verifies offline against the policy, for its entry only', async () => {
    const proof = await make(256, [own, ...witnesses.map((witness) => cosign(witness))]);
    expect(verifyProof(proof, entries[256]!, policy)).toMatchObject({ index: 256, checkpoint: { size: 300 } });
    expect(() => verifyProof(proof, entries[255]!, policy)).toThrow('entry is not leaf 256');
    expect(() => verifyProof(proof, entries[256]!, policy, { before: NOW - 60 })).toThrow('not cosigned by 2 of 3');
  });

  it('needs the quorum', async () => {
    const proof = await make(0, [own, cosign(witnesses[1])]);
    expect(() => verifyProof(proof, entries[0]!, policy)).toThrow('not cosigned by 2 of 3');
    expect(verifyProof(proof, entries[0]!, policyOf([log.vkey])).index).toBe(0);
  });

  it('falls with any changed bit', async () => {
    const proof = Buffer.from(await make(3, [own, cosign(witnesses[0]), cosign(witnesses[1])]));
    const broken = Buffer.from(proof);
    for (let bit = 0; bit < proof.length * 8; bit += 5) {
      broken[Math.floor(bit / 8)]! ^= 1 << (bit % 8);
      expect(() => verifyProof(broken.toString(), entries[3]!, policy)).toThrow(TlogError);
      broken[Math.floor(bit / 8)]! ^= 1 << (bit % 8);
    }
    for (let length = 0; length < proof.length; length += 7)
      expect(() => verifyProof(proof.subarray(0, length).toString(), entries[3]!, policy)).toThrow(TlogError);
  });
});
