import pg from 'pg';
import { sessionOptions, type DatabaseRole } from '../src/platform/data-source.js';
import { newId } from '../src/platform/id.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import { note } from './support/noted.js';
import { organisation } from './support/sales.js';

const APPEND = `ledger.append(ARRAY[gen_random_uuid()], ARRAY['tst_1'], ARRAY[1], ARRAY['test.noted.v1'], ARRAY['x'::bytea], ARRAY['{}'], ARRAY['x'::bytea])`;
const PLACE = `current_setting('databourse.leaf')`;
/** Ways to take a leaf back and to know still what it left for the guard. */
const TAKEN_BACK: Record<string, string> = {
  'a savepoint': `SAVEPOINT a; SELECT ${APPEND}; SELECT ${PLACE} AS place; ROLLBACK TO a`,
  'a savepoint around another': `SAVEPOINT a; SAVEPOINT b; SELECT ${APPEND}; RELEASE b; SELECT ${PLACE} AS place; ROLLBACK TO a`,
  'a savepoint within another': `SAVEPOINT a; SAVEPOINT b; SELECT ${APPEND}; SELECT ${PLACE} AS place; ROLLBACK TO b; RELEASE a`,
  'a savepoint, the guard having looked': `SAVEPOINT a; SELECT ${APPEND}; SELECT ${PLACE} AS place; SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK TO a`,
  'an exception': `DO $$ DECLARE place text; BEGIN
    BEGIN PERFORM ${APPEND}; place := ${PLACE}; RAISE 'back'; EXCEPTION WHEN raise_exception THEN END;
    PERFORM set_config('databourse.leaf', place, true);
  END $$; SELECT ${PLACE} AS place`,
};

let t: TestApp;
let open: pg.Client[] = [];
const operator: Who = { sub: newId('per'), org: newId('org'), roles: ['operator'] };

async function connect(role?: DatabaseRole): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: t.databaseUrl, ...(role && { options: sessionOptions(role) }) });
  await client.connect();
  open.push(client);
  return client;
}

