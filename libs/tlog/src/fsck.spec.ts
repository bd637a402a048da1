import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { jest } from '@jest/globals';
import {
  decodeBundle,
  emptyLog,
  encodeBundle,
  fsck,
  generateNoteKey,
  integrate,
  parseSkey,
  signCheckpoint,
  tilePath,
  urlSource,
  UnreachableError,
} from './index.js';
import type { FsckOptions, FsckReport, Source } from './index.js';

const ORIGIN = 'log.example/demo';
const key = generateNoteKey(ORIGIN);
const entry = (i: number): Buffer => Buffer.from(`{"entry":${i}}`);

/** A complete log in memory, by path. */
async function logOf(size: number, of: (i: number) => Buffer = entry): Promise<Map<string, Buffer>> {
  const { tiles, bundles, root } = integrate(
    emptyLog(),
    Array.from({ length: size }, (_, i) => of(i)),
  );
  const checkpoint = await signCheckpoint({ origin: ORIGIN, size, root }, [parseSkey(key.skey)]);
  return new Map([
    ['checkpoint', Buffer.from(checkpoint)],
    ...[...bundles, ...tiles].map((tile): [string, Buffer] => [tilePath(tile), tile.bytes]),
  ]);
}

const from =
  (files: Map<string, Buffer>): Source =>
  (path) =>
    Promise.resolve(files.get(path));
const check = (files: Map<string, Buffer>, options?: FsckOptions): Promise<FsckReport> =>
  fsck(from(files), [key.vkey], options);
const names = ({ faults }: FsckReport): string[] => faults.map(({ resource }) => resource);

function flip(files: Map<string, Buffer>, path: string, bit: number): Map<string, Buffer> {
  const bytes = Buffer.from(files.get(path)!);
  bytes[Math.floor(bit / 8)]! ^= 1 << (bit % 8);
  return new Map(files).set(path, bytes);
}

// Exhaustive loops: generous, because the machine may be busy.
jest.setTimeout(30_000);

