import pg from 'pg';
import { migrate } from '../../src/platform/data-source.js';

interface Table {
  readonly name: string;
  readonly columns: string;
}

/**
 * Fills an empty database with the content of another one, as a dump and its restore do: rows, sequences, schema. The
 * transaction ids of the other cluster come along in the rows; those of the new one are its own.
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  await migrate(to);
  const [source, target] = [new pg.Client(from), new pg.Client(to)];
  await Promise.all([source.connect(), target.connect()]);
  try {
    await source.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows: always } = await target.query<{ on: string; name: string }>(
      `SELECT tgrelid::regclass AS on, quote_ident(tgname) AS name FROM pg_trigger WHERE tgenabled = 'A'`,
    );
    for (const { on, name } of always) await target.query(`ALTER TABLE ${on} DISABLE TRIGGER ${name}`);
    await target.query('SET session_replication_role = replica'); // No foreign keys meanwhile.
    for (const table of await tablesOf(source)) await copyTable(source, target, table);
    const { rows: sequences } = await source.query<{ name: string; value: string }>(
      `SELECT format('%I.%I', schemaname, sequencename) AS name, last_value AS value FROM pg_sequences WHERE last_value IS NOT NULL`,
    );
    for (const { name, value } of sequences) await target.query('SELECT setval($1, $2)', [name, value]);
    await target.query('SET session_replication_role = origin');
    for (const { on, name } of always) await target.query(`ALTER TABLE ${on} ENABLE ALWAYS TRIGGER ${name}`);
  } finally {
    await Promise.all([source.end(), target.end()]);
  }
}

async function tablesOf(db: pg.Client): Promise<Table[]> {
  const { rows } = await db.query<Table>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name,
       (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema)'`,
  );
  return rows;
}

async function copyTable(source: pg.Client, target: pg.Client, { name, columns }: Table): Promise<void> {
  const { rows } = await source.query<{ all: string }>(
    `SELECT coalesce(json_agg(t), '[]')::text AS all FROM (SELECT ${columns} FROM ${name}) t`,
  );
  const present = await target.query(`SELECT FROM ${name} LIMIT 1`);
  if (present.rowCount! > 0) await target.query(`DELETE FROM ${name}`);
  await target.query(
    `INSERT INTO ${name} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM json_populate_recordset(NULL::${name}, $1)`,
    [rows[0]!.all],
  );
}
