import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeBundle, parseVkey, verifyProof } from '@app/tlog';
import pg from 'pg';
import request from 'supertest';
import { LogKey } from '../src/ledger/log-key.js';
import { Publisher } from '../src/ledger/publisher.js';
import { Sequencer } from '../src/ledger/sequencer.js';
import { newId } from '../src/platform/id.js';
import { Sql } from '../src/platform/sql.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import { note } from './support/noted.js';

let t: TestApp;
let superuser: pg.Client;
const operator: Who = { sub: newId('per'), org: newId('org'), roles: ['operator'] };

beforeEach(async () => {
  t = await startApp();
  superuser = new pg.Client(t.databaseUrl);
  await superuser.connect();
});
afterEach(async () => {
  await superuser.end();
  await t.close();
});

const publish = (): Promise<number> => t.app.get(Publisher).step();
const get = (path: string): request.Test => request(t.app.getHttpServer()).get(path);
const bytesOf = async (path: string): Promise<Buffer> =>
  Buffer.from((await get(path).set('accept-encoding', 'identity').expect(200)).body as Uint8Array);
async function sequence(count: number): Promise<void> {
  for (let taken = 0; taken < count;) taken += (await t.app.get(Sequencer).step()) || (await sleep(5, 0));
}

describe('the log over HTTP', () => {
  beforeEach(async () => {
    await note(
      superuser,
      'tst_1',
      Array.from({ length: 300 }, (_, i) => i + 1),
    );
    await t.settle();
    await note(superuser, 'tst_1', [301]);
    await sequence(1);
  });

  it('serves every width that was published, as prefixes of one another', async () => {
    const full = await bytesOf('/log/tile/0/001.p/44');
    expect(full).toHaveLength(44 * 32);
    expect(await bytesOf('/log/tile/0/001.p/7')).toEqual(full.subarray(0, 7 * 32));
    expect(decodeBundle(await bytesOf('/log/tile/entries/001.p/7'))).toHaveLength(7);
    expect(await bytesOf('/log/tile/0/000')).toHaveLength(8192);
    expect(await bytesOf('/log/tile/0/000.p/9')).toHaveLength(288);
    expect(await bytesOf('/log/tile/1/000.p/1')).toHaveLength(32);
  });

  it.each([
    [404, 'tile/0/001.p/45'],
    [404, 'tile/0/001'],
    [404, 'tile/1/000.p/2'],
    [404, 'tile/2/000.p/1'],
    [404, 'tile/0/002.p/1'],
    [404, 'tile/entries/x999/999'],
    [404, 'tile/63/000.p/1'],
    [400, 'tile/0/000.p/256'],
    [400, 'tile/0/000.p/0'],
    [400, 'tile/0/000.p/07'],
    [400, 'tile/0/0'],
    [400, 'tile/00/000'],
    [400, 'tile/64/000'],
    [400, 'tile/-1/000'],
    [400, 'tile/0/x000/000'],
    [400, 'tile/entries/000/'],
    [400, 'tile/entries/%2e%2e/000'],
  ])('answers %i as plain text for %s', async (status, path) => {
    const { headers } = await get(`/log/${path}`).expect(status);
    expect(headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' });
  });

  it('lets tiles be cached for ever, checkpoints not, and compresses bundles where that is accepted', async () => {
    const tile = await get('/log/tile/0/000');
    expect(tile.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await get('/log/checkpoint')).headers['cache-control']).toBe('no-cache');
    const coding = async (accepted: string) =>
      (await get('/log/tile/entries/000').set('accept-encoding', accepted)).headers['content-encoding'];
    expect(await Promise.all(['gzip', 'br, *', 'identity', 'gzip;q=0', 'br'].map(coding))).toEqual([
      'gzip',
      'gzip',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('keeps the name under which it began', async () => {
    const renamed = new LogKey({ ...t.config, LEDGER_ORIGIN: 'other.example/log' }, t.app.get(Sql));
    expect(`${(await renamed.signer()).vkey}\n`).toBe((await get('/log/key')).text);
  });
});

describe('events', () => {
  const asAuditor = (path: string) => t.as({ ...operator, roles: ['auditor'] }).get(path);
  let venues: string[];
  beforeEach(async () => {
    venues = [];
    for (const code of ['A1', 'A2', 'A3']) {
      const name = { zh: '演示交易所', en: 'Demonstration exchange' };
      const body = { code, name, type: 'EXCHANGE', parentId: null, operatorId: newId('org') };
      venues.push((await t.as(operator).post('/v1/venues', body)).body.id);
    }
  });

  it('are listed in the order of the log or of a stream, page by page, with their payloads', async () => {
    expect((await asAuditor('/v1/events')).body.items).toEqual([]);
    await t.settle();
    const first = (await asAuditor('/v1/events?limit=2')).body;
    expect(first.items.map((e: { index: number; stream: string }) => [e.index, e.stream])).toEqual([
      [0, venues[0]],
      [1, venues[1]],
    ]);
    expect(JSON.parse(first.items[1].payload)).toMatchObject({ venueId: venues[1], code: 'A2' });
    const rest = (await asAuditor(`/v1/events?limit=2&cursor=${first.nextCursor}`)).body;
    expect(rest).toMatchObject({ items: [{ index: 2 }], nextCursor: null });
    const own = (await asAuditor(`/v1/events?stream=${venues[2]}`)).body;
    expect(own.items).toEqual(rest.items);
    expect((await asAuditor(`/v1/events/${own.items[0].id}`)).body).toEqual(own.items[0]);
  });

  it('are for those who may read the ledger', async () => {
    await t.settle();
    expect((await get('/v1/events')).status).toBe(401);
    expect((await t.as({ ...operator, roles: ['buyer'] }).get('/v1/events')).status).toBe(403);
    expect((await asAuditor(`/v1/events/${randomUUID()}`)).status).toBe(404);
  });

  it('have an offline proof as soon as they are published', async () => {
    await publish();
    const { rows } = await superuser.query<{ event_id: string }>('SELECT event_id FROM ledger.payload ORDER BY seq');
    const path = `/v1/events/${rows[1]!.event_id}/proof`;
    expect((await get(path).expect(409)).body).toMatchObject({ code: 'ledger/not-published' });
    await sequence(3);
    expect((await get(path)).status).toBe(409);
    await publish();
    const { text, headers } = await get(path).expect(200);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    const leaf = Buffer.from(/^extra (.*)$/m.exec(text)![1]!, 'base64');
    expect(JSON.parse(leaf.toString())).toMatchObject({ id: rows[1]!.event_id, stream: venues[1] });
    const key = parseVkey((await get('/log/key')).text.trim());
    expect(verifyProof(text, leaf, [key])).toMatchObject({ index: 1, checkpoint: { size: 3 } });
    expect((await get(`/v1/events/${randomUUID()}/proof`)).status).toBe(404);
    expect((await get('/v1/events/1/proof')).status).toBe(422);
  });

  it('keep their place when their payload is erased', async () => {
    await t.settle();
    await superuser.query('UPDATE ledger.payload SET salt = NULL, payload = NULL WHERE stream = $1', [venues[1]]);
    const { items } = (await asAuditor('/v1/events')).body;
    expect(items[1]).toMatchObject({ index: 1, stream: venues[1], salt: null, payload: null });
  });
});