describe('the database', () => {
  beforeEach(async () => {
    t = await startApp();
    const body = {
      code: 'A1',
      name: { zh: '甲', en: 'A' },
      type: 'EXCHANGE',
      parentId: null,
      operatorId: await organisation(t),
    };
    await t.as(operator).post('/v1/venues', body);
    await t.settle();
  });
  afterEach(async () => {
    await Promise.all(open.map((client) => client.end()));
    open = [];
    await t.close();
  });

  it.each(['databourse_app', 'databourse_owner'] as const)(
    'lets %s change no audited row without a leaf',
    async (role) => {
      const db = await connect(role);
      await expect(db.query(`UPDATE market.venue SET code = 'B1'`)).rejects.toThrow('without an event in the ledger');
      await db.query(`BEGIN; UPDATE market.venue SET code = 'B1'`);
      await expect(db.query('COMMIT')).rejects.toThrow('without an event in the ledger');
      await db.query(`BEGIN; SET LOCAL databourse.leaf = '(0,1)'; UPDATE market.venue SET code = 'B1'`);
      await expect(db.query('COMMIT')).rejects.toThrow('without an event in the ledger');
      await expect(db.query('DELETE FROM market.venue')).rejects.toThrow(/permission denied|does not allow DELETE/);
      await expect(db.query('TRUNCATE market.venue CASCADE')).rejects.toThrow(
        /permission denied|does not allow TRUNCATE/,
      );
    },
  );

  it.each(['certificates.certificate', 'registration.application'])(
    'asks each statement on %s, however it writes, for a leaf of its own transaction, which comes first and stays',
    async (table) => {
      const db = await connect();
      await db.query('SET session_replication_role = replica');
      const update = `UPDATE ${table} SET version = version`;
      const insert = `INSERT INTO ${table} (id) SELECT id FROM ${table}`;
      const refuses = (sql: string) => expect(db.query(sql)).rejects.toThrow('without an event in the ledger');
      for (const sql of [
        update,
        insert,
        `${insert} ON CONFLICT (id) DO UPDATE SET version = 1`,
        `MERGE INTO ${table} t USING ${table} s ON s.id = t.id WHEN MATCHED THEN UPDATE SET version = 1`,
        `WITH written AS (${update} RETURNING id) SELECT FROM written`,
        `DO $$ BEGIN ${update}; END $$`,
        `DELETE FROM ${table}`,
        `COPY ${table} FROM '/dev/null'`,
      ])
        await refuses(sql);
      await db.query('BEGIN');
      await note(db, 'tst_1', [1]);
      await db.query(update);
      await db.query('COMMIT');
      await refuses(update);
      await db.query('BEGIN; SAVEPOINT before');
      await note(db, 'tst_1', [2]);
      await db.query('ROLLBACK TO before');
      await refuses(update);
      await db.query(`ROLLBACK; BEGIN; SET LOCAL databourse.leaf = '(0,1)'`);
      await refuses(update);
    },
  );

  it.each(Object.entries(TAKEN_BACK).flatMap(([way, sql]) => [true, false].map((local) => ({ way, sql, local }))))(
    'takes no leaf that went back with $way, its place set again (local: $local)',
    async ({ sql, local }) => {
      const db = await connect('databourse_app');
      const refused = 'without an event in the ledger';
      await db.query(`BEGIN; UPDATE market.venue SET code = 'B1'`);
      const results = (await db.query(sql)) as unknown as pg.QueryResult<{ place?: string }>[];
      const place = results.flatMap(({ rows }) => rows).find((row) => row.place)?.place;
      await db.query(`SELECT set_config('databourse.leaf', $1, $2)`, [place, local]);
      await db.query('SAVEPOINT c');
      await expect(db.query('UPDATE registration.application SET version = version')).rejects.toThrow(refused);
      await db.query('ROLLBACK TO c');
      await expect(db.query('COMMIT')).rejects.toThrow(refused);
      expect((await db.query('SELECT code FROM market.venue')).rows).toEqual([{ code: 'A1' }]);
    },
  );

  it('takes no leaf of another transaction, nor one that an earlier generation wrote under the same id', async () => {
    const [db, root] = [await connect('databourse_app'), await connect()];
    const update = `UPDATE market.venue SET code = 'B1'`;
    await db.query(`BEGIN; SELECT ${APPEND}; SELECT set_config('databourse.leaf', ${PLACE}, false); COMMIT`);
    await expect(db.query(update)).rejects.toThrow('without an event in the ledger');
    await root.query('INSERT INTO ledger.generation VALUES (2)');
    for (const gen of [1, 2]) {
      await db.query('BEGIN');
      const { rows } = await db.query<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid');
      const written = await root.query<{ place: string }>(
        `INSERT INTO ledger.payload (event_id, gen, xid, seq, stream, version, type)
         VALUES (gen_random_uuid(), $1, $2, 0, 'tst_2', $1, 'test.noted.v1') RETURNING ctid::text AS place`,
        [gen, rows[0]!.xid],
      );
      await db.query(`SELECT set_config('databourse.leaf', $1, true)`, [written.rows[0]!.place]);
      await db.query(update);
      if (gen === 1) await expect(db.query('COMMIT')).rejects.toThrow('without an event in the ledger');
      else await db.query('COMMIT'); // Nothing but the generation was wrong.
    }
  });

  it('looks at the leaf without standing in the way of other commands', async () => {
    const [db, root] = [await connect('databourse_app'), await connect()];
    await root.query('ANALYZE ledger.payload'); // A table of one page, which it would be cheapest to read whole.
    await db.query(`BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT ${APPEND}; UPDATE market.venue SET code = 'B1'`);
    await db.query('UPDATE registration.application SET version = version; SET CONSTRAINTS ALL IMMEDIATE');
    const { rows } = await db.query<{ on: string }>(
      `SELECT DISTINCT relation::regclass::text AS on FROM pg_locks WHERE mode = 'SIReadLock' AND pid = pg_backend_pid()`,
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ on }) => /ledger\.(payload|intake)/.test(on))).toEqual([]);
    await db.query('COMMIT');
  });

  it('asks every audited table, always, whatever changes it', async () => {
    const db = await connect();
    const { rows } = await db.query<{ name: string; asks: string; insert: boolean; update: boolean; delete: boolean }>(
      `SELECT tgrelid::regclass::text AS name, tgenabled::text || CASE WHEN tgtype & 1 = 1 THEN ' rows' ELSE ' statements' END AS asks,
         tgtype & 4 > 0 AS insert, tgtype & 16 > 0 AS update, tgtype & 8 > 0 AS delete
       FROM pg_trigger WHERE tgname = 'leaf_required' ORDER BY 1`,
    );
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter((row) => !(row.insert && row.update && row.delete))).toEqual([]);
    expect(rows.filter(({ asks }) => asks !== 'A rows').map(({ name, asks }) => [name, asks])).toEqual([
      ['certificates.certificate', 'A statements'],
      ['registration.application', 'A statements'],
    ]);
  });

  it.each([
    ['the owner', 'databourse_owner'],
    ['a superuser', undefined],
  ] as const)('refuses even %s to rewrite the ledger', async (_, role) => {
    const db = await connect(role);
    await db.query('SET session_replication_role = replica').catch(() => undefined);
    for (const sql of [
      `UPDATE ledger.intake SET leaf = 'x'`,
      'DELETE FROM ledger.intake',
      'TRUNCATE ledger.intake',
      'DELETE FROM ledger.intake_0',
      `UPDATE ledger.intake_3 SET slot = 3`,
      `UPDATE ledger.tile SET hashes = sha256('x')`,
      'DELETE FROM ledger.tile',
      `UPDATE ledger.bundle SET data = 'x'`,
      'TRUNCATE ledger.bundle',
      'UPDATE ledger.head SET size = size - 1',
      'DELETE FROM ledger.head',
      `UPDATE ledger.checkpoint SET note = 'x'`,
      'DELETE FROM ledger.checkpoint',
      `UPDATE ledger.payload SET payload = '{}'`,
      'DELETE FROM ledger.payload',
    ])
      await expect(db.query(sql)).rejects.toThrow(/does not allow|only grows|only be erased/);
  });

  it.each(['databourse_app', 'databourse_auditor', 'databourse_sequencer'] as const)(
    'gives %s no more than its work',
    async (role) => {
      const db = await connect(role);
      const tables = ['intake', 'intake_0', 'payload', 'head', 'tile', 'bundle', 'checkpoint', 'generation'];
      tables.push('cosignature', 'log_keeping');
      const { rows: rights } = await db.query<{ may: string }>(
        `SELECT coalesce(string_agg(left(r, 1), '' ORDER BY i) FILTER (WHERE has_table_privilege('ledger.' || t, r)), '') AS may
         FROM unnest($1::text[]) WITH ORDINALITY t (t, n), unnest($2::text[]) WITH ORDINALITY r (r, i) GROUP BY n ORDER BY n`,
        [tables, ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']],
      );
      expect(rights.map(({ may }) => may)).toEqual(
        {
          databourse_app: ['', '', 'S', 'S', 'S', 'S', 'S', 'S', 'SI', 'SIU'],
          databourse_auditor: ['S', '', 'S', 'S', 'S', 'S', 'S', 'S', 'S', 'S'],
          databourse_sequencer: ['S', '', '', 'SU', 'SIU', 'SIU', 'SI', 'S', '', ''],
        }[role],
      );
      const { rows } =
        await db.query(`SELECT has_function_privilege('ledger.append(uuid[],text[],int[],text[],bytea[],text[],bytea[])', 'EXECUTE') AS append,
      has_function_privilege('ledger.rotate()', 'EXECUTE') AS rotate`);
      expect(rows).toEqual([{ append: role === 'databourse_app', rotate: role === 'databourse_sequencer' }]);
    },
  );
});
