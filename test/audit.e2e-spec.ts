import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateNoteKey } from '@app/tlog';
import pg from 'pg';
import { audit } from '../scripts/audit.js';
import { newId } from '../src/platform/id.js';
import { projection } from '../src/platform/projection.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import { note, Noted } from './support/noted.js';

projection('noted.text', {
  of: [Noted],
  fold: ({ text }, rows, { stream, version, occurredAt }) =>
    void rows.set(`${stream}/${version}`, { stream, version, text, length: String(text.length), at: occurredAt }),
});

let t: TestApp;
let superuser: pg.Client;
let url: string;
const operator: Who = { sub: newId('per'), org: newId('org'), roles: ['operator'] };

beforeEach(async () => {
  t = await startApp();
  url = await t.app.getUrl();
  superuser = new pg.Client(t.databaseUrl);
  await superuser.connect();
  await superuser.query(`CREATE SCHEMA noted AUTHORIZATION databourse_owner; SET ROLE databourse_owner;
    CREATE TABLE noted.text (stream text, version integer, text text, length bigint, at timestamptz,
      shout text GENERATED ALWAYS AS (upper(text)) STORED, PRIMARY KEY (stream, version));
    SELECT platform.audit('noted.text'); SELECT platform.open_schema('noted'); RESET ROLE`);
});
afterEach(async () => {
  await superuser.end();
  await t.close();
});

async function run(...args: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const out = { write: (chunk: string) => void (text += chunk) };
  return { code: await audit(args, { DATABASE_URL: t.databaseUrl }, out), text };
}
const replay = () => run('replay', '--database', t.databaseUrl);
const venue = async (code: string): Promise<string> => {
  const name = { zh: '演示交易所', en: 'Demonstration exchange' };
  const body = { code, name, type: 'EXCHANGE', parentId: null, operatorId: newId('org') };
  return (await t.as(operator).post('/v1/venues', body)).body.id;
};
async function fill(count: number): Promise<void> {
  await note(
    superuser,
    'tst_1',
    Array.from({ length: count }, (_, i) => i + 1),
  );
  await t.settle();
}
function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

const RESOURCES = [
  'checkpoint',
  'tile/0/000',
  'tile/0/001.p/44',
  'tile/1/000.p/1',
  'tile/entries/000',
  'tile/entries/001.p/44',
];

