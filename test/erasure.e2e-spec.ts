import { openCheckpoint, parseVkey, verifyProof } from '@app/tlog';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { isErasable } from '../src/ledger/erasure.js';
import { replay, type ReplayReport } from '../src/ledger/replay.js';
import { dataSourceOptions } from '../src/platform/data-source.js';
import { knownEvents } from '../src/platform/event.js';
import { newId } from '../src/platform/id.js';
import { projections } from '../src/platform/projection.js';
import { Relay } from '../src/platform/relay.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import { organisation } from './support/sales.js';

/** A payload is erased by two people and by an event; the log, its proofs and the replay know it. */
let t: TestApp;
let db: pg.Client;
let auditor: DataSource;
const org = newId('org');
const maker: Who = { sub: newId('per'), org, roles: ['operator'] };
const checker: Who = { sub: newId('per'), org, roles: ['operator'] };
const GROUNDS = { legalBasis: 'PIPL-47', reference: 'DSR-2026-0007', reason: '当事人撤回同意 consent withdrawn' };

beforeAll(async () => {
  t = await startApp();
  db = new pg.Client(t.databaseUrl);
  await db.connect();
  auditor = await new DataSource(dataSourceOptions(t.databaseUrl, 'databourse_auditor', 1)).initialize();
});
afterAll(async () => {
  await auditor.destroy();
  await db.end();
  await t.close();
});

let serial = 0;
async function venue(): Promise<{ id: string; event: string }> {
  const name = { zh: '演示交易所', en: 'Demonstration exchange' };
  const body = { code: `E${(serial += 1)}`, name, type: 'EXCHANGE', parentId: null, operatorId: await organisation(t) };
  const { id } = (await t.as(maker).post('/v1/venues', body)).body as { id: string };
  const { rows } = await db.query<{ id: string }>('SELECT event_id AS id FROM ledger.payload WHERE stream = $1', [id]);
  return { id, event: rows[0]!.id };
}
const ask = (event: string, body: object = GROUNDS) => t.as(maker).post(`/v1/events/${event}/erasure`, body);
async function asked(event: string): Promise<string> {
  const { status, body } = await ask(event);
  expect(status).toBe(201);
  return (body as { id: string }).id;
}
async function erased(): Promise<{ id: string; event: string; erasure: string }> {
  const it = await venue();
  await t.settle();
  const erasure = await asked(it.event);
  expect((await t.as(checker).act(`/v1/erasures/${erasure}/approval`)).status).toBe(204);
  await t.settle();
  return { ...it, erasure };
}
const stored = async (event: string) =>
  (await db.query('SELECT salt, payload FROM ledger.payload WHERE event_id = $1', [event])).rows[0] as {
    salt: Buffer | null;
    payload: string | null;
  };
