import { decodeBundle, leafHash, Tree } from '@app/tlog';
import type { DataSource, QueryRunner } from 'typeorm';
import type { LogEntry } from '../platform/log.js';
import { auditedTables, compareTables } from './compare-tables.js';
import { Fold, type Difference, type StoredPayload, type Uncompared } from './fold.js';

export interface ReplayReport {
  /** Events folded; those that wait for the sequencer are among them. */
  readonly events: number;
  /** Events without a payload; one that no event erased is a difference. */
  readonly erased: number;
  /** Rows of streams with an erased payload: there they are and in their version, more cannot be told. At most 1000 listed. */
  readonly uncompared: readonly Uncompared[];
  readonly uncomparedCount: number;
  /** Rows found, in how many audited tables. */
  readonly rows: number;
  readonly tables: number;
  /** At most 1000 of `differenceCount`. */
  readonly differences: readonly Difference[];
  readonly differenceCount: number;
}

interface Head {
  readonly size: string;
  readonly root: Buffer;
  readonly gen: number;
  readonly xid: string;
  readonly seq: string;
}

const BUNDLES_AT_ONCE = 16;

/**
 * Folds every event from the first leaf and compares the result with every row of every audited table: what differs was
 * not done by an event. It reads one snapshot of the database, so the service may run meanwhile. What the events give is
 * kept in memory.
 * @param onProgress told how many events are folded, and the size of the log
 */
export async function replay(
  dataSource: DataSource,
  onProgress: (events: number, size: number) => void = () => undefined,
): Promise<ReplayReport> {
  const runner = dataSource.createQueryRunner();
  await runner.connect();
  try {
    await runner.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // Before the snapshot is taken: what waits in it must not be sequenced and rotated away before it is read.
    await runner.query('LOCK TABLE ledger.intake IN ACCESS SHARE MODE');
    const fold = new Fold();
    const head = await foldLog(runner, fold, onProgress);
    await foldWaiting(runner, fold, head);
    await findStrayPayloads(runner, fold);
    fold.compareErasures();
    const tables = await auditedTables(runner);
    const rows = await compareTables(runner, tables, fold);
    const { events, erased, uncompared, uncomparedCount, differences, differenceCount } = fold;
    const found = { differences, differenceCount, uncompared, uncomparedCount };
    return { events, erased, rows, tables: tables.length, ...found };
  } finally {
    await runner.query('ROLLBACK').catch(() => undefined);
    await runner.release();
  }
}

async function foldLog(
  runner: QueryRunner,
  fold: Fold,
  onProgress: (events: number, size: number) => void,
): Promise<Head> {
  const [head] = (await runner.query('SELECT size, root, gen, xid, seq FROM ledger.head')) as [Head];
  const tree = new Tree();
  for (let n = 0; ; n += BUNDLES_AT_ONCE) {
    const bundles = (await runner.query('SELECT data FROM ledger.bundle WHERE n >= $1 AND n < $2 ORDER BY n', [
      n,
      n + BUNDLES_AT_ONCE,
    ])) as { data: Buffer }[];
    if (bundles.length === 0) break;
    const leaves = bundles.flatMap(({ data }) => decodeBundle(data));
    for (const leaf of leaves) tree.append(leafHash(leaf));
    await foldLeaves(runner, fold, leaves);
    onProgress(fold.events, Number(head.size));
  }
  if (Number(head.size) !== tree.size) fold.differ('ledger.head', '', 'size', tree.size, head.size);
  if (!head.root.equals(tree.root))
    fold.differ('ledger.head', '', 'root', tree.root.toString('hex'), head.root.toString('hex'));
  return head;
}

/**
 * Events that no leaf index belongs to yet, but whose rows are in the snapshot. In every single stream the order of the
 * intake's keys is the order of its versions, because the transactions were SERIALIZABLE.
 */
async function foldWaiting(runner: QueryRunner, fold: Fold, { gen, xid, seq }: Head): Promise<void> {
  const rows = (await runner.query(
    'SELECT leaf FROM ledger.intake WHERE (gen, xid, seq) > ($1, $2::xid8, $3::bigint) ORDER BY gen, xid, seq',
    [gen, xid, seq],
  )) as { leaf: Buffer }[];
  await foldLeaves(
    runner,
    fold,
    rows.map(({ leaf }) => leaf),
  );
}

async function foldLeaves(runner: QueryRunner, fold: Fold, leaves: readonly Uint8Array[]): Promise<void> {
  const entries = leaves.map((leaf) => JSON.parse(Buffer.from(leaf).toString()) as Omit<LogEntry, 'leafIndex'>);
  const rows = (await runner.query(
    'SELECT event_id, stream, version, type, salt, payload FROM ledger.payload WHERE event_id = ANY($1)',
    [entries.map(({ id }) => id)],
  )) as StoredPayload[];
  const stored = new Map(rows.map((row) => [row.event_id, row]));
  for (const entry of entries) fold.take(entry, stored.get(entry.id));
}

/** Payloads that no leaf vouches for: their versions lie beyond those of their streams in the log. */
async function findStrayPayloads(runner: QueryRunner, fold: Fold): Promise<void> {
  const [{ count }] = (await runner.query('SELECT count(*)::int AS count FROM ledger.payload')) as [{ count: number }];
  if (count === fold.events) return;
  const rows = (await runner.query('SELECT event_id, stream, version FROM ledger.payload')) as StoredPayload[];
  for (const { event_id, stream, version } of rows)
    if (version > (fold.versions.get(stream) ?? 0)) fold.differ('ledger.payload', event_id, '', 'no payload', 'one');
}
