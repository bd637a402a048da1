import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, version, type DuckDBConnection } from '@duckdb/node-api';
import type { QualityReport } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import { binsSql, fingerprintOf, type Fingerprint } from './fingerprint.js';
import { inspect, unreadable, type DataFile } from './data-file.js';

const COLUMNS_MAX = 2000;
const COLUMNS_AT_ONCE = 200;
const TEXT_MAX = 64;
const SECONDS_MAX = 60;

/** What the content says; its length and hash are known from the file store. */
export type Profile = Omit<QualityReport, 'bytes' | 'sha256'>;

export interface Measurement {
  readonly profile: Profile;
  readonly fingerprint: Fingerprint;
}

type Column = QualityReport['columns'][number];
interface Measured {
  readonly present: bigint;
  readonly column: Omit<Column, 'nullShare'>;
}

/**
 * Measures a data file: CSV (header row, RFC 4180), JSON (an array, or values one after the other) or Parquet. DuckDB
 * runs in this process with 512 MB, a bounded directory for what does not fit, and sees no other file.
 * @throws Refusal registration/unreadable-file, registration/profile-limit
 */
export async function profile(path: string, secondsMax = SECONDS_MAX): Promise<Measurement> {
  const file = await inspect(path);
  const scratch = await mkdtemp(join(tmpdir(), 'databourse-profile-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '512MB' });
  const connection = await instance.connect();
  const end = Date.now() + secondsMax * 1000;
  // Again and again: an interrupt between two statements has no effect.
  const timer = setInterval(() => Date.now() > end && connection.interrupt(), 50);
  try {
    for (const setting of confinement(path, scratch)) await connection.run(`SET ${setting}`);
    const { fingerprint, ...measured } = await measure(connection, file, path);
    return { profile: { ...measured, profiler: `DuckDB ${version()}` }, fingerprint };
  } catch (error) {
    throw asRefusal(error, secondsMax);
  } finally {
    clearInterval(timer);
    connection.closeSync();
    instance.closeSync();
    await rm(scratch, { recursive: true, force: true });
  }
}

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
const name = (column: string) => `"${column.replaceAll('"', '""')}"`;

const confinement = (path: string, scratch: string): string[] => [
  `temp_directory = ${quote(scratch)}`,
  "max_temp_directory_size = '4GB'",
  'autoinstall_known_extensions = false',
  'autoload_known_extensions = false',
  `allowed_paths = [${quote(path)}]`,
  'enable_external_access = false',
  'lock_configuration = true',
];

function reader(file: DataFile, path: string): string {
  if (file.format === 'PARQUET') return `read_parquet(${quote(path)})`;
  if (file.format === 'JSON')
    return `read_json(${quote(path)}, format = '${file.shape}', sample_size = -1, maximum_depth = 8, map_inference_threshold = -1)`;
  // Whatever is not said here, the reader would guess.
  return `read_csv(${quote(path)}, header = true, delim = ${quote(file.delimiter)}, quote = '"', escape = '"', comment = '',
    skip = 0, allow_quoted_nulls = false, sample_size = -1, strict_mode = true)`;
}

async function measure(connection: DuckDBConnection, file: DataFile, path: string) {
  if (file.format === 'CSV' && file.rows === 0) throw noRows();
  await connection.run(`CREATE TABLE data AS SELECT * FROM ${reader(file, path)}`);
  const described = await rowsOf(connection, 'SELECT column_name AS name, column_type AS type FROM (DESCRIBE data)');
  const known = described as { name: string; type: string }[];
  if (known.length > COLUMNS_MAX)
    throw new Refusal('registration/profile-limit', { what: `${known.length} > ${COLUMNS_MAX} columns` });
  const [counts] = await rowsOf(
    connection,
    'SELECT count(*) AS rows, (SELECT count(*) FROM (SELECT DISTINCT * FROM data)) AS kinds FROM data',
  );
  const { rows, kinds } = counts as { rows: bigint; kinds: bigint };
  if (rows === 0n) throw noRows();
  if (file.format === 'CSV' && rows !== BigInt(file.rows)) throw new Error(`${file.rows} records, ${rows} rows`);
  const measured: Measured[] = [];
  for (let i = 0; i < known.length; i += COLUMNS_AT_ONCE)
    measured.push(...(await measureColumns(connection, known.slice(i, i + COLUMNS_AT_ONCE))));
  const present = measured.reduce((sum, column) => sum + column.present, 0n);
  const bins = (await rowsOf(connection, binsSql(known))) as { bin: number; low: bigint }[];
  return {
    fingerprint: fingerprintOf(Number(kinds), bins),
    format: file.format,
    rows: Number(rows),
    columns: measured.map(({ column, present: n }) => ({ ...column, nullShare: share(rows - n, rows) })),
    duplicateRows: Number(rows - kinds),
    completeness: share(present, rows * BigInt(known.length)),
  };
}

async function measureColumns(
  connection: DuckDBConnection,
  columns: { name: string; type: string }[],
): Promise<Measured[]> {
  const bound = (of: string, type: string) => (isNested(type) ? 'NULL' : `left(CAST(${of} AS VARCHAR), ${TEXT_MAX})`);
  const asked = columns.map(({ name: column, type }, i) => {
    const c = name(column);
    return `count(${c}) AS n${i}, approx_count_distinct(${c}) AS d${i},
      ${bound(`min(${c})`, type)} AS lo${i}, ${bound(`max(${c})`, type)} AS hi${i}`;
  });
  const [row] = await rowsOf(connection, `SELECT ${asked.join(', ')} FROM data`);
  return columns.map((column, i) => ({
    present: row![`n${i}`] as bigint,
    column: {
      ...column,
      type: column.type.slice(0, 200),
      min: row![`lo${i}`] as string | null,
      max: row![`hi${i}`] as string | null,
      distinct: Number(row![`d${i}`]),
    },
  }));
}

const isNested = (type: string): boolean => /\]$|^(STRUCT|MAP|UNION|JSON|BLOB|BIT|VARIANT|GEOMETRY)/.test(type);

const rowsOf = async (connection: DuckDBConnection, sql: string): Promise<Record<string, unknown>[]> =>
  (await connection.runAndReadAll(sql)).getRowObjects();

/** Rounded half up to four decimals, without a float; a share that is not whole never reads as 0 or 1. */
export function share(part: bigint, whole: bigint): string {
  const rounded = (part * 20_000n + whole) / (2n * whole);
  const ten4 = part > 0n && rounded === 0n ? 1n : part < whole && rounded === 10_000n ? 9_999n : rounded;
  return `${ten4 / 10_000n}.${String(ten4 % 10_000n).padStart(4, '0')}`;
}

const noRows = (): Refusal => unreadable('文件没有数据行', 'the file has no rows of data');

/** What the reader says holds server paths and hints about its own options; only the place is of use. */
function asRefusal(error: unknown, secondsMax: number): unknown {
  if (error instanceof Refusal) return error;
  const { message = '' } = error as { message?: string };
  if (/^INTERRUPT/i.test(message)) return new Refusal('registration/profile-limit', { what: `${secondsMax} s` });
  if (/^Out of Memory|max_temp_directory_size/i.test(message))
    return new Refusal('registration/profile-limit', { what: '512 MB + 4 GB' });
  if (!/^(Invalid Input|Conversion|IO|Binder|Not implemented|Invalid|Serialization) Error/i.test(message)) return error;
  const place = /(?:Line: |in line |record\/value )(\d+)/.exec(message)?.[1];
  return place === undefined
    ? unreadable('内容与其格式不符,无法读取', 'the content does not follow its format and cannot be read')
    : unreadable(`第 ${place} 条记录附近无法读取`, `cannot be read near record ${place}`);
}