/** A change behind the ledger's back. */
async function tamper(sql: string, ...parameters: unknown[]): Promise<void> {
  await db.query("SET session_replication_role = 'replica'");
  await db.query('BEGIN');
  for (const table of ['ledger.payload', 'market.venue']) await db.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
  await db.query(sql, parameters);
  await db.query('COMMIT');
  for (const table of ['ledger.payload', 'market.venue']) await db.query(`ALTER TABLE ${table} ENABLE TRIGGER ALL`);
  for (const [table, trigger] of [
    ['ledger.payload', 'no_delete'],
    ['ledger.payload', 'only_erase'],
    ['ledger.payload', 'erase'],
    ['market.venue', 'leaf_required'],
    ['market.venue', 'no_delete'],
    ['market.venue', 'no_truncate'],
  ])
    await db.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${trigger}`);
  await db.query("SET session_replication_role = 'origin'");
}
const named = ({ differences }: ReplayReport): string[] =>
  differences.map(({ table, id, column }) => `${table} ${id} ${column}`);

it('goes with its salt, together with an event; the leaf and its proof stay', async () => {
  const { id, event, erasure } = await erased();
  expect(await stored(event)).toEqual({ salt: null, payload: null });
  expect((await t.as(maker).get(`/v1/events/${event}`)).body).toMatchObject({ stream: id, salt: null, payload: null });
  const proof = (await t.as(maker).get(`/v1/events/${event}/proof`)).text;
  const key = parseVkey((await t.as(maker).get('/log/key')).text.trim());
  const leaf = Buffer.from(/^extra (.*)$/m.exec(proof)![1]!, 'base64');
  expect(verifyProof(proof, leaf, [key]).checkpoint.size).toBe(
    openCheckpoint((await t.as(maker).get('/log/checkpoint')).text, [key]).checkpoint.size,
  );
  const events = (await t.as(maker).get(`/v1/events?stream=${erasure}`)).body.items as {
    type: string;
    payload: string;
  }[];
  expect(events.map(({ type }) => type)).toEqual(['ledger.erasure-requested.v1', 'ledger.payload-erased.v1']);
  expect(JSON.parse(events[1]!.payload)).toEqual({
    erasureId: erasure,
    eventId: event,
    legalBasis: 'PIPL-47',
    reason: GROUNDS.reason,
    by: checker.sub,
  });
  const view = (await t.as({ ...checker, roles: ['regulator'] }).get(`/v1/erasures/${erasure}`)).body;
  expect(view).toMatchObject({ state: 'ERASED', requestedBy: maker.sub, decidedBy: checker.sub, actions: [] });
});

it('takes two people, and an operator', async () => {
  const { event } = await venue();
  await t.settle();
  for (const roles of [['regulator'], ['holder'], ['auditor'], ['financeOfficer']] as Who['roles'][])
    expect((await t.as({ ...maker, roles }).post(`/v1/events/${event}/erasure`, GROUNDS)).status).toBe(403);
  const erasure = await asked(event);
  for (const decision of ['approval', 'declination'])
    expect((await t.as(maker).act(`/v1/erasures/${erasure}/${decision}`)).body.code).toBe('same-person');
  expect((await ask(event)).body.code).toBe('ledger/erasure-exists');
  expect((await t.as(checker).act(`/v1/erasures/${erasure}/declination`)).status).toBe(204);
  expect((await t.as(checker).act(`/v1/erasures/${erasure}/approval`)).body.code).toBe('illegal-transition');
  expect((await stored(event)).payload).toContain('Demonstration exchange');
  expect((await ask(event)).status).toBe(201);
  const listed = (await t.as(maker).get('/v1/erasures?limit=1')).body;
  expect(listed.items[0]).toMatchObject({ eventId: event, state: 'REQUESTED', actions: ['approve', 'decline'] });
});

it('waits until every reaction has had the event', async () => {
  const { event } = await venue();
  const erasure = await asked(event);
  const approve = () => t.as(checker).act(`/v1/erasures/${erasure}/approval`);
  expect((await approve()).body.code).toBe('ledger/still-needed');
  await t.settle();
  await db.query(`INSERT INTO platform.relay_backlog (consumer, leaf_index, stream, error)
    SELECT 'gone', (SELECT size - 2 FROM ledger.head), 'x', 'x'`);
  expect(await t.app.get(Relay).isPast(Number((await t.as(maker).get(`/v1/events/${event}`)).body.index))).toBe(false);
  expect((await approve()).body.code).toBe('ledger/still-needed');
  await db.query(`DELETE FROM platform.relay_backlog`);
  expect((await approve()).status).toBe(204);
});

it('waits until the feeds have the event', async () => {
  const { event } = await venue();
  const erasure = await asked(event);
  await t.settle();
  const approve = () => t.as(checker).act(`/v1/erasures/${erasure}/approval`);
  const {
    rows: [{ position }],
  } = await db.query('SELECT position FROM feed.cursor');
  await db.query('UPDATE feed.cursor SET position = 0');
  expect((await approve()).body.code).toBe('ledger/still-needed');
  await db.query('UPDATE feed.cursor SET position = $1', [position]);
  expect((await approve()).status).toBe(204);
});

it('is refused for what the law or the ledger needs', async () => {
  const { erasure } = await erased();
  const { rows } = await db.query<{ id: string }>('SELECT event_id AS id FROM ledger.payload WHERE stream = $1', [
    erasure,
  ]);
  for (const { id } of rows) expect((await ask(id)).body.code).toBe('ledger/not-erasable');
  const types = [...knownEvents().keys()];
  const kept = types.filter((type) => !isErasable(type));
  expect(new Set(kept.map((type) => type.split('.')[0]!))).toEqual(
    new Set(['ledger', 'platform', 'settlement', 'certificates']),
  );
  expect(kept.filter((type) => type.startsWith('certificates.'))).toEqual(['certificates.certificate-prepared.v1']);
  // The rows of a projection come from many streams: without one event no difference in them could be told.
  const folded = [...projections().values()].flatMap(({ of }) => [...of]);
  const foldedTypes = types.filter((type) => folded.includes(knownEvents().get(type)!));
  expect(foldedTypes.length).toBeGreaterThan(0);
  expect(foldedTypes.filter(isErasable)).toEqual([]);
});

it.each([
  ['/legalBasis', { ...GROUNDS, legalBasis: 'BECAUSE' }],
  ['/reference', { ...GROUNDS, reference: '' }],
  ['/reason', { ...GROUNDS, reason: 'x'.repeat(501) }],
  ['/reason', { legalBasis: 'PIPL-47', reference: 'x' }],
  ['/more', { ...GROUNDS, more: 1 }],
])('names %s when it is wrong', async (pointer, body) => {
  const answer = await ask('01930e2c-7b7a-7c3e-9d4f-5a6b7c8d9e0f', body);
  expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer]);
});

it('knows no event or erasure of another name', async () => {
  expect((await ask('01930e2c-7b7a-7c3e-9d4f-5a6b7c8d9e0f')).status).toBe(404);
  expect((await ask('x')).status).toBe(422);
  expect((await t.as(maker).get(`/v1/erasures/${newId('ers')}`)).status).toBe(404);
  expect((await t.as(maker).get('/v1/erasures?cursor=WyJvcmRfeCJd')).body.errors[0].pointer).toBe('/cursor');
});

it('is not in the power of any role of the service', async () => {
  const { event } = await venue();
  for (const role of ['databourse_app', 'databourse_sequencer', 'databourse_auditor']) {
    await db.query(`SET ROLE ${role}`);
    await expect(db.query('UPDATE ledger.payload SET salt = NULL, payload = NULL')).rejects.toThrow(/denied/);
    await expect(db.query('SELECT ledger.erase()')).rejects.toThrow(/denied|trigger/);
    await db.query('RESET ROLE');
  }
  const append = (eventId: string) =>
    db.query(
      `SELECT ledger.append(ARRAY[gen_random_uuid()], ARRAY['ers_x'], ARRAY[1], ARRAY['ledger.payload-erased.v1'],
         ARRAY['x'::bytea], ARRAY[$1::text], ARRAY['x'::bytea])`,
      [JSON.stringify({ eventId })],
    );
  const settled = await db.query<{ id: string }>(
    `SELECT event_id AS id FROM ledger.payload WHERE type LIKE 'ledger.%' LIMIT 1`,
  );
  for (const id of [settled.rows[0]!.id, '01930e2c-7b7a-7c3e-9d4f-5a6b7c8d9e0f'])
    await expect(append(id)).rejects.toThrow(/cannot be erased/);
  await expect(append('x')).rejects.toThrow(/uuid/);
  expect((await stored(event)).payload).not.toBeNull();
});

describe('replay', () => {
  let before: number;
  beforeEach(async () => {
    await t.settle();
    const report = await replay(auditor);
    expect(named(report)).toEqual([]);
    before = report.uncomparedCount;
  });

  it('tells which rows it could not compare, and still compares that they are there and their version', async () => {
    const { id, event } = await erased();
    const good = await replay(auditor);
    expect([named(good), good.uncomparedCount]).toEqual([[], before + 1]);
    expect(good.uncompared).toContainEqual({ table: 'market.venue', id });
    await db.query('CREATE TABLE public.kept AS SELECT * FROM market.venue');
    await tamper('UPDATE market.venue SET version = 9 WHERE id = $1', id);
    expect(named(await replay(auditor))).toEqual([`market.venue ${id} version`]);
    await tamper('DELETE FROM market.venue WHERE id = $1', id);
    expect(named(await replay(auditor))).toEqual([`market.venue ${id} `]);
    await tamper('INSERT INTO market.venue SELECT * FROM public.kept WHERE id = $1', id);
    await db.query('DROP TABLE public.kept');
    expect(event).toBeDefined();
  });

  it('names a payload that no event erased, one that is only half there, and one that should be erased', async () => {
    const { event } = await venue();
    await t.settle();
    const { salt, payload } = await stored(event);
    const set = (values: string, id: string, ...more: unknown[]) =>
      tamper(`UPDATE ledger.payload SET ${values} WHERE event_id = $1`, id, ...more);
    await set('salt = NULL, payload = NULL', event);
    expect(named(await replay(auditor))).toEqual([`ledger.payload ${event} payload`]);
    await set('salt = $2', event, salt);
    expect(named(await replay(auditor))).toEqual([`ledger.payload ${event} salt`, `ledger.payload ${event} payload`]);
    await set('payload = $2', event, payload);
    const gone = await erased();
    await set('salt = $2, payload = $3', gone.event, salt, payload);
    expect(named(await replay(auditor))).toContain(`ledger.payload ${gone.event} payload`);
    await set('salt = NULL, payload = NULL', gone.event);
  });

  it('names the erasure of what is never erased', async () => {
    const { erasure } = await erased();
    const { rows } = await db.query<{ id: string }>(
      `SELECT event_id AS id FROM ledger.payload WHERE stream = $1 ORDER BY version`,
      [erasure],
    );
    const { salt, payload } = await stored(rows[1]!.id);
    await tamper('UPDATE ledger.payload SET salt = NULL, payload = NULL WHERE event_id = $1', rows[1]!.id);
    // The event that erased is gone: what it erased is then erased by none.
    expect(named(await replay(auditor))).toContain(`ledger.payload ${rows[1]!.id} payload`);
    await tamper('UPDATE ledger.payload SET salt = $2, payload = $3 WHERE event_id = $1', rows[1]!.id, salt, payload);
  });
});
