import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { Refusal } from '../platform/refusal.js';
import { profile as measureFile, share } from './quality-report.js';

const profile = async (file: string, secondsMax?: number) => (await measureFile(file, secondsMax)).profile;

let directory: string;
let path: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quality-'));
  path = join(directory, 'no-extension');
});
afterAll(() => rm(directory, { recursive: true }));

const measure = async (content: string | Buffer) => {
  await writeFile(path, content);
  return profile(path);
};
const refusal = async (content: string | Buffer): Promise<string> => {
  try {
    await measure(content);
  } catch (error) {
    if (error instanceof Refusal) return error.faults[0]?.en ?? `${error.code} ${String(error.facts['what'])}`;
    throw error;
  }
  return 'read';
};

describe('what is measured', () => {
  it('CSV', async () => {
    expect(await measure('id,城市,n\r\n1,广州,1.5\r\n2,,2\r\n2,,2\r\n')).toEqual({
      format: 'CSV',
      rows: 3,
      columns: [
        { name: 'id', type: 'BIGINT', nullShare: '0.0000', min: '1', max: '2', distinct: 2 },
        { name: '城市', type: 'VARCHAR', nullShare: '0.6667', min: '广州', max: '广州', distinct: 1 },
        { name: 'n', type: 'DOUBLE', nullShare: '0.0000', min: '1.5', max: '2.0', distinct: 2 },
      ],
      duplicateRows: 1,
      completeness: '0.7778',
      profiler: expect.stringMatching(/^DuckDB v1\./),
    });
  });

  it.each([
    ['a byte order mark', '\ufeffa,b\n1,2\n', ['a', 'b']],
    ['semicolons', 'a;b\n1,5;2\n', ['a', 'b']],
    ['tabs', 'a\tb\n1\t2\n', ['a', 'b']],
    ['a quoted header with the delimiter of others', '"a;b;c;d",e\n1,2\n', ['a;b;c;d', 'e']],
    ['quotes, doubled quotes and line breaks inside', 'a,b\n"1\r\n2","x ""y"""\n', ['a', 'b']],
    ['a line that looks like a comment', 'a,b\n#1,2\n', ['a', 'b']],
    ['a header of numbers', '1,2\n3,4\n', ['1', '2']],
    ['one column', 'name\n张三\n', ['name']],
  ])('CSV with %s', async (_name, content, columns) => {
    const report = await measure(content);
    expect(report).toMatchObject({ format: 'CSV', rows: 1 });
    expect(report.columns.map(({ name }) => name)).toEqual(columns);
  });

  it.each([
    ['an array', '[{"a":1,"b":{"c":[1]}},{"a":1,"b":{"c":[1]}}]'],
    ['an array after a byte order mark', '\ufeff[{"a":1,"b":{"c":[1]}},{"a":1,"b":{"c":[1]}}]'],
    ['lines', '{"a":1,"b":{"c":[1]}}\n{"a":1,"b":{"c":[1]}}\n'],
    ['lines after a byte order mark', '\ufeff{"a":1,"b":{"c":[1]}}\n{"a":1,"b":{"c":[1]}}\n'],
  ])('JSON, %s, nested values too', async (_name, content) => {
    const report = await measure(content);
    expect(report).toMatchObject({ format: 'JSON', rows: 2, duplicateRows: 1, completeness: '1.0000' });
    expect(report.columns[1]).toMatchObject({ name: 'b', type: 'STRUCT(c BIGINT[])', min: null, max: null });
  });

  it('an empty field is missing, a quoted empty text is not', async () => {
    const { columns } = await measure('a,b\n"",1\n,2\n');
    expect(columns[0]).toMatchObject({ nullShare: '0.5000', min: '', distinct: 1 });
  });

  it('Parquet', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`COPY (SELECT range AS i, NULL::INT AS n FROM range(5)) TO '${path}' (FORMAT parquet)`);
    connection.closeSync();
    expect(await profile(path)).toMatchObject({ format: 'PARQUET', rows: 5, duplicateRows: 0, completeness: '0.5000' });
  });

  it('bounds the text of a bound', async () => {
    const { columns } = await measure(`a\n${'长'.repeat(1000)}\n`);
    expect(columns[0]!.max).toBe('长'.repeat(64));
  });
});

