import pg from 'pg';
import { sessionOptions, type DatabaseRole } from '../src/platform/data-source.js';
import { newId } from '../src/platform/id.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import { organisation } from './support/sales.js';

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
      await db.query(`BEGIN; SET LOCAL databourse.leaf = 'guessed'; UPDATE market.venue SET code = 'B1'`);
      await expect(db.query('COMMIT')).rejects.toThrow('without an event in the ledger');
      await expect(db.query('DELETE FROM market.venue')).rejects.toThrow(/permission denied|does not allow DELETE/);
      await expect(db.query('TRUNCATE market.venue CASCADE')).rejects.toThrow(
        /permission denied|does not allow TRUNCATE/,
      );
    },
  );

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
      const tables = ['intake', 'intake_0', 'payload', 'head', 'tile', 'bundle', 'checkpoint', 'secret', 'generation'];
      tables.push('cosignature', 'log_keeping');
      const { rows: rights } = await db.query<{ may: string }>(
        `SELECT coalesce(string_agg(left(r, 1), '' ORDER BY i) FILTER (WHERE has_table_privilege('ledger.' || t, r)), '') AS may
         FROM unnest($1::text[]) WITH ORDINALITY t (t, n), unnest($2::text[]) WITH ORDINALITY r (r, i) GROUP BY n ORDER BY n`,
        [tables, ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']],
      );
      expect(rights.map(({ may }) => may)).toEqual(
        {
          databourse_app: ['', '', 'S', 'S', 'S', 'S', 'S', '', 'S', 'SI', 'SIU'],
          databourse_auditor: ['S', '', 'S', 'S', 'S', 'S', 'S', '', 'S', 'S', 'S'],
          databourse_sequencer: ['S', '', '', 'SU', 'SIU', 'SIU', 'SI', '', 'S', '', ''],
        }[role],
      );
      const { rows } =
        await db.query(`SELECT has_function_privilege('ledger.append(uuid[],text[],int[],text[],bytea[],text[],bytea[])', 'EXECUTE') AS append,
      has_function_privilege('ledger.token()', 'EXECUTE') AS token,
      has_function_privilege('ledger.rotate()', 'EXECUTE') AS rotate`);
      expect(rows).toEqual([
        { append: role === 'databourse_app', token: false, rotate: role === 'databourse_sequencer' },
      ]);
    },
  );
});
