import type { EntityManager, EntityMetadata } from 'typeorm';
import type { Aggregate } from './aggregate.js';
import { binaryArray } from './binary-array.js';

type AggregateClass<T extends Aggregate = Aggregate> = new () => T;

/** The statements for any number of rows of one table. They do not depend on how many: PostgreSQL plans them once. */
interface Table {
  readonly select: string;
  readonly insert: string;
  readonly update: string;
}
const tables = new WeakMap<EntityMetadata, Table>();

/** The rows with these ids, in no order; a missing one is missing. */
export async function readRows<T extends Aggregate>(
  manager: EntityManager,
  type: AggregateClass<T>,
  ids: readonly string[],
): Promise<T[]> {
  const rows: object[] = await manager.query(tableOf(manager, type).select, [binaryArray('text', ids)]);
  return rows.map((row) => Object.assign(new type(), row));
}

/** One statement; of one class. */
export async function insertRows(manager: EntityManager, rows: readonly Aggregate[]): Promise<void> {
  const type = rows[0]!.constructor as AggregateClass;
  await manager.query(tableOf(manager, type).insert, columnsOf(manager, type, rows));
}

/** One statement; of one class. @returns how many were written: those that are still in the version that was loaded */
export async function updateRows(manager: EntityManager, rows: readonly Aggregate[]): Promise<number> {
  const type = rows[0]!.constructor as AggregateClass;
  const loaded = rows.map(({ loadedVersion }) => loadedVersion);
  const [, count] = (await manager.query(tableOf(manager, type).update, [
    ...columnsOf(manager, type, rows),
    loaded,
  ])) as [unknown, number];
  return count;
}

function tableOf(manager: EntityManager, type: AggregateClass): Table {
  const metadata = manager.connection.getMetadata(type);
  const known = tables.get(metadata);
  if (known) return known;
  const path = metadata.tablePath.split('.').map(quoted).join('.');
  const columns = metadata.columns.map((column) => ({
    name: quoted(column.databaseName),
    property: quoted(column.propertyName),
    type: String(column.type),
  }));
  const names = columns.map(({ name }) => name).join(', ');
  const values = columns.map(({ name, type: sqlType }) => `u.${name}::${sqlType}`);
  const arrays = columns.map((_, i) => `$${i + 1}::text[]`).join(', ');
  const set = columns
    .map(({ name }, i) => `${name} = ${values[i]}`)
    .filter((_, i) => columns[i]!.name !== quoted('id'));
  const table = {
    select: `SELECT ${columns.map(({ name, property }) => `${name} AS ${property}`).join(', ')} FROM ${path} WHERE id = ANY($1::text[])`,
    insert: `INSERT INTO ${path} (${names}) SELECT ${values.join(', ')} FROM unnest(${arrays}) AS u (${names})`,
    update: `UPDATE ${path} t SET ${set.join(', ')} FROM unnest(${arrays}, $${columns.length + 1}::int[]) AS u (${names}, loaded_version)
      WHERE t.id = u.id AND t.version = u.loaded_version`,
  };
  tables.set(metadata, table);
  return table;
}

const quoted = (name: string): string => `"${name}"`;

/** Column by column, each value in PostgreSQL's text form. */
function columnsOf(manager: EntityManager, type: AggregateClass, rows: readonly Aggregate[]): Buffer[] {
  const { columns } = manager.connection.getMetadata(type);
  return columns.map(({ propertyName, type: sqlType }) =>
    binaryArray(
      'text',
      rows.map((row) =>
        textOf((row as unknown as Record<string, unknown>)[propertyName], sqlType === 'jsonb' || sqlType === 'json'),
      ),
    ),
  );
}

function textOf(value: unknown, json: boolean): string | null {
  if (value === null || value === undefined) return null;
  if (json) return JSON.stringify(value);
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : (value as number | boolean | bigint).toString();
}
