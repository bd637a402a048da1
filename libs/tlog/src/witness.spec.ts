import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addCheckpoint,
  cosignatureTime,
  folderWitnessStore,
  formatAddCheckpoint,
  generateCosignerKey,
  generateNoteKey,
  openNote,
  parseAddCheckpoint,
  parseCosignerSkey,
  parseCosignerVkey,
  parseSkey,
  splitNote,
} from './index.js';
import type { Signer, WitnessAnswer, WitnessStore } from './index.js';
import {
  body,
  checkpoint,
  key,
  log,
  memoryStore,
  newWitness,
  NOW,
  ORIGIN,
  proof,
  rootOf,
} from '../test/witness-fixture.js';

const sizes = (answer: WitnessAnswer): unknown[] => [answer.status, answer.contentType, answer.body];
const conflictAt = (size: number): unknown[] => [409, 'text/x.tlog.size', `${size}\n`];

describe('a request to a witness', () => {
  it('has the lines of c2sp.org/tlog-witness, and reads back', async () => {
    const text = await body(300, 600);
    const lines = text.split('\n');
    const hashes = await proof(300, 600);
    expect(lines[0]).toBe('old 300');
    expect(lines.slice(1, 1 + hashes.length)).toEqual(hashes.map((hash) => hash.toString('base64')));
    expect(lines.slice(1 + hashes.length, 4 + hashes.length)).toEqual(['', ORIGIN, '600']);
    expect(parseAddCheckpoint(Buffer.from(text))).toMatchObject({ oldSize: 300, proof: hashes });
  });

  it.each([
    ['nothing', () => ''],
    ['no old size', (good: string) => good.replace('old 300\n', '')],
    ['a leading zero', (good: string) => good.replace('old 300', 'old 0300')],
    ['a negative old size', (good: string) => good.replace('old 300', 'old -1')],
    ['two spaces', (good: string) => good.replace('old 300', 'old  300')],
    ['an old size above the size', (good: string) => good.replace('old 300', 'old 601')],
    ['an old size above 2^53', (good: string) => good.replace('old 300', 'old 9007199254740992')],
    ['no checkpoint', (good: string) => good.slice(0, good.indexOf('\n\n') + 2)],
    ['no signature', (good: string) => good.slice(0, good.indexOf('\n\n—') + 1)],
    ['a short hash', (good: string) => good.replace('old 300\n', 'old 300\nAAAA\n')],
    ['no base64', (good: string) => good.replace('old 300\n', 'old 300\n***\n')],
    ['64 hashes', (good: string) => good.replace('old 300\n', `old 300\n${`${'A'.repeat(43)}=\n`.repeat(64)}`)],
    ['carriage returns', (good: string) => good.replaceAll('\n', '\r\n')],
    ['a broken checkpoint', (good: string) => good.replace('\n600\n', '\n0600\n')],
  ])('is malformed with %s: 400', async (_, change) => {
    const witness = newWitness();
    expect((await addCheckpoint(change(await body(300, 600)), witness)).status).toBe(400);
    await expect(witness.store.load(ORIGIN)).resolves.toBeUndefined();
  });

  it('is malformed when it is not UTF-8', async () => {
    expect((await addCheckpoint(Buffer.from('old \xff', 'latin1'), newWitness())).status).toBe(400);
  });
});

