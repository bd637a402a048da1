import { createHash } from 'node:crypto';
import { CloudEvent, CLOUD_EVENTS_BATCH } from '@app/sdk';
import { canonicalJson } from '@app/signing';
import pg from 'pg';
import request from 'supertest';
import { FeedReader } from '../src/feed/feed-reader.js';
import { FeedWriter } from '../src/feed/feed-writer.js';
import { sights } from '../src/feed/visibility.js';
import { Sequencer } from '../src/ledger/sequencer.js';
import { newId } from '../src/platform/id.js';
import { Log } from '../src/platform/log.js';
import { Sql } from '../src/platform/sql.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import {
  changeOrder,
  contractOrder,
  deliverAndAccept,
  fen,
  openVenue,
  register,
  who,
  type Venue,
} from './support/sales.js';

let t: TestApp;
let superuser: pg.Client;
const operator = who(newId('org'), 'operator');
const officerOf = ({ operatorId }: Venue): Who => who(operatorId, 'exchangeOfficer');
const sell = ({ id, operatorId }: Pick<Venue, 'id' | 'operatorId'>) =>
  contractOrder(t, { venueId: id, venueOperatorId: operatorId, gross: fen(100) });
const batch = async (by: Who, query = ''): Promise<CloudEvent[]> => {
  const { status, text, headers } = await t.as(by).get(`/v1/feed?limit=1000${query}`);
  expect([status, headers['content-type']]).toEqual([200, expect.stringContaining(CLOUD_EVENTS_BATCH)]);
  return JSON.parse(text) as CloudEvent[];
};
const codeOf = async (by: Who, path: string): Promise<[number, string, string?]> => {
  const { status, body } = await t.as(by).get(path);
  return [status, body.code, body.errors?.[0].pointer];
};

async function begin(): Promise<void> {
  t = await startApp();
  superuser = new pg.Client(t.databaseUrl);
  await superuser.connect();
}
async function end(): Promise<void> {
  await superuser.end();
  await t.close();
}