describe('verify', () => {
  it('checks the log of a service, key taken from it or given', async () => {
    await fill(300);
    const vkey = (await t.as(operator).get('/log/key')).text.trim();
    const trusting = await run('verify', '--url', url);
    expect(trusting).toMatchObject({ code: 0 });
    expect(trusting.text).toContain('verified: 300 entries');
    expect(trusting.text).toContain('trusted on first use');
    const knowing = await run('verify', '--url', `${url}/log`, '--vkey', vkey);
    expect(knowing).toMatchObject({ code: 0 });
    expect(knowing.text).not.toContain('trusted on first use');
    const stranger = generateNoteKey('databourse.local/log').vkey;
    expect(await run('verify', '--url', url, '--vkey', stranger)).toMatchObject({ code: 1 });
  });

  it.each(RESOURCES)('names %s as served with one flipped bit', async (path) => {
    await fill(300);
    const liar = await startLiar(url, `/log/${path}`, 77);
    try {
      const { code, text } = await run('verify', '--url', liar.url);
      expect([code, text.match(/^错误 \/ wrong {3}(\S+):/gm)]).toEqual([1, [`错误 / wrong   ${path}:`]]);
    } finally {
      liar.server.close();
    }
  });

  it('names each of the exported files with one flipped bit, and finds nothing in a good copy', async () => {
    await fill(300);
    const dir = await mkdtemp(join(tmpdir(), 'databourse-export-'));
    try {
      expect(await run('export', '--url', url, '--dir', join(dir, 'good'))).toMatchObject({ code: 0 });
      expect(await run('verify', '--dir', join(dir, 'good'))).toMatchObject({ code: 0 });
      const names = await readdir(join(dir, 'good'), { recursive: true, withFileTypes: true });
      expect(names.filter((name) => name.isFile())).toHaveLength(RESOURCES.length + 1);
      for (const path of RESOURCES) {
        await cp(join(dir, 'good'), join(dir, 'bad'), { recursive: true });
        const file = join(dir, 'bad', path);
        await writeFile(file, flipped(await readFile(file), 77));
        const { code, text } = await run('verify', '--dir', join(dir, 'bad'));
        expect([code, text.match(/^错误 \/ wrong {3}(\S+):/gm)]).toEqual([1, [`错误 / wrong   ${path}:`]]);
      }
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it.each([
    [''],
    ['nothing'],
    ['verify'],
    ['verify', '--url', 'x', '--dir', 'y'],
    ['export', '--url', 'http://127.0.0.1:1'],
    ['replay', '--vkey', 'x'],
    ['verify', '--what'],
  ])('explains itself when it is asked to %s %s', async (...args) => {
    const { code, text } = await run(...args);
    expect(code).toBe(2);
    expect(text).toContain('usage: npm run audit');
  });

  it('says when the log cannot be reached', async () => {
    const { code, text } = await run('verify', '--url', 'http://127.0.0.1:1');
    expect([code, text]).toEqual([1, expect.stringContaining('cannot be reached')]);
  });
});

/** Passes a service on, but with one bit of one resource flipped. */
async function startLiar(of: string, path: string, bit: number): Promise<{ server: Server; url: string }> {
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const answer = await fetch(`${of}${incoming.url}`);
      const bytes = Buffer.from(await answer.arrayBuffer());
      outgoing.statusCode = answer.status;
      outgoing.end(incoming.url === path ? flipped(bytes, bit) : bytes);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('replay', () => {
  /** A change behind the ledger's back: only a superuser or the owner can switch the triggers off. */
  async function tamper(table: string, sql: string, parameters: unknown[] = []): Promise<void> {
    await superuser.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
    await superuser.query(sql, parameters);
    await superuser.query(`ALTER TABLE ${table} ENABLE TRIGGER ALL`);
    for (const trigger of ['leaf_required', 'no_delete', 'no_truncate'])
      await superuser.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${trigger}`).catch(() => undefined);
  }
  const differences = (text: string): string[] =>
    Array.from(text.matchAll(/^差异 \/ difference {2}(.*)$/gm), ([, difference]) => difference!.trim());
  const write = async (stream: string, version: number): Promise<void> => {
    await superuser.query('BEGIN');
    await note(superuser, stream, [version]);
    const text = `${stream} ${version}`;
    await superuser.query('INSERT INTO noted.text (stream, version, text, length, at) VALUES ($1, $2, $3, $4, $5)', [
      stream,
      version,
      text,
      text.length,
      '2026-01-02T03:04:05.678Z',
    ]);
    await superuser.query('COMMIT');
  };
  let venues: string[];
  beforeEach(async () => {
    venues = [await venue('A1'), await venue('A2')];
    await t.as(operator).post('/v1/demonstration/clock', { byMs: 1000, reason: 'test' });
    await t.settle();
    await write('tst_1', 1);
    await write('tst_1', 2);
  });

  it('finds no difference where there is none, with and without events that wait for the sequencer', async () => {
    const before = await replay();
    expect(before.text).toContain('replayed: no difference');
    expect(before.code).toBe(0);
    await t.settle();
    expect(await replay()).toEqual(before);
  });

  it('names the row and the column that was changed', async () => {
    await tamper('market.venue', `UPDATE market.venue SET name = '{"zh":"甲","en":"A"}' WHERE id = $1`, [venues[1]]);
    const { code, text } = await replay();
    expect([code, differences(text)]).toEqual([1, [`market.venue ${venues[1]} name`]]);
    expect(text).toContain('expected {"en":"Demonstration exchange","zh":"演示交易所"}');
    expect(text).toContain('actual   {"en":"A","zh":"甲"}');
    expect(text).toContain('replayed: 1 difference ');
  });

  it('names every column of an aggregate that is changed', async () => {
    const changes = { version: '7', code: `'XX'`, operator_id: `'org_x'`, type: `'BASE', parent_id = id` };
    for (const [column, value] of Object.entries(changes)) {
      await superuser.query('CREATE TABLE public.kept AS SELECT * FROM market.venue');
      await tamper('market.venue', `UPDATE market.venue SET ${column} = ${value} WHERE id = $1`, [venues[0]]);
      const named = differences((await replay()).text);
      expect(named).toContain(`market.venue ${venues[0]} ${column}`);
      expect(named).toHaveLength(column === 'type' ? 2 : 1);
      await tamper(
        'market.venue',
        `UPDATE market.venue v SET (version, code, operator_id, type, parent_id) =
           (SELECT version, code, operator_id, type, parent_id FROM public.kept k WHERE k.id = v.id)`,
      );
      await superuser.query('DROP TABLE public.kept');
    }
    expect((await replay()).code).toBe(0);
  });

  it('names rows without events and events without rows', async () => {
    await tamper(
      'market.venue',
      `INSERT INTO market.venue (id, version, code, name, type, operator_id) VALUES ('ven_x', 1, 'Q1', '{}', 'EXCHANGE', 'org_x')`,
    );
    await tamper('market.venue', 'DELETE FROM market.venue WHERE id = $1', [venues[0]]);
    const { code, text } = await replay();
    expect([code, differences(text)]).toEqual([1, ['market.venue ven_x', `market.venue ${venues[0]}`]]);
  });

  it('compares projections too, by their whole key', async () => {
    await tamper('noted.text', `UPDATE noted.text SET length = 3 WHERE version = 1`);
    await tamper('noted.text', `UPDATE noted.text SET at = at + interval '1 ms' WHERE version = 2`);
    expect(differences((await replay()).text)).toEqual(['noted.text tst_1/1 length', 'noted.text tst_1/2 at']);
    await tamper('noted.text', `DELETE FROM noted.text WHERE version = 1`);
    expect(differences((await replay()).text)).toEqual(['noted.text tst_1/2 at', 'noted.text tst_1/1']);
  });

  it('names payloads that are not those of the leaves, and reports erased ones', async () => {
    const change = (set: string, stream: string) =>
      tamper('ledger.payload', `UPDATE ledger.payload SET ${set} WHERE stream = $1`, [stream]);
    await change('salt = NULL, payload = NULL', venues[1]!);
    const erased = await replay();
    expect(erased.code).toBe(0);
    expect(erased.text).toContain('erased payloads: 1');
    await change(`payload = replace(payload, 'A1', 'B1')`, venues[0]!);
    const { rows } = await superuser.query(`SELECT event_id FROM ledger.payload WHERE stream = $1`, [venues[0]]);
    const { code, text } = await replay();
    expect(code).toBe(1);
    expect(differences(text)).toEqual([`ledger.payload ${rows[0].event_id} payload`, `market.venue ${venues[0]} code`]);
  });

  it('names payloads without events', async () => {
    await tamper(
      'ledger.payload',
      `INSERT INTO ledger.payload (event_id, gen, xid, seq, stream, version, type)
      VALUES ('01930e2c-7b7a-7c3e-9d4f-5a6b7c8d9e0f', 1, '1', 1, 'ven_x', 1, 'x')`,
    );
    expect(differences((await replay()).text)).toEqual(['ledger.payload 01930e2c-7b7a-7c3e-9d4f-5a6b7c8d9e0f']);
  });

  it('names a tree that its entries do not give', async () => {
    await t.settle();
    await superuser.query(`ALTER TABLE ledger.head DISABLE TRIGGER ALL; UPDATE ledger.head SET root = sha256('x')`);
    expect(differences((await replay()).text)).toEqual(['ledger.head  root']);
  });

  it('names tables that nobody can fold, columns that no event gives, and triggers that are off', async () => {
    await superuser.query(`CREATE TABLE noted.other (id text PRIMARY KEY, at timestamptz);
      SELECT platform.audit('noted.other'); SELECT platform.open_schema('noted');
      ALTER TABLE market.venue ADD COLUMN mood text; ALTER TABLE market.venue DISABLE TRIGGER leaf_required`);
    expect(differences((await replay()).text).toSorted()).toEqual([
      'market.venue',
      'market.venue  mood',
      'noted.other  at',
      'noted.other  id',
    ]);
    await superuser.query('DROP TRIGGER leaf_required ON market.venue');
    expect(differences((await replay()).text)).toContain('market.venue');
  });
});