describe('a witness', () => {
  it('cosigns what continues the last, and keeps it', async () => {
    const witness = newWitness();
    for (const [from, to] of [
      [0, 0],
      [0, 1],
      [1, 300],
      [300, 300],
      [300, 600],
    ] as const) {
      const note = await checkpoint(to);
      const answer = await addCheckpoint(await body(from, to, note), witness);
      expect(answer).toMatchObject({ status: 200, contentType: 'text/plain; charset=utf-8' });
      const { verified } = openNote(`${splitNote(note).text}\n${answer.body}`, [parseCosignerVkey(key.vkey)]);
      expect(verified.map(({ bytes }) => cosignatureTime(bytes))).toEqual([NOW]);
      await expect(witness.store.load(ORIGIN)).resolves.toBe(note);
    }
  });

  it('answers with one line for each of its keys', async () => {
    const second = generateCosignerKey('witness.example/one');
    const witness = { ...newWitness(), cosigners: [key, second].map(({ skey }) => parseCosignerSkey(skey)) };
    const { body: lines } = await addCheckpoint(await body(0, 5), witness);
    expect(lines).toMatch(/^(— witness\.example\/one [A-Za-z0-9+/=]+\n){2}$/);
  });

  it('knows no other log: 404, and no other key: 403', async () => {
    const witness = newWitness();
    const ask = async (note: string): Promise<number> => (await addCheckpoint(await body(0, 5, note), witness)).status;
    const other = generateNoteKey('log.example/other');
    const rotated = generateNoteKey(ORIGIN);
    expect(await ask(await checkpoint(5, rootOf(5), [parseSkey(other.skey)], 'log.example/other'))).toBe(404);
    expect(await ask(await checkpoint(5, rootOf(5), [parseSkey(other.skey)]))).toBe(403);
    expect(await ask(await checkpoint(5, rootOf(5), [parseSkey(rotated.skey)]))).toBe(403);
    const bad: Signer = { ...parseSkey(log.skey), sign: () => Buffer.alloc(64) };
    expect(await ask(await checkpoint(5, rootOf(5), [bad]))).toBe(403);
    await expect(witness.store.load(ORIGIN)).resolves.toBeUndefined();
    expect(await ask(await checkpoint(5, rootOf(5), [parseSkey(rotated.skey), parseSkey(log.skey)]))).toBe(200);
  });

  it('says which size it knows when asked from another: 409', async () => {
    const witness = newWitness();
    expect(sizes(await addCheckpoint(await body(5, 300), witness))).toEqual(conflictAt(0));
    expect((await addCheckpoint(await body(0, 300), witness)).status).toBe(200);
    for (const [from, to] of [
      [0, 300],
      [299, 300],
      [301, 600],
      [0, 600],
      [0, 7],
    ] as const)
      expect(sizes(await addCheckpoint(await body(from, to), witness))).toEqual(conflictAt(300));
    expect((await addCheckpoint(await body(300, 600), witness)).status).toBe(200);
    // Back to a smaller tree: the log would have to deny what it signed.
    expect(sizes(await addCheckpoint(await body(0, 300), witness))).toEqual(conflictAt(600));
    expect(sizes(await addCheckpoint(await body(300, 300), witness))).toEqual(conflictAt(600));
  });

  it('cosigns no proof that is wrong: 422', async () => {
    const witness = newWitness();
    const ask = async (from: number, to: number, hashes: readonly Uint8Array[], root = rootOf(to)): Promise<number> =>
      (
        await addCheckpoint(
          formatAddCheckpoint({ oldSize: from, proof: hashes, checkpoint: await checkpoint(to, root) }),
          witness,
        )
      ).status;
    expect(await ask(0, 0, [], rootOf(1))).toBe(422);
    expect(await ask(0, 0, [rootOf(1)])).toBe(422);
    expect(await ask(0, 300, [rootOf(1)])).toBe(422);
    expect(await ask(0, 300, [])).toBe(200);
    const good = await proof(300, 600);
    expect(await ask(300, 300, [rootOf(1)])).toBe(422);
    for (const bad of [[], good.slice(1), good.slice(0, -1), [...good, rootOf(1)], [...good].reverse()])
      expect(await ask(300, 600, bad)).toBe(422);
    expect(await ask(300, 600, good, rootOf(599))).toBe(422);
    expect(await ask(300, 599, good)).toBe(422);
    expect(await ask(300, 600, good)).toBe(200);
  });

  it('meets a fork with 409, and hands out both checkpoints', async () => {
    const witness = newWitness();
    const ours = await checkpoint(300);
    const theirs = await checkpoint(300, rootOf(299));
    await addCheckpoint(await body(0, 300, ours), witness);
    expect(sizes(await addCheckpoint(await body(300, 300, theirs), witness))).toEqual(conflictAt(300));
    expect(witness.forks).toEqual([[ours, theirs]]);
    await expect(witness.store.load(ORIGIN)).resolves.toBe(ours);
  });

  it('is not rolled back by two requests at once', async () => {
    const store = memoryStore();
    const witness = newWitness(store);
    await addCheckpoint(await body(0, 1), witness);
    // The first request stops between its check and its write, until the second is through.
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const slow: WitnessStore = { ...store, replace: (...change) => gate.then(() => store.replace(...change)) };
    const first = addCheckpoint(await body(1, 3), { ...witness, store: slow });
    expect((await addCheckpoint(await body(1, 5), witness)).status).toBe(200);
    release();
    expect(sizes(await first)).toEqual(conflictAt(5));
    expect(splitNote(store.stored.get(ORIGIN)!).text).toContain('\n5\n');
  });

  it('cosigns nothing that it could not store', async () => {
    const signed: string[] = [];
    const cosigners: Signer[] = [
      { ...parseCosignerSkey(key.skey), sign: (text) => (signed.push(text), Buffer.alloc(72)) },
    ];
    const store = { ...memoryStore(), replace: () => Promise.reject(new Error('disk full')) };
    await expect(addCheckpoint(await body(0, 5), { ...newWitness(store), cosigners })).rejects.toThrow('disk full');
    expect(signed).toEqual([]);
  });
});

describe('the state of a witness in a folder', () => {
  it('survives a restart, and is replaced only in order', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tlog-witness-'));
    try {
      const witness = newWitness(folderWitnessStore(folder));
      const answers = await Promise.all([1, 2, 3].map(async (size) => addCheckpoint(await body(0, size), witness)));
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(2);
      const won = 1 + answers.findIndex(({ status }) => status === 200);
      const again = newWitness(folderWitnessStore(folder));
      expect(sizes(await addCheckpoint(await body(0, 600), again))).toEqual(conflictAt(won));
      expect((await addCheckpoint(await body(won, 600), again)).status).toBe(200);
      expect(await readdir(folder)).toHaveLength(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