describe('what is seen', () => {
  let [first, second]: Venue[] = [];
  let base: string;
  let seller: string;
  beforeAll(async () => {
    await begin();
    first = await openVenue(t);
    await sell(first);
    second = await openVenue(t);
    await sell(second);
    const baseOperator = (await register(t, 'exchangeOfficer')).id;
    const below = { code: 'BASE-1', name: { zh: '基地', en: 'Base' }, type: 'BASE', parentId: first.id };
    base = (await t.as(operator).post('/v1/venues', { ...below, operatorId: baseOperator })).body.id;
    await t.settle();
    await sell({ id: base, operatorId: baseOperator });
    seller = (await register(t, 'holder')).id;
    await t.settle();
  });
  afterAll(end);

  it('is disjoint where it belongs to a venue, and the same where it is public', async () => {
    const [one, two] = [await batch(officerOf(first!)), await batch(officerOf(second!))];
    const parts = (events: CloudEvent[]) => ({
      open: events.filter(({ type }) => sights[type]!.seenBy === 'everyone').map(({ id }) => id),
      own: events.filter(({ type }) => sights[type]!.seenBy === 'venue'),
    });
    const [a, b] = [parts(one), parts(two)];
    expect(new Set(a.own.map(({ data }) => data.venue))).toEqual(new Set([first!.id, base]));
    expect(new Set(b.own.map(({ data }) => data.venue))).toEqual(new Set([second!.id]));
    expect(a.open.slice(-b.open.length)).toEqual(b.open);
    expect(one.map(({ subject }) => subject)).toContain(seller);
  });

  it('begins with the opening of the first venue, and lets an exchange see its bases but no base its exchange', async () => {
    const baseOperator = (await t.as(operator).get(`/v1/venues/${base}`)).body.operatorId as string;
    const events = await batch(who(baseOperator, 'exchangeOfficer'));
    expect(events[0]).toMatchObject({ type: 'market.venue-opened.v1', subject: base, position: '1' });
    expect(new Set(events.slice(1).map(({ data }) => data.venue))).toEqual(new Set([base, null]));
    expect(events.map(({ type }) => type)).toContain('settlement.escrow-opened.v1');
  });

  it('holds exactly the events of the log that may be seen', async () => {
    const entries: { index: number; type: string; stream: string }[] = [];
    for (let path = '/v1/events?limit=100'; path !== '';) {
      const { body } = await t.as({ ...operator, roles: ['auditor'] }).get(path);
      entries.push(...body.items);
      path = body.nextCursor === null ? '' : `/v1/events?limit=100&cursor=${body.nextCursor}`;
    }
    const events = await batch(officerOf(second!));
    const start = entries.findIndex(({ stream }) => stream === second!.id);
    const open = entries.slice(start).filter(({ type }) => sights[type]?.seenBy === 'everyone');
    const told = events.filter(({ type }) => sights[type]!.seenBy === 'everyone');
    expect(told.map(({ sequence }) => Number(sequence))).toEqual(open.map(({ index }) => index));
    const order = events.find(({ type }) => type === 'trading.order-placed.v1')!.subject;
    const own = entries.filter(({ stream }) => stream === order).map(({ index }) => index);
    expect(events.filter(({ subject }) => subject === order).map(({ sequence }) => Number(sequence))).toEqual(own);
    expect(events.map(({ position }) => Number(position))).toEqual(events.map((_, i) => i + 1));
  });

  it('is an envelope that proves itself: leaf, digest, salt, state and links', async () => {
    const events = await batch(officerOf(first!), `&venue=${first!.id}`);
    for (const event of events) {
      expect(CloudEvent.safeParse(event).error).toBeUndefined();
      const { data } = event;
      const leaf = JSON.parse(Buffer.from(data.leaf, 'base64').toString());
      expect(leaf).toMatchObject({ id: event.id, type: event.type, stream: event.subject, occurredAt: event.time });
      const digest = createHash('sha256').update(Buffer.from(data.salt!, 'hex')).update(canonicalJson(data.payload!));
      expect([data.payloadDigest, leaf.payloadDigest]).toEqual(Array(2).fill(digest.digest('hex')));
      expect((await t.as(operator).get(data.links.proof)).status).toBe(200);
    }
    const states = events.filter(({ subject }) => subject.startsWith('ord_')).map(({ data }) => data.state);
    expect(states).toEqual([
      { before: null, after: 'CREATED' },
      { before: 'CREATED', after: 'CREATED' },
      { before: 'CREATED', after: 'CREATED' },
      { before: 'CREATED', after: 'CONTRACTED' },
    ]);
    const order = events.find(({ subject }) => subject.startsWith('ord_'))!;
    expect((await t.as(officerOf(first!)).get(order.data.links.object!)).status).toBe(200);
  });

  it('can be narrowed to a venue, to types and to an object', async () => {
    const all = await batch(officerOf(first!));
    const one = all.find(({ data, type }) => data.venue === base && type === 'trading.order-placed.v1')!;
    const types = ['trading.order-placed.v1', 'market.venue-opened.v1'];
    expect(await batch(officerOf(first!), `&venue=${base}`)).toEqual(all.filter(({ data }) => data.venue === base));
    expect(await batch(officerOf(first!), `&type=${types.join()}`)).toEqual(all.filter((e) => types.includes(e.type)));
    expect(await batch(officerOf(first!), `&subject=${one.subject}`)).toEqual(
      all.filter(({ subject }) => subject === one.subject),
    );
    const foreign = await batch(officerOf(first!), `&venue=${second!.id}`);
    expect(foreign.map(({ type }) => type)).toEqual(['market.venue-opened.v1']);
  });

  it.each([1, 3, 1000])('comes page by page of %i, always with a next one, narrowed or not', async (limit) => {
    for (const query of ['', `&venue=${first!.id}`]) {
      const all = await batch(officerOf(first!), query);
      const got: CloudEvent[] = [];
      for (let path = `/v1/feed?limit=${limit}${query}`, page: CloudEvent[] = all; page.length > 0;) {
        const { text, headers } = await t.as(officerOf(first!)).get(path);
        page = JSON.parse(text) as CloudEvent[];
        got.push(...page);
        path = /^<(.+)>; rel="next"$/.exec(String(headers['link']))![1]!;
      }
      expect(got).toEqual(all);
    }
  });

  it('is read the same from every place, as far as asked', async () => {
    const reader = t.app.get(FeedReader);
    const all = await reader.read(first!.operatorId, 0, 1000);
    for (const after of [0, 1, 7, all.length - 1, all.length, all.length + 5])
      for (const limit of [1, 2, 5, all.length, 1000])
        expect(await reader.read(first!.operatorId, after, limit)).toEqual(all.slice(after, after + limit));
  });

  it('is read from a position, or from so many before the end; a cursor goes before both', async () => {
    const by = officerOf(first!);
    const all = await batch(by);
    expect(await batch(by, '&after=3')).toEqual(all.slice(3));
    expect(await batch(by, '&after=-2')).toEqual(all.slice(-2));
    expect(await batch(by, '&after=-1000')).toEqual(all);
    expect(await batch(by, `&after=${all.length}`)).toEqual([]);
    const next = (await t.as(by).get('/v1/feed?after=2&limit=1')).headers['link'] as string;
    expect(JSON.parse((await t.as(by).get(/^<(.+)>/.exec(next)![1]!)).text)).toEqual([all[3]]);
    const cursor = /cursor=([\w-]+)/.exec(next)![1]!;
    expect(await batch(by, `&after=1&cursor=${cursor}`)).toEqual(all.slice(3));
    for (const wrong of [all.length + 1, -1001, 'x'])
      expect(await codeOf(by, `/v1/feed?after=${wrong}`)).toEqual([422, 'invalid-request', '/after']);
  });

  it('names every type that a filter can name', async () => {
    const { types } = (await request(t.app.getHttpServer()).get('/v1/feed/types').expect(200)).body as {
      types: string[];
    };
    for (const { type } of await batch(officerOf(first!))) expect(types).toContain(type);
    expect(types.filter((type) => sights[type]!.seenBy === 'nobody')).toEqual([]);
  });

  it('is read by a system of the operator, which decides nothing', async () => {
    const system = who(first!.operatorId, 'feedReader');
    expect(await batch(system)).toEqual(await batch(officerOf(first!)));
    expect(await codeOf(system, `/v1/feed?operator=${second!.operatorId}`)).toMatchObject([
      403,
      'not-your-organisation',
    ]);
    const hook = { url: 'https://hooks.example.org/' };
    expect((await t.as(system).post('/v1/webhooks', hook)).body.code).toBe('forbidden');
  });

  it('is a page of JSON to who accepts that; a finished cursor goes on with what comes later', async () => {
    const http = t.as(officerOf(second!));
    const answer = await request(t.app.getHttpServer())
      .get('/v1/feed?limit=1000')
      .set({ authorization: `Bearer ${await token(second!)}`, accept: 'application/json' });
    const { items, nextCursor } = answer.body as { items: CloudEvent[]; nextCursor: string };
    expect(items).toEqual(await batch(officerOf(second!)));
    expect(JSON.parse((await http.get(`/v1/feed?cursor=${nextCursor}`)).text)).toEqual([]);
    await sell(second!);
    const later = JSON.parse((await http.get(`/v1/feed?cursor=${nextCursor}`)).text) as CloudEvent[];
    expect(Number(later[0]!.position)).toBe(items.length + 1);
  });
  const token = ({ operatorId }: Venue) => t.issuer.token(newId('per'), operatorId, ['exchangeOfficer']);

  it('is refused to everybody else', async () => {
    const regulator = who(newId('org'), 'regulator');
    const of = (id: string) => `/v1/feed?operator=${id}`;
    await request(t.app.getHttpServer()).get('/v1/feed').expect(401);
    expect(await codeOf(who(first!.operatorId, 'holder', 'financeOfficer'), '/v1/feed')).toMatchObject([
      403,
      'forbidden',
    ]);
    expect(await codeOf(officerOf(first!), of(second!.operatorId))).toMatchObject([403, 'not-your-organisation']);
    expect(await codeOf(who(seller, 'exchangeOfficer'), '/v1/feed')).toMatchObject([404, 'feed/none']);
    expect(await codeOf(regulator, '/v1/feed')).toEqual([422, 'invalid-request', '/operator']);
    expect(await codeOf(regulator, of(newId('org')))).toMatchObject([404, 'feed/none']);
    expect(await codeOf(regulator, of('x'))).toEqual([422, 'invalid-request', '/operator']);
    expect(await batch(regulator, `&operator=${first!.operatorId}`)).toEqual(await batch(officerOf(first!)));
  });

  it('takes no cursor of another feed or log, none that is beyond the end, and no limit that is out of bounds', async () => {
    const cursor = async (by: Venue) =>
      /cursor=([\w-]+)/.exec((await t.as(officerOf(by)).get('/v1/feed?limit=2')).headers['link'] as string)![1]!;
    const key = JSON.parse(Buffer.from(await cursor(first!), 'base64url').toString()) as [string, string, number];
    const of = (changed: unknown[]) => Buffer.from(JSON.stringify(changed)).toString('base64url');
    const bad = [
      await cursor(second!),
      of([key[0], '0123456789ABCDEF', key[2]]),
      of([key[0], key[1], 100_000]),
      of([key[0], key[1], -1]),
      of([key[2]]),
      'x',
    ];
    for (const wrong of bad)
      expect(await codeOf(officerOf(first!), `/v1/feed?cursor=${wrong}`)).toEqual([422, 'invalid-request', '/cursor']);
    for (const limit of [0, 1001, 'x'])
      expect(await codeOf(officerOf(first!), `/v1/feed?limit=${limit}`)).toEqual([422, 'invalid-request', '/limit']);
  });
});

