import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import {
  emptyLog,
  emptyRoot,
  formatCheckpoint,
  formatProof,
  formatVkey,
  generateNoteKey,
  inclusionProof,
  integrate,
  nodeReader,
  noteSigner,
  openCheckpoint,
  openNote,
  parseCheckpoint,
  parseProof,
  parseSkey,
  parseVkey,
  signCheckpoint,
  signNote,
  splitNote,
  TlogError,
  verifyProof,
} from './index.js';

const one = generateNoteKey('log.example/one');
const two = generateNoteKey('log.example/two');
/** A key whose private text has this form: base64 may hold the plus that stands between the parts. */
function generateUntil(form: RegExp): typeof one {
  let key = one;
  while (!form.test(key.skey)) key = generateNoteKey('log.example/one');
  return key;
}
const text = 'Erste Zeile\n\n数据登记 · third line\n';

describe('notes', () => {
  it('open with any of the keys that signed, and tell known signatures from unknown ones', async () => {
    const note = await signNote(text, [parseSkey(one.skey), parseSkey(two.skey)]);
    expect(note.split('\n').filter((line) => line.startsWith('\u2014 '))).toHaveLength(2);
    const opened = openNote(note, [parseVkey(two.vkey)]);
    expect(opened.text).toBe(text);
    expect(opened.verified.map(({ name }) => name)).toEqual(['log.example/two']);
    expect(opened.unverified.map(({ name }) => name)).toEqual(['log.example/one']);
    expect(openNote(Buffer.from(note), [one.vkey, two.vkey].map(parseVkey)).verified).toHaveLength(2);
  });

  it('have the same public key in text, made of its 32 bytes', () => {
    const raw = Buffer.from(one.vkey.split('+').slice(2).join('+'), 'base64').subarray(1);
    expect(formatVkey('log.example/one', raw)).toBe(one.vkey);
    expect(() => formatVkey('log example', raw)).toThrow(RangeError);
    expect(() => formatVkey('log.example/one', raw.subarray(1))).toThrow(RangeError);
  });

  it('keep signatures that others gave', async () => {
    const { signatures } = splitNote(await signNote(text, [parseSkey(one.skey)]));
    const note = await signNote(text, [parseSkey(two.skey)], signatures);
    expect(openNote(note, [one.vkey, two.vkey].map(parseVkey)).verified).toHaveLength(2);
  });

  it('are refused without a known key, with a bad signature, or changed in any bit', async () => {
    const note = await signNote(text, [parseSkey(one.skey)]);
    expect(() => openNote(note, [])).toThrow('no signature by a known key');
    expect(() => openNote(note, [parseVkey(two.vkey)])).toThrow('no signature by a known key');
    const bytes = Buffer.from(note);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const broken = Buffer.from(bytes);
      broken[Math.floor(bit / 8)]! ^= 1 << (bit % 8);
      expect(() => openNote(broken, [parseVkey(one.vkey)])).toThrow(TlogError);
    }
    // A good signature by one known key does not excuse a bad one by another.
    const both = await signNote(text, [parseSkey(one.skey), { ...parseSkey(two.skey), sign: () => Buffer.alloc(64) }]);
    expect(openNote(both, [parseVkey(one.vkey)]).verified).toHaveLength(1);
    expect(() => openNote(both, [one.vkey, two.vkey].map(parseVkey))).toThrow('bad signature');
  });

  it.each([
    ['nothing', ''],
    ['no signatures', 'text\n'],
    ['no line after the blank one', 'text\n\n'],
    ['no newline at the end', 'text\n\n— a AAAAAAAA'],
    ['a hyphen for the dash', 'text\n\n- a AAAAAAAA\n'],
    ['no name', 'text\n\n—  AAAAAAAA\n'],
    ['a plus in the name', 'text\n\n— a+b AAAAAAAA\n'],
    ['a no-break space in the name', 'text\n\n— a\u00a0b AAAAAAAA\n'],
    ['a next-line character in the name', 'text\n\n— a\u0085b AAAAAAAA\n'],
    ['a word too many', 'text\n\n— a AAAAAAAA b\n'],
    ['base64 with unused bits', 'text\n\n— a AAAAAAB=\n'],
    ['base64 without padding', 'text\n\n— a AAAAAAAAAA\n'],
    ['a key id alone', 'text\n\n— a AAAAAA==\n'],
    ['a control character', 'te\txt\n\n— a AAAAAAAA\n'],
    ['a carriage return', 'text\r\n\n— a AAAAAAAA\n'],
    ['101 signatures', `text\n\n${'— a AAAAAAAA\n'.repeat(101)}`],
  ])('are malformed with %s', (_, note) => {
    expect(() => splitNote(note)).toThrow(TlogError);
  });

  it('take up to 100 signatures', () => {
    expect(splitNote(`text\n\n${'— a AAAAAAAA\n'.repeat(100)}`).signatures).toHaveLength(100);
  });

  it('are not UTF-8 with a byte that is none', () => {
    expect(() => splitNote(Buffer.from('te\xffxt\n\n— a AAAAAAAA\n', 'latin1'))).toThrow('not UTF-8');
  });

  it('are not signed over what could not be read back', async () => {
    const signer = parseSkey(one.skey);
    for (const bad of ['no newline', 'tab\t\n', 'lone \ud800\n', '']) {
      await expect(signNote(bad, [signer])).rejects.toThrow(RangeError);
    }
    await expect(signNote(text, [])).rejects.toThrow(RangeError);
  });
});

