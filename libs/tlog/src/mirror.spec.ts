import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import {
  emptyLog,
  ForkError,
  fsck,
  generateNoteKey,
  integrate,
  mirror,
  parseSkey,
  signCheckpoint,
  TILE_WIDTH,
  tilePath,
  tilesBetween,
  TlogError,
} from './index.js';
import type { MirrorReport, Source } from './index.js';

const ORIGIN = 'log.example/demo';
const [key, next, other] = [ORIGIN, ORIGIN, 'log.example/other'].map(generateNoteKey) as [Key, Key, Key];
interface Key {
  skey: string;
  vkey: string;
}
type Files = Map<string, Buffer>;

/** A log in memory, by path, with the tiles of this size only. Its first `same` entries are those of every other log here. */
async function logOf(size: number, same = size, keys = [key], origin = ORIGIN): Promise<Files> {
  const entries = Array.from({ length: size }, (_, i) => Buffer.from(`${i < same ? '' : 'other '}entry ${i}`));
  const { tiles, bundles, root } = integrate(emptyLog(), entries);
  const note = await signCheckpoint(
    { origin, size, root },
    keys.map(({ skey }) => parseSkey(skey)),
  );
  return new Map([
    ['checkpoint', Buffer.from(note)],
    ...[...bundles, ...tiles].map((tile): [string, Buffer] => [tilePath(tile), tile.bytes]),
  ]);
}

const from =
  (files: Files, asked: string[] = []): Source =>
  (path) => (asked.push(path), Promise.resolve(files.get(path)));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tlog-mirror-'));
});
afterEach(() => rm(folder, { recursive: true }));

const update = (files: Files, vkeys = [key.vkey]): Promise<MirrorReport> => mirror(from(files), folder, vkeys);
async function snapshot(): Promise<Files> {
  const files: Files = new Map();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path.slice(folder.length + 1), await readFile(path));
  }
  return files;
}
const isGood = async (size: number): Promise<void> => {
  const report = await fsck(folder, [key.vkey], { origin: ORIGIN });
  expect(report).toMatchObject({ ok: true, checkpoint: { size }, counts: { entries: size } });
};
function changed(files: Files, path: string, change: (bytes: Buffer) => Buffer): Files {
  return new Map(files).set(path, change(Buffer.from(files.get(path)!)));
}
const flip = (bit: number) => (bytes: Buffer) => {
  bytes[Math.floor(bit / 8)]! ^= 1 << (bit % 8);
  return bytes;
};

jest.setTimeout(60_000);