describe('fsck', () => {
  it.each([0, 1, 255, 256, 257, 700, 65_536])('passes a good log of %i entries', async (size) => {
    const files = await logOf(size);
    const seen: string[] = [];
    const progress: number[] = [];
    const report = await check(files, {
      origin: ORIGIN,
      onEntry: (index, bytes) => void seen.push(`${index} ${Buffer.from(bytes).toString()}`),
      onProgress: (entries) => progress.push(entries),
    });
    expect(report).toMatchObject({ ok: true, faults: [], faultCount: 0, checkpoint: { size, origin: ORIGIN } });
    const bundles = Math.ceil(size / 256);
    expect(report.counts).toEqual({ entries: size, bundles, tiles: files.size - 1 - bundles });
    expect(seen).toHaveLength(size);
    expect(seen.filter((line, i) => line !== `${i} ${entry(i).toString()}`)).toEqual([]);
    expect(progress.at(-1) ?? 0).toBe(size);
  });

  it('names the resource with one flipped bit, whichever it is, and only that one', async () => {
    const files = await logOf(700);
    expect([...files.keys()].toSorted()).toEqual([
      'checkpoint',
      'tile/0/000',
      'tile/0/001',
      'tile/0/002.p/188',
      'tile/1/000.p/2',
      'tile/entries/000',
      'tile/entries/001',
      'tile/entries/002.p/188',
    ]);
    for (const [path, bytes] of files) {
      const step = path === 'checkpoint' ? 1 : 809;
      for (let bit = 0; bit < bytes.length * 8; bit += step) {
        expect([bit, names(await check(flip(files, path, bit)))]).toEqual([bit, [path]]);
      }
    }
  });

  it('names it in a tree of three levels too', async () => {
    const files = await logOf(66_000);
    for (const path of [
      'tile/2/000.p/1',
      'tile/1/000',
      'tile/1/001.p/1',
      'tile/0/255',
      'tile/0/256',
      'tile/entries/200',
    ]) {
      expect(names(await check(flip(files, path, 77)))).toEqual([path]);
    }
  });

  it('names several at once, in the order of the log, and hands over only proven entries', async () => {
    let files = await logOf(700);
    for (const path of ['tile/entries/002.p/188', 'tile/0/001', 'tile/1/000.p/2', 'tile/entries/000'])
      files = flip(files, path, 60);
    const seen = new Set<number>();
    const report = await check(files, { onEntry: (index) => void seen.add(index) });
    expect(names(report)).toEqual(['tile/1/000.p/2', 'tile/entries/000', 'tile/0/001', 'tile/entries/002.p/188']);
    expect(report.counts.entries).toBe(698);
    expect(seen).toEqual(new Set(Array.from({ length: 700 }, (_, i) => i).filter((i) => i !== 0 && i !== 512)));
  });

  it('names what is missing, cut or of another length', async () => {
    const files = await logOf(700);
    for (const [path, bytes] of files) {
      const gone = new Map(files);
      gone.delete(path);
      expect(await check(gone)).toMatchObject({ faults: [{ resource: path, reason: 'missing' }] });
      expect(names(await check(new Map(files).set(path, bytes.subarray(0, -1))))).toEqual([path]);
      expect(names(await check(new Map(files).set(path, Buffer.concat([bytes, Buffer.alloc(32)]))))).toEqual([path]);
    }
  });

  it('names an entry that was replaced together with its tile', async () => {
    const files = await logOf(700);
    const other = await logOf(700, (i) => (i === 300 ? Buffer.from('forged') : entry(i)));
    const forged = new Map(files);
    for (const path of ['tile/entries/001', 'tile/0/001']) forged.set(path, other.get(path)!);
    const report = await check(forged);
    expect(names(report)).toEqual(['tile/0/001', 'tile/entries/001']);
    expect(report.counts.entries).toBe(700 - 256);
  });

  it('names the checkpoint when a whole history was replaced, and proves no entry of it', async () => {
    const forged = await logOf(700, (i) => (i === 300 ? Buffer.from('forged') : entry(i)));
    forged.set('checkpoint', (await logOf(700)).get('checkpoint')!);
    const report = await check(forged, { onEntry: () => Promise.reject(new Error('no entry is proven')) });
    expect(names(report)).toEqual(['checkpoint']);
    expect(report.counts.entries).toBe(0);
  });

  it('refuses a checkpoint of another key, of another log, or of another size', async () => {
    const files = await logOf(300);
    const stranger = generateNoteKey(ORIGIN);
    expect(await fsck(from(files), [stranger.vkey])).toMatchObject({
      ok: false,
      checkpoint: undefined,
      faults: [{ resource: 'checkpoint' }],
    });
    expect(names(await check(files, { origin: 'log.example/other' }))).toEqual(['checkpoint']);
    const shorter = new Map(await logOf(300)).set('checkpoint', (await logOf(299)).get('checkpoint')!);
    expect((await check(shorter)).ok).toBe(false);
    const longer = new Map(await logOf(300)).set('checkpoint', (await logOf(301)).get('checkpoint')!);
    expect((await check(longer)).ok).toBe(false);
  });

  it('takes a partial tile that is gone from the full one', async () => {
    const [now, later] = [await logOf(300), await logOf(600)];
    const grown = new Map([
      ...later,
      ['checkpoint', now.get('checkpoint')!],
      ['tile/1/000.p/1', now.get('tile/1/000.p/1')!],
    ] as [string, Buffer][]);
    expect(await check(grown)).toMatchObject({ ok: true, counts: { entries: 300 } });
  });

  it('lists no more faults than asked for, but counts them', async () => {
    const files = await logOf(2000);
    for (const path of files.keys())
      if (path.includes('entries')) files.set(path, encodeBundle(decodeBundle(files.get(path)!).reverse()));
    expect(await check(files, { maxFaults: 3 })).toMatchObject({ faults: { length: 3 }, faultCount: 8 });
  });

  it('reads a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tlog-'));
    try {
      const files = await logOf(700);
      for (const [path, bytes] of files) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), bytes);
      }
      expect(await fsck(folder, [key.vkey])).toMatchObject({ ok: true, counts: { entries: 700 } });
      await rm(join(folder, 'tile/0/001'));
      expect(await fsck(folder, [key.vkey])).toMatchObject({ faults: [{ resource: 'tile/0/001', reason: 'missing' }] });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('urlSource', () => {
  const answering = (...responses: (() => Response)[]): typeof fetch => {
    return () => Promise.resolve((responses.length > 1 ? responses.shift()! : responses[0]!)());
  };

  it('reads a log over HTTP', async () => {
    const files = await logOf(300);
    const server = (url: unknown): Promise<Response> => {
      const bytes = files.get((url as string).replace('https://log.example/demo/', ''));
      return Promise.resolve(bytes ? new Response(new Uint8Array(bytes)) : new Response('none', { status: 404 }));
    };
    const source = urlSource('https://log.example/demo/', server);
    expect((await fsck(source, [key.vkey])).ok).toBe(true);
    files.delete('tile/0/000');
    expect(names(await fsck(source, [key.vkey]))).toEqual(['tile/0/000']);
  });

  it('tries again after a passing failure, not after a lasting one', async () => {
    const ok = (): Response => new Response('good');
    const busy = (): Response => new Response('', { status: 503 });
    await expect(urlSource('http://l', answering(busy, ok))('checkpoint', 10)).resolves.toEqual(Buffer.from('good'));
    const unanswered = urlSource('http://l', answering(busy))('checkpoint', 10);
    await expect(unanswered).rejects.toThrow(UnreachableError);
    await expect(unanswered).rejects.toThrow('HTTP 503');
    await expect(
      urlSource(
        'http://l',
        answering(() => new Response('', { status: 403 })),
      )('x', 10),
    ).rejects.toThrow('HTTP 403');
    await expect(urlSource('http://l', answering(ok))('checkpoint', 3)).rejects.toThrow('more than 3 bytes');
    const down: typeof fetch = () => Promise.reject(new TypeError('fetch failed'));
    await expect(fsck(urlSource('http://l', down), [key.vkey])).rejects.toThrow('cannot be reached: fetch failed');
  });
});