describe('keys', () => {
  it('from node:crypto sign under a name', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const signer = noteSigner('log.example/three', privateKey);
    expect(openNote(await signNote(text, [signer]), [parseVkey(signer.vkey)]).verified).toHaveLength(1);
    expect(() => noteSigner('a b', privateKey)).toThrow(RangeError);
    expect(() => noteSigner('a+b', privateKey)).toThrow(RangeError);
    expect(() => noteSigner('a', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)).toThrow(RangeError);
  });

  it.each([
    ['', () => one],
    [' with a plus in base64', () => generateUntil(/\+[0-9a-f]{8}\+.*\+./)],
    [' with a plus at the end of base64', () => generateUntil(/\+$/)],
  ])('are refused when malformed, and private ones%s are not repeated in the message', (_, generate) => {
    const one = generate();
    const [, name, id, key] = /^(.+?)\+(.+?)\+(.+)$/.exec(one.vkey) as unknown as [string, string, string, string];
    const other = (Number.parseInt(id, 16) ^ 1).toString(16).padStart(8, '0');
    for (const bad of [
      '',
      name,
      `${name}+${id}`,
      `+${id}+${key}`,
      `${name}+${other}+${key}`,
      `${name}+${id}+${key}A`,
      `x${one.vkey}`,
    ]) {
      expect(() => parseVkey(bad)).toThrow(TlogError);
    }
    const seed = one.skey.replace(/^.+\+[0-9a-f]{8}\+/, '');
    for (const bad of [
      one.skey.slice(1),
      one.skey.replace(id, other),
      one.skey.replace(name, 'a b'),
      one.skey.replace(name, 'log.example/else'),
      `${one.skey}A`,
    ]) {
      expect(() => parseSkey(bad)).toThrow(TlogError);
      expect(() => parseSkey(bad)).not.toThrow(seed);
    }
    expect(parseSkey(one.skey).vkey).toBe(one.vkey);
  });
});

describe('checkpoints', () => {
  it('read back as written', () => {
    const line = fc.string({ minLength: 1 }).filter((s) => !s.includes('\n'));
    const checkpoints = fc.record({
      origin: line,
      size: fc.maxSafeNat(),
      root: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
      extensions: fc.array(line, { minLength: 1, maxLength: 3 }),
    });
    fc.assert(fc.property(checkpoints, (c) => expect(parseCheckpoint(formatCheckpoint(c))).toEqual(c)));
    const plain = { origin: 'log.example', size: 0, root: emptyRoot() };
    expect(parseCheckpoint(formatCheckpoint(plain))).toEqual(plain);
  });

  it('are refused unless exact', () => {
    const root = emptyRoot().toString('base64');
    for (const bad of [
      '',
      `o\n1\n${root}`,
      `o\n1\n`,
      `\n1\n${root}\n`,
      `o\n01\n${root}\n`,
      `o\n-1\n${root}\n`,
      `o\n+1\n${root}\n`,
      `o\n1.0\n${root}\n`,
      `o\n9007199254740992\n${root}\n`,
      `o\n1\n${root.slice(0, -1)}\n`,
      `o\n1\n${root.slice(4)}\n`,
      `o\n1\n${root} \n`,
      `o\n1\n${root}\n\n`,
      `o\n1\n${root}\n\nx\n`,
    ]) {
      expect(() => parseCheckpoint(bad)).toThrow(TlogError);
    }
    expect(parseCheckpoint(`o\n9007199254740991\n${root}\n`).size).toBe(Number.MAX_SAFE_INTEGER);
    for (const bad of [
      { origin: '' },
      { origin: 'a\nb' },
      { size: -1 },
      { size: 2 ** 53 },
      { root: Buffer.alloc(31) },
      { extensions: [''] },
    ]) {
      expect(() => formatCheckpoint({ origin: 'o', size: 1, root: emptyRoot(), ...bad })).toThrow(RangeError);
    }
  });

  it('must be signed', async () => {
    const note = await signCheckpoint({ origin: 'log.example', size: 7, root: emptyRoot() }, [parseSkey(one.skey)]);
    expect(openCheckpoint(note, [parseVkey(one.vkey)]).checkpoint).toMatchObject({ origin: 'log.example', size: 7 });
    expect(() => openCheckpoint(note, [parseVkey(two.vkey)])).toThrow(TlogError);
    const other = await signNote('not a checkpoint\n', [parseSkey(one.skey)]);
    expect(() => openCheckpoint(other, [parseVkey(one.vkey)])).toThrow(TlogError);
  });
});

