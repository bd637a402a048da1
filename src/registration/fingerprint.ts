import { createHash } from 'node:crypto';

/*
 * What a data file is recognised by: a MinHash of its rows by one permutation. Each row, written in a normal form, is
 * hashed once (64 bits of MD5, the same on every machine and in every year); the low bits choose one of BINS, and of each
 * bin the smallest value is kept. Every row is read, no sample is taken: memory is bounded by the bins, and time by that
 * of the measurement. The share of equal bins among those that are not empty on both sides estimates the Jaccard
 * similarity of the two sets of rows (Li, Owen, Zhang 2012) with a standard error of at most 1/sqrt(BINS - 1) or so.
 * Of 64 bits 32 are kept: enough to compare, and too few to tell which rows they stand for.
 */
export const BINS = 256;
/** Bins of a band: two files meet in a band with the square of their similarity; a third of the rows is found for sure. */
const BAND = 2;
const EMPTY = -1;

/** `rows` counts different rows; `bins`: the smallest hash of each, -1 for none; `bands`: what alike files share. */
export interface Fingerprint {
  readonly method: 'minhash-1';
  readonly rows: number;
  readonly bins: readonly number[];
  readonly bands: readonly string[];
}

const NUMERIC = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)/;
const name = (column: string) => `"${column.replaceAll('"', '""')}"`;

/** A cell in normal form: numbers as numbers whatever their type, text without surrounding blanks and case. */
function cell({ name: column, type }: { name: string; type: string }): string {
  const value = NUMERIC.test(type) ? `CAST(${name(column)} AS DOUBLE)` : name(column);
  return `coalesce(lower(trim(CAST(${value} AS VARCHAR))), chr(0))`;
}

/**
 * The bins of the table `data`. A row is the sorted list of its cells, so that neither the order of columns nor their
 * names matter, nor the format of the file.
 */
export function binsSql(columns: readonly { name: string; type: string }[]): string {
  const row = `array_to_string(list_sort([${columns.map(cell).join(', ')}]), chr(31))`;
  return `SELECT CAST(h & ${BINS - 1} AS INTEGER) AS bin, CAST(min(h >> 32) AS BIGINT) AS low
    FROM (SELECT md5_number_lower(${row}) AS h FROM data) GROUP BY bin`;
}

export function fingerprintOf(rows: number, found: readonly { bin: number; low: bigint }[]): Fingerprint {
  const bins = Array.from({ length: BINS }, () => EMPTY);
  for (const { bin, low } of found) bins[bin] = Number(low);
  return { method: 'minhash-1', rows, bins, bands: bandsOf(bins) };
}

/** An empty bin borrows from the next one that is not, with its distance; a band is two bins, hashed. */
function bandsOf(bins: readonly number[]): string[] {
  const filled = bins.map((_, i) => {
    const distance = bins.findIndex((__, d) => bins[(i + d) % bins.length] !== EMPTY);
    return `${bins[(i + distance) % bins.length]}+${distance}`;
  });
  const bands = filled.flatMap((_, i) => (i % BAND === 0 ? [`${i}:${filled.slice(i, i + BAND).join()}`] : []));
  return [...new Set(bands.map((band) => createHash('sha256').update(band).digest('base64url').slice(0, 11)))];
}

/** The estimated share of rows, of all rows of both, that stand in both; 0 to 1. */
export function similarity(a: Pick<Fingerprint, 'bins'>, b: Pick<Fingerprint, 'bins'>): number {
  const present = a.bins.filter((low, i) => low !== EMPTY || b.bins[i] !== EMPTY).length;
  const equal = a.bins.filter((low, i) => low !== EMPTY && low === b.bins[i]).length;
  return present === 0 ? 0 : equal / present;
}

/** The estimated share of the rows of `a` that stand in `b`, too; 0 to 1. */
export function sharedRows(a: Fingerprint, b: Fingerprint): number {
  const j = similarity(a, b);
  return Math.min(1, (j * (a.rows + b.rows)) / ((1 + j) * a.rows));
}
