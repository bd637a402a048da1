import type { EntityManager, EntityMetadata } from 'typeorm';
import type { Aggregate } from './aggregate.js';
import { binaryArray } from './binary-array.js';
import type { DomainEvent } from './event.js';
import type { Statement } from './serializable.js';

type AggregateClass<T extends Aggregate = Aggregate> = new () => T;

interface Column {
  readonly property: string;
  readonly name: string;
  readonly type: string;
  /** False for what an aggregate only writes. */
  readonly isRead: boolean;
}

/** The statements for any number of rows of one table. They do not depend on how many: PostgreSQL plans them once. */
interface Table {
  readonly path: string;
  readonly columns: readonly Column[];
  readonly select: string;
  readonly hold: string;
  readonly insert: string;
}
const tables = new WeakMap<EntityMetadata, Table>();
type Values = Readonly<Record<string, unknown>>;
/** What a row held when it was read. Events replace values and never change them in place: in tests, doing so throws. */
const held = new WeakMap<Aggregate, Values>();
const kept = process.env['NODE_ENV'] === 'test' ? frozen : <T>(value: T): T => value;

/** The rows with these ids, in no order; a missing one is missing. */
export async function readRows<T extends Aggregate>(
  manager: EntityManager,
  type: AggregateClass<T>,
  ids: readonly string[],
): Promise<T[]> {
  const rows: Values[] = await manager.query(tableOf(manager, type).select, [binaryArray('text', ids)]);
  return rows.map((row) => {
    const aggregate = Object.assign(new type(), row);
    held.set(aggregate, kept(row));
    return aggregate;
  });
}

/** Locks the row against others that write it and those that read it `FOR SHARE`, until the transaction ends. */
export async function holdRow(manager: EntityManager, type: AggregateClass, id: string): Promise<void> {
  await manager.query(tableOf(manager, type).hold, [id]);
}

/** The row as the event that made the aggregate left it. */
export function foldRow<T extends Aggregate>(type: AggregateClass<T>, created: DomainEvent): T {
  const aggregate = new type();
  aggregate.apply(created, true);
  held.set(aggregate, kept(Object.assign({}, aggregate) as unknown as Values));
  return aggregate;
}

/** What inserts these rows of one class. */
export function insertOf(manager: EntityManager, rows: readonly Aggregate[]): Statement {
  const { insert, columns } = tableOf(manager, rows[0]!.constructor as AggregateClass);
  return { text: insert, values: valuesOf(columns, rows) };
}

/**
 * What updates these rows of one class: one statement, unless some of them set what is not read. It fails as a conflict (40001) unless all
 * of them are still in the version that was loaded.
 */
export function updatesOf(manager: EntityManager, rows: readonly Aggregate[]): Statement[] {
  const { columns } = tableOf(manager, rows[0]!.constructor as AggregateClass);
  const unread = columns.filter(({ isRead }) => !isRead);
  const alike = new Map<string, Aggregate[]>();
  for (const row of rows) {
    const set = unread.filter(({ property }) => valueOf(row, property) !== undefined).map(({ name }) => name);
    const others = alike.get(set.join());
    if (others) others.push(row);
    else alike.set(set.join(), [row]);
  }
  return [...alike.values()].map((some) => updateOf(manager, some));
}

/** With the columns that differ in any of the rows. */
function updateOf(manager: EntityManager, rows: readonly Aggregate[]): Statement {
  const { path, columns } = tableOf(manager, rows[0]!.constructor as AggregateClass);
  const changed = columns.filter(
    ({ property }) => property !== 'id' && rows.some((row) => held.get(row)?.[property] !== valueOf(row, property)),
  );
  const given = columns.filter((column) => column.property === 'id' || changed.includes(column));
  const text = `WITH written AS (
      UPDATE ${path} t SET ${changed.map(({ name, type }) => `${name} = u.${name}::${type}`).join(', ')}
      FROM ${unnest(given, ['loaded_version'])} WHERE t.id = u.id AND t.version = u.loaded_version::integer RETURNING 1
    ) SELECT platform.must_all_be_written(count(*), cardinality($1)) FROM written`;
  const loaded = rows.map(({ loadedVersion }) => String(loadedVersion));
  return { text, values: [...valuesOf(given, rows), binaryArray('text', loaded)] };
}

function tableOf(manager: EntityManager, type: AggregateClass): Table {
  const metadata = manager.connection.getMetadata(type);
  const known = tables.get(metadata);
  if (known) return known;
  const path = metadata.tablePath.split('.').map(quoted).join('.');
  const columns = metadata.columns.map((column) => ({
    property: column.propertyName,
    name: quoted(column.databaseName),
    type: String(column.type),
    isRead: column.isSelect,
  }));
  const read = columns.filter(({ isRead }) => isRead);
  const names = columns.map(({ name }) => name).join(', ');
  const table = {
    path,
    columns,
    select: `SELECT ${read.map(({ name, property }) => `${name} AS ${quoted(property)}`).join(', ')} FROM ${path} WHERE id = ANY($1::text[])`,
    hold: `SELECT FROM ${path} WHERE id = $1 FOR NO KEY UPDATE`,
    insert: `INSERT INTO ${path} (${names}) SELECT ${columns.map(({ name, type: to }) => `u.${name}::${to}`).join(', ')} FROM ${unnest(columns)}`,
  };
  tables.set(metadata, table);
  return table;
}

function unnest(columns: readonly Column[], more: readonly string[] = []): string {
  const names = [...columns.map(({ name }) => name), ...more];
  return `unnest(${names.map((_, i) => `$${i + 1}::text[]`).join(', ')}) AS u (${names.join(', ')})`;
}

const quoted = (name: string): string => `"${name}"`;

/** Column by column, each value in PostgreSQL's text form. */
const valuesOf = (columns: readonly Column[], rows: readonly Aggregate[]): Buffer[] =>
  columns.map(({ property, type }) =>
    binaryArray(
      'text',
      rows.map((row) => textOf(valueOf(row, property), type === 'jsonb' || type === 'json')),
    ),
  );

const valueOf = (row: Aggregate, property: string): unknown => (row as unknown as Values)[property];

function textOf(value: unknown, json: boolean): string | null {
  if (value === null || value === undefined) return null;
  if (json) return JSON.stringify(value);
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : (value as number | boolean | bigint).toString();
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}
