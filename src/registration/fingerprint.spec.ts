import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { BINS, fingerprintOf, sharedRows, similarity, type Fingerprint } from './fingerprint.js';
import { profile } from './quality-report.js';

/** The same as the statement of the database does, for rows that are numbers. */
function of(rows: Iterable<number>): Fingerprint {
  const bins = new Map<number, bigint>();
  const different = new Set(rows);
  for (const row of different) {
    const hash = createHash('md5').update(`row ${row}`).digest().readBigUInt64LE(8);
    const [bin, low] = [Number(hash & BigInt(BINS - 1)), hash >> 32n];
    if (low < (bins.get(bin) ?? 1n << 33n)) bins.set(bin, low);
  }
  return fingerprintOf(
    different.size,
    [...bins].map(([bin, low]) => ({ bin, low })),
  );
}
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('the estimate', () => {
  it('lies within its expected error of the true similarity', () => {
    const sizes = fc.record({
      left: fc.integer({ min: 0, max: 2000 }),
      both: fc.integer({ min: 0, max: 2000 }),
      right: fc.integer({ min: 0, max: 2000 }),
      start: fc.integer({ min: 0, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(sizes, ({ left, both, right, start }) => {
        fc.pre(left + both > 0 && both + right > 0);
        const a = of(range(start, start + left + both));
        const b = of(range(start + left, start + left + both + right));
        const true_ = both / (left + both + right);
        const used = Math.min(BINS, left + both + right);
        // Five standard errors, and what bins that two rows share add in small files.
        const error = 5 * Math.sqrt((true_ * (1 - true_)) / used) + 0.02;
        expect(Math.abs(similarity(a, b) - true_)).toBeLessThanOrEqual(error);
        expect(similarity(a, b)).toBe(similarity(b, a));
        const share = both / (left + both);
        const spread = error * ((a.rows + b.rows) / a.rows) * (1 + share);
        expect(Math.abs(sharedRows(a, b) - share)).toBeLessThanOrEqual(spread);
      }),
      { seed: 20_261_128, numRuns: 150 },
    );
  });

  it('is exact for the same rows, and for none', () => {
    expect(similarity(of(range(0, 500)), of(range(0, 500).toReversed()))).toBe(1);
    expect(similarity(of(range(0, 500)), of(range(500, 1000)))).toBe(0);
    expect(similarity(of([]), of([]))).toBe(0);
    expect(sharedRows(of(range(0, 100)), of(range(0, 1000)))).toBeGreaterThan(0.7);
  });

  it('finds what shares a third of its rows among what it is asked to compare', () => {
    for (let start = 0; start < 20_000; start += 1000) {
      const [a, b] = [of(range(start, start + 500)), of(range(start + 250, start + 750))];
      expect(a.bands.some((band) => b.bands.includes(band))).toBe(true);
    }
    const strangers = of(range(30_000, 30_500)).bands.filter((band) => of(range(0, 500)).bands.includes(band));
    expect(strangers).toEqual([]);
  });
});

describe('a file is recognised', () => {
  let directory: string;
  beforeAll(async () => (directory = await mkdtemp(join(tmpdir(), 'databourse-fingerprint-'))));
  afterAll(() => rm(directory, { recursive: true, force: true }));
  const read = async (content: string) => {
    const path = join(directory, createHash('md5').update(content).digest('hex'));
    await writeFile(path, content);
    return (await profile(path)).fingerprint;
  };
  const csv = 'city,trips\nGuangzhou,12\nShenzhen,15\nZhuhai,7\n';

  it.each([
    ['with its rows in another order', 'city,trips\nZhuhai,7\nGuangzhou,12\nShenzhen,15\n'],
    ['with a row twice', `${csv}Zhuhai,7\n`],
    ['with its columns in another order and under other names', 'n;town\n12;Guangzhou\n15;Shenzhen\n7;Zhuhai\n'],
    ['in other case and with blanks', 'city,trips\n GUANGZHOU,12\nshenzhen ,15\nzhuhai,7\n'],
    ['with numbers that are written otherwise', 'city,trips\nGuangzhou,12.0\nShenzhen,15.0\nZhuhai,7.0\n'],
    ['as JSON', '[{"city":"Guangzhou","trips":12},{"city":"Shenzhen","trips":15},{"city":"Zhuhai","trips":7}]'],
  ])('%s', async (_name, content) => {
    expect((await read(content)).bins).toEqual((await read(csv)).bins);
  });

  it('is fixed for ever: what is stored today is compared in years', async () => {
    const { bins, bands, rows } = await read(csv);
    expect(rows).toBe(3);
    expect(bins.flatMap((low, bin) => (low < 0 ? [] : [[bin, low]]))).toMatchInlineSnapshot(`
     [
       [
         7,
         736989621,
       ],
       [
         169,
         596909735,
       ],
       [
         241,
         1434413080,
       ],
     ]
    `);
    expect(bands).toHaveLength(BINS / 2);
  });

  it('but not after what it says changed', async () => {
    const other = await read('city,trips\nGuangzhou,12\nShenzhen,16\nZhuhai,8\n');
    expect(similarity(other, await read(csv))).toBe(0.2);
    expect(similarity(await read('a,b\n,x\n'), await read('a,b\nx,\n'))).toBe(1); // a row is a list without an order
  });
});
