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
import { organisation } from './support/sales.js';

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
  const body = { code, name, type: 'EXCHANGE', parentId: null, operatorId: await organisation(t) };
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
    ['verify', '--url', 'ftp://127.0.0.1'],
    ['verify', '--url', 'http://127.0.0.1:1', '--vkey', 'x'],
    ['verify', '--dir', '/nowhere'],
    ['verify', 'FILE', '--dir', '/nowhere'],
    ['proof'],
    ['proof', 'FILE'],
    ['proof', 'ONE', 'TWO', '--vkey', 'x'],
    ['consistency', '--url', 'http://127.0.0.1:1'],
    ['consistency', 'FILE'],
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

describe('export', () => {
  it('brings a copy up to date, fetching only what is new, and keeps to the keys by which it was begun', async () => {
    await fill(600);
    const dir = join(await mkdtemp(join(tmpdir(), 'databourse-export-')), 'copy');
    try {
      expect(await run('export', '--url', url, '--dir', dir)).toMatchObject({
        code: 0,
        text: expect.stringContaining('exported: 600 new entries'),
      });
      const proxy = await startLiar(url, '/nothing', 0);
      await note(superuser, 'tst_2', [1]);
      await t.settle();
      const more = await run('export', '--url', proxy.url, '--dir', dir);
      expect(more).toMatchObject({ code: 0, text: expect.stringContaining('exported: 1 new entries') });
      expect(more.text).not.toContain('first use');
      expect([...new Set(proxy.asked.filter((path) => path.startsWith('/log/tile/')))].toSorted()).toEqual([
        '/log/tile/0/002.p/89',
        '/log/tile/1/000.p/2',
        '/log/tile/entries/002.p/89',
      ]);
      proxy.server.close();
      expect(await run('verify', '--dir', dir)).toMatchObject({ code: 0 });
      await writeFile(join(dir, 'key'), `${generateNoteKey('databourse.local/log').vkey}\n`);
      expect((await run('export', '--url', url, '--dir', dir)).text).toContain('no signature by a known key');
      const vkey = (await t.as(operator).get('/log/key')).text.trim();
      expect((await run('export', '--url', url, '--dir', dir, '--vkey', vkey)).code).toBe(0);
      expect((await readFile(join(dir, 'key'), 'utf8')).trim().split('\n')).toHaveLength(2);
      expect(await run('verify', '--dir', dir)).toMatchObject({ code: 0 });
    } finally {
      await rm(join(dir, '..'), { recursive: true });
    }
  });
});

describe('proof and consistency', () => {
  it('are checked offline, the payload too', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'databourse-proof-'));
    const file = async (name: string, text: string): Promise<string> => {
      await writeFile(join(dir, name), text);
      return join(dir, name);
    };
    try {
      const id = await venue('A1');
      await t.settle();
      const keys = (await t.as(operator).get('/log/key')).text.trim().split('\n');
      const vkeys = [...keys, generateNoteKey('databourse.local/log').vkey].flatMap((key) => ['--vkey', key]);
      const kept = await file('checkpoint', (await t.as(operator).get('/log/checkpoint')).text);
      const { items } = (await t.as(operator).get(`/v1/events?stream=${id}`)).body;
      const text = (await t.as(operator).get(`/v1/events/${items[0].id}/proof`)).text;
      const proof = await file('proof', text);
      const event = await file('event', JSON.stringify(items[0]));
      const good = await run('proof', proof, ...vkeys, '--event', event);
      expect(good).toMatchObject({ code: 0, text: expect.stringContaining('verified: the event and its payload') });
      expect(good.text).toContain(items[0].id);
      expect(await run('proof', proof, '--url', url)).toMatchObject({
        code: 0,
        text: expect.stringContaining('first use'),
      });
      const other = { ...items[0], payload: items[0].payload.replace('A1', 'A2') };
      const wrong: [string, string, ...string[]][] = [
        ['not the payload of this leaf', proof, ...vkeys, '--event', await file('other', JSON.stringify(other))],
        ['erased', proof, ...vkeys, '--event', await file('gone', '{"salt":null,"payload":null}')],
        ['salt', proof, ...vkeys, '--event', await file('odd', '{}')],
        ['JSON', proof, ...vkeys, '--event', await file('none', 'x')],
        ['lacks the leaf', await file('bare', text.replace(/^extra .*\n/m, '')), ...vkeys],
        ['is not leaf', await file('moved', text.replace(/^extra .*$/m, 'extra eA==')), ...vkeys],
        ['no signature by a known key', proof, '--vkey', generateNoteKey('databourse.local/log').vkey],
        ['ENOENT', join(dir, 'missing'), ...vkeys],
      ];
      for (const [reason, ...args] of wrong)
        expect(await run('proof', ...args)).toEqual({ code: 1, text: expect.stringContaining(reason) });
      await fill(300);
      const same = await run('consistency', kept, '--url', url);
      expect(same).toMatchObject({ code: 0, text: expect.stringContaining('consistent: the log begins with the') });
      await run('export', '--url', url, '--dir', join(dir, 'copy'));
      const later = await file('later', (await t.as(operator).get('/log/checkpoint')).text);
      expect(await run('consistency', later, '--dir', join(dir, 'copy'))).toMatchObject({ code: 0 });
      await writeFile(join(dir, 'copy', 'checkpoint'), await readFile(kept));
      expect((await run('consistency', later, '--dir', join(dir, 'copy'))).text).toContain('shorter than it was');
      const liar = await startLiar(url, '/log/tile/0/000', 77);
      expect((await run('consistency', kept, '--url', liar.url)).text).toContain('do not give its root');
      liar.server.close();
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});

/** Passes a service on, but with one bit of one resource flipped. */
async function startLiar(
  of: string,
  path: string,
  bit: number,
): Promise<{ server: Server; url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    asked.push(incoming.url!);
    void (async () => {
      const answer = await fetch(`${of}${incoming.url}`);
      const bytes = Buffer.from(await answer.arrayBuffer());
      outgoing.statusCode = answer.status;
      outgoing.end(incoming.url === path ? flipped(bytes, bit) : bytes);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
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

  it('names payloads that are not those of the leaves, or that no event erased', async () => {
    const change = (set: string, stream: string) =>
      tamper('ledger.payload', `UPDATE ledger.payload SET ${set} WHERE stream = $1`, [stream]);
    const eventOf = async (stream: string) =>
      (await superuser.query(`SELECT event_id AS id FROM ledger.payload WHERE stream = $1`, [stream])).rows[0].id;
    await change(`payload = replace(payload, 'A1', 'B1')`, venues[0]!);
    await change('salt = NULL, payload = NULL', venues[1]!);
    const { code, text } = await replay();
    expect(code).toBe(1);
    expect(differences(text)).toEqual([
      `ledger.payload ${await eventOf(venues[0]!)} payload`,
      `ledger.payload ${await eventOf(venues[1]!)} payload`,
      `market.venue ${venues[0]} code`,
    ]);
    expect(text).toContain(`not compared  market.venue ${venues[1]}\n`);
    expect(text).toContain('erased payloads: 1');
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
