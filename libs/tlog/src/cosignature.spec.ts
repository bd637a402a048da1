import { generateKeyPairSync } from 'node:crypto';
import {
  cosignatureTime,
  cosigner,
  emptyRoot,
  generateCosignerKey,
  generateNoteKey,
  keyId,
  openCheckpoint,
  openNote,
  parseCosignerSkey,
  parseCosignerVkey,
  parseSkey,
  parseVkey,
  signCheckpoint,
  signNote,
  splitNote,
  TlogError,
} from './index.js';

const log = generateNoteKey('log.example/demo');
const witness = generateCosignerKey('witness.example/one');
const head = { origin: 'log.example/demo', size: 7, root: emptyRoot() };
const at =
  (time: number): (() => number) =>
  () =>
    time;
const cosigned = (time = 1_700_000_000): Promise<string> =>
  signCheckpoint(head, [parseSkey(log.skey), parseCosignerSkey(witness.skey, at(time))]);

/** The last part is base64, and may have a plus of its own. */
function partsOf(vkey: string): { name: string; id: string; key: string } {
  const [name, id, ...rest] = vkey.split('+') as [string, string, ...string[]];
  return { name, id, key: rest.join('+') };
}

describe('a cosignature', () => {
  it('is a time and a signature of the whole checkpoint with that time', async () => {
    const note = await signCheckpoint({ ...head, extensions: ['an extension'] }, [
      parseCosignerSkey(witness.skey, at(1_679_315_147.9)),
    ]);
    const { text, verified } = openNote(note, [parseCosignerVkey(witness.vkey)]);
    expect(text.endsWith('\nan extension\n')).toBe(true);
    expect(verified[0]!.bytes).toHaveLength(72);
    expect(cosignatureTime(verified[0]!.bytes)).toBe(1_679_315_147);
    // The same key, as a plain note key, signs the message of the specification: the 64 bytes must be the same.
    const { id, key } = partsOf(witness.vkey);
    const raw = Buffer.from(key, 'base64').subarray(1);
    expect(Number.parseInt(id, 16)).toBe(keyId('witness.example/one', 4, raw));
    const plain = Buffer.from([1, ...raw]).toString('base64');
    const plainId = keyId('witness.example/one', 1, raw).toString(16).padStart(8, '0');
    const verifier = parseVkey(`witness.example/one+${plainId}+${plain}`);
    const message = `cosignature/v1\ntime 1679315147\n${text}`;
    expect(verifier.verify(message, verified[0]!.bytes.subarray(8))).toBe(true);
    expect(verifier.verify(text, verified[0]!.bytes.subarray(8))).toBe(false);
  });

  it('falls with any changed bit, a byte more or less', async () => {
    const note = await cosigned();
    const { text, signatures } = splitNote(note);
    const [bytes, verifier] = [Buffer.from(signatures[1]!.bytes), parseCosignerVkey(witness.vkey)];
    expect(verifier.verify(text, bytes)).toBe(true);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const broken = Buffer.from(bytes);
      broken[Math.floor(bit / 8)]! ^= 1 << (bit % 8);
      expect(verifier.verify(text, broken)).toBe(false);
    }
    for (const wrong of [bytes.subarray(1), bytes.subarray(0, -1), Buffer.concat([bytes, bytes.subarray(0, 1)])]) {
      expect(verifier.verify(text, wrong)).toBe(false);
      expect(() => cosignatureTime(wrong)).toThrow(TlogError);
    }
    expect(verifier.verify(text.replace('7', '8'), bytes)).toBe(false);
    const broken = note.replace('\n7\n', '\n8\n');
    expect(() => openNote(broken, [verifier])).toThrow('bad signature');
  });

  it('has a time above 0 and below 2^63', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    for (const time of [0, -1, 2 ** 63]) {
      expect(() => cosigner('w.example', privateKey, at(time)).sign('text\n')).toThrow(RangeError);
    }
    const signature = Buffer.alloc(72);
    expect(() => cosignatureTime(signature)).toThrow('time 0');
    signature.writeBigUInt64BE(2n ** 63n);
    expect(() => cosignatureTime(signature)).toThrow(TlogError);
    signature.writeBigUInt64BE(2n ** 53n);
    expect(cosignatureTime(signature)).toBe(2 ** 53);
  });

  it('uses the clock of the machine unless told otherwise', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { signatures } = splitNote(await signNote('text\n', [parseCosignerSkey(witness.skey)]));
    expect(cosignatureTime(signatures[0]!.bytes)).toBeGreaterThanOrEqual(before);
  });
});

describe('the keys of witnesses and of logs', () => {
  it('are not taken for each other', async () => {
    expect(() => parseVkey(witness.vkey)).toThrow(TlogError);
    expect(() => parseCosignerVkey(log.vkey)).toThrow(TlogError);
    expect(() => parseSkey(witness.skey)).toThrow(TlogError);
    expect(() => parseCosignerSkey(log.skey)).toThrow(TlogError);
    expect(parseCosignerSkey(witness.skey).vkey).toBe(witness.vkey);
    expect(openCheckpoint(await cosigned(), [parseVkey(log.vkey)]).note.unverified).toHaveLength(1);
  });

  it('are refused with the key id of another type', () => {
    const { name, key } = partsOf(witness.vkey);
    const raw = Buffer.from(key, 'base64').subarray(1);
    const wrong = keyId(name, 1, raw).toString(16).padStart(8, '0');
    expect(() => parseCosignerVkey(`${name}+${wrong}+${key}`)).toThrow('key id does not belong');
  });
});

describe('a log whose key is rotated', () => {
  const [before, after] = [generateNoteKey('log.example/demo'), generateNoteKey('log.example/demo')];

  it('signs with both, and readers of either key open it', async () => {
    const note = await signCheckpoint(head, [parseSkey(before.skey), parseSkey(after.skey)]);
    for (const keys of [[before], [after], [before, after]]) {
      const verifiers = keys.map(({ vkey }) => parseVkey(vkey));
      const opened = openCheckpoint(note, verifiers);
      expect(opened.checkpoint).toEqual(head);
      expect(opened.note.verified).toHaveLength(keys.length);
      expect(opened.note.unverified).toHaveLength(2 - keys.length);
    }
    expect(() => openCheckpoint(note, [parseVkey(log.vkey)])).toThrow('no signature by a known key');
    const onlyOld = await signCheckpoint(head, [parseSkey(before.skey)]);
    expect(() => openCheckpoint(onlyOld, [parseVkey(after.vkey)])).toThrow('no signature by a known key');
  });
});
