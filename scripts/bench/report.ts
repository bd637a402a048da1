/** One figure of a benchmark. A rate has a median with its spread, a latency (ms) its percentiles, a size only a value. */
export interface Result {
  readonly id: string;
  readonly metric: string;
  readonly median?: number;
  readonly min?: number;
  readonly max?: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly ofLimit?: { readonly name: string; readonly ratio: number } | null;
  readonly goal?: string;
  readonly met?: boolean;
  /** How far the goal is reached: 1 is just met, 2 is twice as good. */
  readonly ofGoal?: number;
  readonly verified: boolean;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** p50, p99 and the greatest of latencies in ms, by nearest rank. */
export function percentiles(values: readonly number[]): { p50: number; p99: number; max: number } {
  const sorted = Float64Array.from(values).toSorted();
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** A goal from below: the value must be at least `least`. */
export const atLeast = (value: number, least: number, goal = `≥ ${shown(least)}`) => ({
  goal,
  met: value >= least,
  ofGoal: rounded(value / least),
});

/** A goal from above: the value must be at most `most`. */
export const atMost = (value: number, most: number, goal = `≤ ${shown(most)}`) => ({
  goal,
  met: value <= most,
  ofGoal: rounded(most / value),
});

/** Three significant digits below 1000, whole numbers above. */
export const rounded = (value: number): number =>
  Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));

/** Every number of the report as far as it means something. */
export function tidied<T>(report: T): T {
  return JSON.parse(
    JSON.stringify(report, (_, value: unknown) => (typeof value === 'number' ? rounded(value) : value)),
  ) as T;
}

const BAR = 20;

/** Lines for people; a bar's middle mark is the goal. */
export function table(results: readonly Result[]): string {
  const rows = results.map((result) => [result.id, result.metric, figure(result), goalOf(result), bar(result)]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}

function figure({ median, min, max, p50, p99 }: Result): string {
  if (p50 !== undefined) return `p50 ${shown(p50)} p99 ${shown(p99!)} ms`;
  return `${shown(median!)}${min === undefined || min === max ? '' : ` (${shown(min)}–${shown(max!)})`}`;
}

function goalOf({ goal, met, ofLimit }: Result): string {
  const limit = ofLimit ? `${shown(ofLimit.ratio)} ${ofLimit.name}` : '';
  return [goal && `${met ? '✓' : '✗'} ${goal}`, limit].filter(Boolean).join(' · ');
}

function bar({ ofGoal }: Result): string {
  if (ofGoal === undefined) return '';
  const filled = Math.min(BAR, Math.round((BAR / 2) * ofGoal));
  const cells = '█'.repeat(filled).padEnd(BAR, '░');
  return `${cells.slice(0, BAR / 2)}|${cells.slice(BAR / 2)}`;
}

export const shown = (value: number): string => rounded(value).toLocaleString('en');