describe('the writer', () => {
  let [first, second]: Venue[] = [];
  beforeEach(async () => {
    await begin();
    [first, second] = [await openVenue(t), await openVenue(t)];
  });
  afterEach(end);
  const another = () => new FeedWriter(t.app.get(UnitOfWork), t.app.get(Sql), t.app.get(Log));
  const table = async (name: string, order: string) =>
    (await superuser.query(`SELECT * FROM feed.${name} ORDER BY ${order}`)).rows as Record<string, unknown>[];
  const snapshot = async () => [
    await table('entry', 'operator_id, position'),
    await table('leaf', 'leaf_index'),
    await table('venue', 'venue_id'),
    await table('operator', 'operator_id'),
    await table('subject_venue', 'stream, since'),
    await table('cursor', 'position'),
  ];
  const forget = () =>
    superuser.query(`TRUNCATE feed.entry, feed.leaf, feed.venue, feed.operator, feed.subject_venue CASCADE;
      UPDATE feed.cursor SET position = 0`);

  it('gives dense positions in the order of the log, whoever writes and however many walk it', async () => {
    const sales = [await sell(first!), await sell(first!), await sell(second!)];
    const workers = [another(), another(), another(), t.app.get(Sequencer)];
    let writing = true;
    const walks = workers.map(async (worker) => {
      while (writing) await worker.step();
    });
    const funded = sales.map(({ orderId }) => changeOrder(t, orderId, (order) => order.fund()));
    await Promise.all([...funded, ...sales.map(() => register(t, 'holder'))]);
    writing = false;
    await Promise.all(walks);
    await t.settle();
    for (const [venue, count] of [
      [first!, 2],
      [second!, 1],
    ] as const) {
      const events = await batch(officerOf(venue));
      expect(events.map(({ position }) => Number(position))).toEqual(events.map((_, i) => i + 1));
      const indexes = events.map(({ sequence }) => Number(sequence));
      expect(indexes).toEqual([...new Set(indexes)].toSorted((a, b) => a - b));
      expect(events.filter(({ type }) => type === 'trading.order-funded.v1')).toHaveLength(count);
      expect(events.filter(({ type }) => type === 'parties.organisation-key-added.v1').length).toBeGreaterThan(2);
    }
    const walked = await snapshot();
    await forget();
    await t.settle();
    expect(await snapshot()).toEqual(walked);
  });

  it('loses and repeats nothing when it dies within a batch', async () => {
    await sell(first!);
    const whole = await snapshot();
    await forget();
    const writer = another();
    const sql = t.app.get(Sql);
    const rows = sql.rows.bind(sql);
    let statements = 0;
    for (let dies = 1; dies > 0;) {
      statements = 0;
      sql.rows = ((text: string, parameters: unknown[]) => {
        if ((statements += 1) === dies) throw new Error('killed');
        return rows(text, parameters);
      }) as typeof sql.rows;
      try {
        await writer.step();
        dies = 0;
      } catch (error) {
        expect(String(error)).toContain('killed');
        sql.rows = rows;
        expect((await table('entry', 'position')).length).toBe(0);
        dies += 1;
      }
    }
    sql.rows = rows;
    expect(statements).toBeGreaterThan(8);
    expect(await snapshot()).toEqual(whole);
    expect(await writer.step()).toBe(0);
  });

  it('follows a draft that moves to another venue', async () => {
    const offer = { venueId: first!.id };
    const stream = newId('lst');
    const moves = [
      ['market.listing-drafted.v1', { listingId: stream, offer }],
      ['market.listing-delisted.v1', { listingId: stream }],
      ['market.listing-revised.v1', { listingId: stream, offer: { venueId: second!.id } }],
      ['market.listing-delisted.v1', { listingId: stream }],
    ] as const;
    for (const [i, [type, payload]] of moves.entries()) await append(stream, i + 1, type, payload);
    await t.settle();
    const seen = async (venue: Venue) =>
      (await batch(officerOf(venue), `&subject=${stream}`)).map(({ data }) => data.version);
    expect([await seen(first!), await seen(second!)]).toEqual([
      [1, 2],
      [3, 4],
    ]);
    const before = await snapshot();
    await forget();
    await t.settle();
    expect(await snapshot()).toEqual(before);
  });

  async function append(stream: string, version: number, type: string, payload: object): Promise<void> {
    const id = (await superuser.query<{ id: string }>('SELECT gen_random_uuid() AS id')).rows[0]!.id;
    const occurredAt = new Date().toISOString();
    const leaf = { v: 1, id, type, stream, version, actor: 'system', occurredAt, payloadDigest: '0'.repeat(64) };
    await superuser.query(
      'SELECT ledger.append($1::uuid[], $2::text[], $3::int[], $4::text[], $5::bytea[], $6::text[], $7::bytea[])',
      [
        [id],
        [stream],
        [version],
        [type],
        [Buffer.from(canonicalJson(leaf))],
        [canonicalJson(payload)],
        [Buffer.alloc(16)],
      ],
    );
  }

  it('shows null for a payload that was erased, and everything else as before', async () => {
    await sell(first!);
    const [before] = await batch(officerOf(first!), '&type=trading.order-placed.v1');
    await superuser.query('UPDATE ledger.payload SET payload = NULL, salt = NULL WHERE event_id = $1', [before!.id]);
    const [after] = await batch(officerOf(first!), '&type=trading.order-placed.v1');
    expect(after).toEqual({ ...before!, data: { ...before!.data, payload: null, salt: null } });
  });

  it("knows the state before an event also when events between are in nobody's feed", async () => {
    const sale = await sell(first!);
    await changeOrder(t, sale.orderId, (order) => order.fund());
    await deliverAndAccept(t, sale);
    const items = await t.app.get(FeedReader).read(first!.operatorId, 0, 1000, { subject: sale.orderId });
    const states = items.map(({ event }) => event.data.state!);
    expect(states.slice(1).map(({ before }) => before)).toEqual(states.slice(0, -1).map(({ after }) => after));
    expect(states.at(-1)!.after).toBe('ACCEPTED');
  });
});
