import canonicalize from 'canonicalize';
import type { EntityMetadata, QueryRunner } from 'typeorm';
import { aggregateClasses, aggregateOf, type Aggregate } from '../platform/aggregate.js';
import { projections, type Row } from '../platform/projection.js';
import type { Fold } from './fold.js';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly generated: boolean;
  /** Place in the primary key, if any. */
  readonly key: number | null;
}
interface AuditedTable {
  /** `schema.table` */
  readonly name: string;
  /** `A`: it fires always. */
  readonly trigger: string;
  readonly columns: readonly Column[];
}

type ColumnMetadata = EntityMetadata['columns'][number];

const PAGE = 1000;

/** The tables whose changes need a leaf, as the database has it: those with the trigger `leaf_required`. */
export async function auditedTables(runner: QueryRunner): Promise<AuditedTable[]> {
  const tables = (await runner.query(
    `SELECT t.tgrelid::int AS oid, format('%s.%s', n.nspname, c.relname) AS name, t.tgenabled AS trigger
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE t.tgname = 'leaf_required' ORDER BY 2`,
  )) as { oid: number; name: string; trigger: string }[];
  const columns = (await runner.query(
    `SELECT a.attrelid::int AS oid, a.attname AS name, format_type(a.atttypid, NULL) AS type,
       a.attgenerated <> '' AS generated, array_position(i.indkey::int2[], a.attnum) AS key
     FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
     WHERE a.attrelid = ANY($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    [tables.map(({ oid }) => oid)],
  )) as (Column & { oid: number })[];
  return tables.map(({ oid, ...table }) => ({ ...table, columns: columns.filter((c) => c.oid === oid) }));
}

/** Compares every row with what the events gave; differences go to `fold`. Answers how many rows there are. */
export async function compareTables(runner: QueryRunner, tables: readonly AuditedTable[], fold: Fold): Promise<number> {
  const entities = new Map<string, EntityMetadata>();
  for (const aggregateClass of aggregateClasses().values()) {
    const metadata = runner.connection.getMetadata(aggregateClass);
    entities.set(`${metadata.schema ?? 'public'}.${metadata.tableName}`, metadata);
  }
  let rows = 0;
  for (const table of tables) {
    const entity = entities.get(table.name);
    const expected = entity ? new AggregateRows(entity, fold) : new ProjectedRows(fold.rows.get(table.name));
    if (table.trigger !== 'A') fold.differ(table.name, '', '', 'trigger leaf_required always on', 'switched off');
    for (const { name, generated } of table.columns)
      if (!generated && !expected.covers(name)) fold.differ(table.name, '', name, 'folded from events', 'by none');
    rows += await compareRows(runner, table, expected, fold);
  }
  const audited = new Set(tables.map(({ name }) => name));
  for (const name of [...entities.keys(), ...projections().keys()])
    if (!audited.has(name)) fold.differ(name, '', '', 'an audited table', 'none');
  return rows;
}

/** The rows that the events give. Those that nobody takes are those that the table lacks. */
interface ExpectedRows {
  covers(column: string): boolean;
  take(id: string): Row | undefined;
  /** Whether events of this row could not be folded: of it, no more is known than {@link take} gives. */
  isPartial(id: string): boolean;
  left(): Iterable<string>;
}

class AggregateRows implements ExpectedRows {
  private readonly aggregates: Map<string, Aggregate>;
  private readonly columns: ReadonlyMap<string, ColumnMetadata>;
  /** Streams that have events, though not all of them could be folded. */
  private readonly partial: Set<string>;

  constructor(
    private readonly entity: EntityMetadata,
    private readonly fold: Fold,
  ) {
    const own = [...fold.aggregates].filter(([, aggregate]) => aggregate.constructor === entity.target);
    const isOwn = (stream: string): boolean => aggregateOf(stream) === entity.target;
    this.partial = new Set([...fold.unknowable].filter(isOwn));
    this.aggregates = new Map(own.filter(([id]) => !this.partial.has(id)));
    this.columns = new Map(entity.columns.map((column) => [column.databaseName, column]));
  }

  covers(column: string): boolean {
    return this.columns.has(column);
  }

  take(id: string): Row | undefined {
    const aggregate = this.aggregates.get(id);
    this.aggregates.delete(id);
    if (this.partial.delete(id)) return { id, version: this.fold.versions.get(id) };
    return aggregate && Object.fromEntries(Array.from(this.columns, ([name, c]) => [name, this.value(aggregate, c)]));
  }

  isPartial(id: string): boolean {
    return this.fold.unknowable.has(id);
  }

  left(): Iterable<string> {
    return [...this.aggregates.keys(), ...this.partial];
  }

  /** What TypeORM would send to the database, but JSON as a value. */
  private value(aggregate: Aggregate, column: ColumnMetadata): unknown {
    if (column.type === 'json' || column.type === 'jsonb') return column.getEntityValue(aggregate, true) as unknown;
    const { driver } = this.entity.connection;
    return driver.preparePersistentValue(column.getEntityValue(aggregate), column) as unknown;
  }
}

class ProjectedRows implements ExpectedRows {
  constructor(private readonly rows: Map<string, Row> | undefined) {}

  covers(): boolean {
    return this.rows !== undefined;
  }

  take(id: string): Row | undefined {
    const row = this.rows?.get(id);
    this.rows?.delete(id);
    return row;
  }

  isPartial(): boolean {
    return false;
  }

  left(): Iterable<string> {
    return this.rows?.keys() ?? [];
  }
}

async function compareRows(
  runner: QueryRunner,
  { name: table, columns }: AuditedTable,
  expected: ExpectedRows,
  fold: Fold,
): Promise<number> {
  const key = columns.filter((c) => c.key !== null).toSorted((a, b) => a.key! - b.key!);
  const compared = columns.filter(({ name, generated }) => !generated && expected.covers(name));
  let rows = 0;
  for await (const row of readRows(runner, table, columns)) {
    rows += 1;
    const id = key.map(({ name }) => String(row[name])).join('/');
    const wanted = expected.take(id);
    if (!wanted) fold.differ(table, id, '', 'no row', 'a row');
    const isPartial = wanted !== undefined && expected.isPartial(id);
    if (isPartial) fold.leaveOut(table, id);
    for (const { name, type } of wanted ? compared : []) {
      if (isPartial && !(name in wanted!)) continue;
      const [should, is] = [normal(wanted![name], type), normal(row[name], type)];
      if (should !== is) fold.differ(table, id, name, should, is);
    }
  }
  for (const id of expected.left()) fold.differ(table, id, '', 'a row', 'no row');
  return rows;
}

async function* readRows(runner: QueryRunner, table: string, columns: readonly Column[]): AsyncGenerator<Row> {
  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  // A date must not pass through a Date: that would put it into this machine's time zone.
  const list = columns.map(({ name, type }) => (type === 'date' ? `${quoted(name)}::text` : quoted(name)));
  const from = table.split('.').map(quoted).join('.');
  await runner.query(`DECLARE audited CURSOR FOR SELECT ${list.join(', ')} FROM ${from}`);
  for (;;) {
    const page = (await runner.query(`FETCH ${PAGE} FROM audited`)) as Row[];
    yield* page;
    if (page.length < PAGE) break;
  }
  await runner.query('CLOSE audited');
}

/** The same text for the same value, however TypeORM, a projection or the driver hold it. */
function normal(value: unknown, type: string): string {
  if (value === null || value === undefined) return 'null';
  if (type.startsWith('timestamp')) return new Date(value as string | Date).toISOString();
  if (Buffer.isBuffer(value)) return value.toString('hex');
  return typeof value === 'object' || type.startsWith('json') ? (canonicalize(value) ?? '') : String(value as string);
}