describe('what is refused, with its place', () => {
  const gbk = Buffer.from([0xb3, 0xc7, 0xca, 0xd0]);
  it.each<[string, string | Buffer, RegExp]>([
    ['an empty file', '', /empty/],
    ['a header only', 'a,b\n', /no rows/],
    ['no rows in JSON', '[]', /no rows/],
    ['latin1', Buffer.from('a,b\n1,caf\xe9\n', 'latin1'), /not UTF-8 from byte 9/],
    ['GBK', Buffer.concat([Buffer.from('a,b\n1,'), gbk, Buffer.from('\n')]), /not UTF-8 from byte 6/],
    ['UTF-16 LE with a byte order mark', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), /not UTF-8 from byte 0/],
    ['UTF-16 LE without', Buffer.from('a,b\n1,2\n', 'utf16le'), /byte 1 is NUL/],
    ['a character cut off at the end', Buffer.from('a\n城').subarray(0, -1), /not UTF-8 from byte 2/],
    [
      'a wrong byte far in',
      Buffer.concat([Buffer.from(`a\n${'中\n'.repeat(600_000)}`), Buffer.from([0xff])]),
      /byte 2400002/,
    ],
    ['a short row', 'a,b,c\n1,2,3\n1,2\n4,5,6\n', /line 3 has 2 fields, the header has 3/],
    ['a long row', 'a,b\n"1\n1",2\n1,2,3\n', /line 4 has 3 fields, the header has 2/],
    ['an open quote', 'a,b\n1,"2\n3,4\n', /quote in line 2 is never closed/],
    ['text after a quote', 'a,b\n1,"2"3\n', /line 2: text after a closing quote/],
    ['two kinds of line ends', 'a,b\r\n1,2\n', /line 2 ends differently/],
    ['a blank line for a header', '\na,b\n1,2\n', /no header/],
    ['broken JSON', '[{"a":1},{"a":]', /near record/],
    ['a JSON list that breaks off', '[{"a":1},\n', /the JSON list is not closed/],
    ['JSON with something after it', '{"a":1}\nhello\n', /near record/],
    ['a false Parquet', 'PAR1 and nothing', /does not follow its format/],
    ['a program', Buffer.from('7f454c4602010100000000', 'hex'), /NUL/],
    [
      'too many columns',
      `${Array.from({ length: 2001 }, (_, i) => `c${i}`).join()}\n${','.repeat(2000)}\n`,
      /2001 > 2000 columns/,
    ],
  ])('%s', async (_name, content, reason) => {
    expect(await refusal(content)).toMatch(reason);
  });

  it('whatever takes too long', async () => {
    await writeFile(path, `a\n${Array.from({ length: 3_000_000 }, (_, i) => i).join('\n')}\n`);
    await expect(profile(path, 0.05)).rejects.toMatchObject({ code: 'registration/profile-limit' });
  });
});

it('agrees with a plain count, whatever the cells hold', async () => {
  const cell = fc.option(fc.string({ unit: fc.constantFrom('a', 'b', '7', ',', '"', '\n', ' ', '#', '中', ';', '|') }));
  const table = fc
    .integer({ min: 2, max: 4 })
    .chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }),
    );
  await fc.assert(
    fc.asyncProperty(table, async (rows) => {
      const header = rows[0]!.map((_, i) => `h${i}`);
      const field = (value: string | null) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`);
      // Text for certain, so that "7" and "07" stay two values.
      const typed = rows.map((row) => row.map((value) => (value === null ? null : `x${value}`)));
      const report = await measure([header, ...typed.map((row) => row.map(field))].map((row) => row.join()).join('\n'));
      const kinds = new Set(typed.map((row) => JSON.stringify(row))).size;
      const nulls = header.map((_, i) => typed.filter((row) => row[i] === null).length);
      expect(report.rows).toBe(rows.length);
      expect(report.duplicateRows).toBe(rows.length - kinds);
      expect(report.columns.map(({ nullShare }) => nullShare)).toEqual(
        nulls.map((n) => share(BigInt(n), BigInt(rows.length))),
      );
    }),
    { numRuns: 60 },
  );
}, 60_000);

it('rounds a share half up, and never to all or nothing', () => {
  expect([share(1n, 3n), share(1n, 20_000n), share(3n, 20_000n)]).toEqual(['0.3333', '0.0001', '0.0002']);
  expect([share(0n, 9n), share(9n, 9n)]).toEqual(['0.0000', '1.0000']);
  expect([share(1n, 1_000_000n), share(999_999n, 1_000_000n)]).toEqual(['0.0001', '0.9999']);
});