describe('mirror', () => {
  it('has the files of the log, whatever it had before', async () => {
    for (const size of [0, 1, 255, 256, 257, 700, 1024]) {
      const files = await logOf(size);
      const before = await snapshot();
      const report = await update(files);
      expect(report.checkpoint).toEqual({ origin: ORIGIN, size, root: report.checkpoint.root });
      await isGood(size);
      const after = await snapshot();
      for (const [path, bytes] of files) expect([path, after.get(path)]).toEqual([path, bytes]);
      expect(report.written).toBe([...after.keys()].filter((path) => !before.has(path)).length - (size === 0 ? 1 : 0));
      // No partial tile of a full one is left.
      const full = [...tilesBetween(0, size)].filter(({ width }) => width === TILE_WIDTH);
      for (const tile of full) expect([...after.keys()].filter((p) => p.startsWith(`${tilePath(tile)}.p`))).toEqual([]);
    }
  });

  it('fetches only what is new', async () => {
    await update(await logOf(700));
    // What is below the old size is not even looked at.
    await rm(join(folder, 'tile/entries/000'));
    const asked: string[] = [];
    const files = await logOf(1000);
    expect(await mirror(from(files, asked), folder, [key.vkey])).toMatchObject({ from: 700, written: 5 });
    const fresh = [...tilesBetween(700, 1000)].map(tilePath);
    expect(fresh).toEqual([
      'tile/entries/002',
      'tile/entries/003.p/232',
      'tile/0/002',
      'tile/0/003.p/232',
      'tile/1/000.p/3',
    ]);
    expect(new Set(asked)).toEqual(new Set(['checkpoint', ...fresh]));
    asked.length = 0;
    expect(await mirror(from(files, asked), folder, [key.vkey])).toMatchObject({ from: 1000, written: 0 });
    expect(asked).toEqual(['checkpoint']);
  });

  it('cuts partial tiles from full ones where the log has gone on', async () => {
    const [old, grown] = [await logOf(300), await logOf(512)];
    const files = new Map(grown)
      .set('checkpoint', old.get('checkpoint')!)
      .set('tile/1/000.p/1', old.get('tile/1/000.p/1')!);
    await update(files);
    await isGood(300);
    expect((await snapshot()).get('tile/entries/001.p/44')).toEqual(old.get('tile/entries/001.p/44'));
  });

  it('goes on after an interruption at any place, and is a good log meanwhile', async () => {
    const [old, files] = [await logOf(300), await logOf(800)];
    await update(old);
    const before = await snapshot();
    const full: string[] = [];
    for (let stop = 0; ; stop++) {
      let count = 0;
      const source: Source = (path) => {
        if (count++ === stop) return Promise.reject(new Error('network'));
        return Promise.resolve(files.get(path));
      };
      const failed = await mirror(source, folder, [key.vkey]).then(
        () => false,
        (error: Error) => error.message === 'network',
      );
      if (!failed) break;
      await isGood(300);
      const now = await snapshot();
      for (const [path, bytes] of before) expect(now.get(path)).toEqual(bytes);
      full.push(String(now.size));
    }
    await isGood(800);
    // It did stop in between, with more and more in the folder.
    expect(new Set(full).size).toBeGreaterThan(1);
  });

  it('takes no harm from a draft that was cut off', async () => {
    await update(await logOf(300));
    await writeFile(join(folder, 'tile/0/001.draft'), 'half');
    await writeFile(join(folder, 'checkpoint.draft'), 'half');
    await update(await logOf(512));
    await isGood(512);
    expect([...(await snapshot()).keys()].filter((path) => path.endsWith('.draft'))).toEqual([]);
  });

  it('names what is wrong in the source, and keeps what it had', async () => {
    const [old, files] = [await logOf(300), await logOf(800)];
    await update(old);
    const cut = (bytes: Buffer): Buffer => bytes.subarray(0, -1);
    const longer = (bytes: Buffer): Buffer => Buffer.concat([bytes, bytes.subarray(0, 32)]);
    for (const path of [
      'tile/entries/001',
      'tile/entries/003.p/32',
      'tile/0/002',
      'tile/0/003.p/32',
      'tile/1/000.p/3',
    ]) {
      for (const change of [flip(0), flip(100), flip(333), cut, longer, () => Buffer.alloc(0)]) {
        // What was proven the time before is in the folder, and would not be asked for again.
        await rm(join(folder, path), { force: true });
        const failed = update(changed(files, path, change));
        await expect(failed).rejects.toThrow(TlogError);
        await expect(failed).rejects.not.toThrow(ForkError);
        await isGood(300);
      }
      const missing = new Map(files);
      missing.delete(path);
      await rm(join(folder, path), { force: true });
      await expect(update(missing)).rejects.toThrow(`${path}: missing`);
    }
    await rm(join(folder, 'tile/entries/001'));
    const swapped = new Map(files).set('tile/entries/001', files.get('tile/entries/002')!);
    await expect(update(swapped)).rejects.toThrow('tile/entries/001: its entries are not those of the tree');
    await update(files);
    await isGood(800);
  });

  it.each([0, 300])(
    'is not deceived by tiles and entries that agree with each other, after %i entries',
    async (size) => {
      const [files, forged] = [await logOf(800), await logOf(800, 300)];
      if (size > 0) await update(await logOf(size));
      const before = await snapshot();
      // A whole other log, under the checkpoint of this one.
      await expect(update(new Map(forged).set('checkpoint', files.get('checkpoint')!))).rejects.toThrow(
        'do not give its root',
      );
      expect(await snapshot()).toEqual(before);
      // One full tile with its entries, and one partial tile with its entries.
      for (const [tile, bundle] of [
        ['tile/0/002', 'tile/entries/002'],
        ['tile/0/003.p/32', 'tile/entries/003.p/32'],
      ] as const) {
        const mixed = new Map(files).set(tile, forged.get(tile)!).set(bundle, forged.get(bundle)!);
        await expect(update(mixed)).rejects.toThrow(
          tile.includes('.p') ? 'do not give its root' : `${tile}: its hashes`,
        );
        const now = await snapshot();
        expect([now.get(tile), now.get(bundle)]).toEqual([undefined, undefined]);
      }
      await update(files);
      await isGood(800);
    },
  );

  it('never overwrites: a wrong file in the folder is named', async () => {
    await update(await logOf(300));
    const wrong = Buffer.from('not a bundle');
    await writeFile(join(folder, 'tile/entries/001'), wrong);
    await expect(update(await logOf(512))).rejects.toThrow(/^tile\/entries\/001: .*in the folder: remove it/);
    expect(await readFile(join(folder, 'tile/entries/001'))).toEqual(wrong);
    await rm(join(folder, 'tile/entries/001'));
    await update(await logOf(512));
    await isGood(512);
  });

  it.each([
    [700, 1000, 699],
    [700, 1000, 0],
    [512, 1000, 511],
    [512, 1000, 0],
    [700, 700, 5],
    [700, 300, 299],
    [700, 256, 0],
    [700, 1, 0],
  ])('does not follow a fork: %i entries here, %i there, %i in common', async (here, there, same) => {
    await update(await logOf(here));
    const files = await logOf(there, same);
    const before = await snapshot();
    const failed = update(files);
    await expect(failed).rejects.toThrow(ForkError);
    await expect(failed).rejects.toMatchObject({
      ours: before.get('checkpoint')!.toString(),
      theirs: files.get('checkpoint')!.toString(),
    });
    expect(await snapshot()).toEqual(before);
  });

  it('stays where it is when the source is behind', async () => {
    await update(await logOf(700));
    const before = await snapshot();
    for (const size of [0, 1, 256, 300, 699])
      expect(await update(await logOf(size))).toMatchObject({ checkpoint: { size: 700 }, written: 0 });
    expect(await snapshot()).toEqual(before);
  });

  it('follows a rotated key through a checkpoint that both keys signed, and takes further signatures', async () => {
    await update(await logOf(300));
    await expect(update(await logOf(400, 400, [next]))).rejects.toThrow('no signature by a known key');
    const both = await logOf(300, 300, [key, next]);
    expect(await update(both)).toMatchObject({ from: 300, written: 0 });
    expect((await snapshot()).get('checkpoint')).toEqual(both.get('checkpoint'));
    await update(await logOf(400, 400, [next]), [next.vkey]);
    expect(await fsck(folder, [next.vkey])).toMatchObject({ ok: true, checkpoint: { size: 400 } });
  });

  it('takes no other log, and no unsigned one', async () => {
    const keys = [key.vkey, other.vkey];
    const foreign = await logOf(400, 400, [other], 'log.example/other');
    await expect(mirror(from(foreign), folder, keys, { origin: ORIGIN })).rejects.toThrow(
      'of the log log.example/other',
    );
    await update(await logOf(300));
    await expect(update(foreign, keys)).rejects.toThrow('of the log log.example/other, not of log.example/demo');
    await expect(update(foreign)).rejects.toThrow('no signature by a known key');
    await expect(update(new Map())).rejects.toThrow('checkpoint: missing');
    await isGood(300);
  });
});