describe('proof files', () => {
  const entries = Array.from({ length: 700 }, (_, i) => Buffer.from(`entry ${i}`));
  const log = integrate(emptyLog(), entries);
  const bytes = new Map(log.tiles.map((tile) => [`${tile.level}/${tile.index}`, tile.bytes]));
  const make = async (index: number, extra?: Buffer): Promise<string> => {
    const hashes = await inclusionProof(
      index,
      700,
      nodeReader(700, (tile) => bytes.get(`${tile.level}/${tile.index}`)!),
    );
    const checkpoint = await signCheckpoint({ origin: 'log.example', size: 700, root: log.root }, [
      parseSkey(one.skey),
    ]);
    return formatProof({ index, hashes, checkpoint, ...(extra && { extra }) });
  };
  const keys = [parseVkey(one.vkey)];

  it('verify for their entry only, with nothing else at hand', async () => {
    for (const index of [0, 255, 256, 699]) {
      const proof = await make(index);
      expect(verifyProof(proof, entries[index]!, keys)).toMatchObject({
        index,
        checkpoint: { size: 700, origin: 'log.example' },
      });
      expect(() => verifyProof(proof, entries[1]!, keys)).toThrow(`entry is not leaf ${index}`);
      expect(() => verifyProof(proof, entries[index]!, [parseVkey(two.vkey)])).toThrow(TlogError);
    }
  });

  it('have the lines of c2sp.org/tlog-proof', async () => {
    const lines = (await make(3, Buffer.from('hint'))).split('\n');
    expect(lines.slice(0, 3)).toEqual(['c2sp.org/tlog-proof@v1', 'extra aGludA==', 'index 3']);
    expect(lines.slice(3, 13).every((line) => Buffer.from(line, 'base64').length === 32)).toBe(true);
    expect(lines.slice(13, 17)).toEqual(['', 'log.example', '700', log.root.toString('base64')]);
    expect(Buffer.from(parseProof(lines.join('\n')).extra!).toString()).toBe('hint');
  });

  it('fall with any changed bit', async () => {
    const proof = Buffer.from(await make(300));
    for (let bit = 0; bit < proof.length * 8; bit += 3) {
      const broken = Buffer.from(proof);
      broken[Math.floor(bit / 8)]! ^= 1 << (bit % 8);
      expect(() => verifyProof(broken.toString(), entries[300]!, keys)).toThrow(TlogError);
    }
  });

  it('are refused when malformed', async () => {
    const proof = await make(3);
    for (const bad of [
      '',
      proof.replace('@v1', '@v2'),
      proof.replace('index 3\n', ''),
      proof.replace('index 3', 'index 03'),
      proof.replace('index 3', 'extra AA==\nextra AA==\nindex 3'),
      proof.replace('index 3\n', 'index 3\nAAAA\n'),
      proof.replace('\n\n', '\n'),
      proof.slice(0, proof.indexOf('\n\n')),
    ]) {
      expect(() => verifyProof(bad, entries[3]!, keys)).toThrow(TlogError);
    }
    const long = proof.replace('index 3\n', `index 3\n${`${emptyRoot().toString('base64')}\n`.repeat(54)}`);
    expect(() => parseProof(long)).toThrow('inclusion proof of 64 hashes');
  });
});
