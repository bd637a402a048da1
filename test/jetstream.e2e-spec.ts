import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { QueryBus } from '@nestjs/cqrs';
import pg from 'pg';
import { FeedReader } from '../src/feed/feed-reader.js';
import { JetStreamLeadership } from '../src/feed/jetstream-leadership.js';
import { JetStreamPublisher } from '../src/feed/jetstream-publisher.js';
import { streamName } from '../src/feed/jetstream-stream.js';
import { newId } from '../src/platform/id.js';
import { readConfig } from '../src/platform/config.js';
import { registry } from '../src/platform/metrics.js';
import { Sql } from '../src/platform/sql.js';
import { freePort } from '../src/platform/port.js';
import { startApp, type TestApp } from './support/app.js';
import { layLine, natsVersion, startNats, type Line, type Nats } from './support/nats.js';
import { organisation } from './support/sales.js';

const LOGIN = 'feed:s3cret-of-nats';
const described = natsVersion === undefined ? describe.skip : describe;

let t: TestApp;
let db: pg.Client;
let nats: Nats;
let feed: FeedReader;
let leaves = 0;

/** Adds events to an operator's feed, as the writer does, without the deals behind them. */
async function grow(operatorId: string, count: number, textLength = 400): Promise<void> {
  await db.query('INSERT INTO feed.operator VALUES ($1, now(), 0) ON CONFLICT DO NOTHING', [operatorId]);
  await db.query(
    `WITH new AS MATERIALIZED (
       SELECT size + i AS position, $3::bigint + 2 * i AS leaf, gen_random_uuid() AS id, 'ord_' || $1 || ($3 + i) AS stream
       FROM feed.operator, generate_series(1, $2::bigint) i WHERE operator_id = $1),
     payloads AS (INSERT INTO ledger.payload (event_id, gen, xid, seq, stream, version, type, salt, payload)
       SELECT id, 1, '1', leaf, stream, 1, 'trading.order-placed.v1', sha256(stream::bytea),
              json_build_object('name', '数据' || leaf, 'text', repeat('x', $4)) FROM new),
     kept AS (INSERT INTO feed.leaf SELECT leaf, convert_to(json_build_object('v', 1, 'id', id, 'type', 'trading.order-placed.v1',
       'stream', stream, 'version', 1, 'actor', 'system', 'occurredAt', '2026-11-22T08:00:00.000Z',
       'payloadDigest', repeat('0', 64))::text, 'UTF8') FROM new),
     entries AS (INSERT INTO feed.entry (operator_id, position, leaf_index, event_id, type, subject)
       SELECT $1, position, leaf, id, 'trading.order-placed.v1', stream FROM new)
     UPDATE feed.operator SET size = size + $2::bigint WHERE operator_id = $1`,
    [operatorId, count, leaves, textLength],
  );
  leaves += 2 * count + 1;
}

/** A publisher, as of another process. */
function publisher(env: Record<string, string> = {}, leadership = new JetStreamLeadership(t.databaseUrl)) {
  const config = readConfig({
    NODE_ENV: 'test',
    NATS_URL: nats.url,
    NATS_BYTES: '0',
    LEDGER_ORIGIN: 'test.example/log',
    ...env,
  });
  return new JetStreamPublisher(config, leadership, feed, t.app.get(Sql), t.app.get(QueryBus));
}
const through = ({ url }: Line): string => url.replace('//', `//${LOGIN}@`);
/** Two processes that both believe that they lead. */
const alwaysLeading = { take: async () => true, resign: async () => undefined } as unknown as JetStreamLeadership;

async function until(
  condition: () => Promise<boolean> | boolean,
  work: () => Promise<unknown> = () => sleep(20),
): Promise<void> {
  while (!(await condition())) await work();
}

const step = (one: JetStreamPublisher): Promise<number> =>
  one.step().catch(async () => {
    await sleep(20);
    return 0;
  });

async function manager<T>(work: (jsm: JetStreamManager, connection: NatsConnection) => Promise<T>): Promise<T> {
  const connection = await connect({ servers: `127.0.0.1:${nats.port}`, user: 'feed', pass: 's3cret-of-nats' });
  try {
    return await work(await jetstreamManager(connection), connection);
  } finally {
    await connection.close();
  }
}
const lastOf = (operatorId: string): Promise<number> =>
  manager(async (jsm) => (await jsm.streams.info(streamName(operatorId)).catch(() => undefined))?.state.last_seq ?? 0);

/** Steps until the operators' streams are as long as their feeds. */
async function publish(one: JetStreamPublisher, ...operatorIds: string[]): Promise<void> {
  for (const id of operatorIds) {
    const size = await feed.size(id);
    await until(
      async () => (await lastOf(id)) >= size,
      () => step(one),
    );
  }
}

/** Every message of the stream, in its order, from the server's own mouth. */
const contentOf = (operatorId: string) =>
  manager(async (jsm, connection) => {
    const { state } = await jsm.streams.info(streamName(operatorId));
    const consumer = await jetstream(connection).consumers.get(streamName(operatorId));
    const messages: {
      seq: number;
      subject: string;
      position: string | undefined;
      id: string | undefined;
      type: string | undefined;
      body: string;
    }[] = [];
    for (let left = state.messages; left > 0; left = state.messages - messages.length)
      for await (const { seq, subject, headers, data } of await consumer.fetch({ max_messages: Math.min(left, 1000) }))
        messages.push({
          seq,
          subject,
          position: headers?.get('Databourse-Position'),
          id: headers?.get('Nats-Msg-Id'),
          type: headers?.get('Content-Type'),
          body: Buffer.from(data).toString(),
        });
    return messages;
  });

const wanted = async (operatorId: string) =>
  (await feed.read(operatorId, 0, 1_000_000)).map(({ position, leafIndex, event }) => ({
    seq: position,
    subject: `databourse.feed.${operatorId}.${event.type}`,
    position: String(position),
    id: `test.example/log:${leafIndex}`,
    type: 'application/cloudevents+json',
    body: JSON.stringify(event),
  }));

async function mustHoldTheirFeeds(...operatorIds: string[]): Promise<void> {
  for (const id of operatorIds) {
    const [held, due] = [await contentOf(id), await wanted(id)];
    expect(held.length).toBe(due.length);
    expect(held).toEqual(due);
  }
}

const operators = () => [`org_${randomUUID().replaceAll('-', '')}`, `org_${randomUUID().replaceAll('-', '')}`] as const;

async function metric(name: string): Promise<Record<string, number>> {
  const { values } = (await registry.getSingleMetric(name)!.get()) as {
    values: { labels: Record<string, string>; value: number }[];
  };
  return Object.fromEntries(values.map(({ labels, value }) => [Object.values(labels).join(), value]));
}

const failuresOf = async (kind: string): Promise<number> =>
  (await metric('databourse_jetstream_failures_total'))[kind] ?? 0;

described(`the feed on NATS JetStream (nats-server ${natsVersion ?? 'is missing'})`, () => {
  const opened: JetStreamPublisher[] = [];
  const open: typeof publisher = (...args) => {
    const one = publisher(...args);
    opened.push(one);
    return one;
  };
  let line: Line | undefined;

  beforeAll(async () => {
    nats = await startNats({ user: LOGIN });
    t = await startApp({ NATS_URL: nats.url, NATS_BYTES: '0', LEDGER_ORIGIN: 'test.example/log' });
    feed = t.app.get(FeedReader, { strict: false });
    db = new pg.Client(t.databaseUrl);
    await db.connect();
    await db.query('SET session_replication_role = replica');
  });
  afterAll(async () => {
    await db.end();
    await t.close();
    await nats.close();
  });
  beforeEach(() => nats.start());
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.beforeApplicationShutdown();
    await line?.close();
    line = undefined;
    await db.query('TRUNCATE feed.operator, feed.entry, feed.leaf');
  });

  it('publishes what happens, in the bytes that its operator pulls', async () => {
    const org = await organisation(t);
    const name = { zh: '演示交易所', en: 'Demonstration exchange' };
    const venue = { code: 'DEMO-N', name, type: 'EXCHANGE', parentId: null, operatorId: org };
    expect((await t.as({ sub: newId('per'), org, roles: ['operator'] }).post('/v1/venues', venue)).status).toBe(201);
    await t.settle();
    await t.app.get(JetStreamPublisher, { strict: false }).beforeApplicationShutdown(); // The next ones lead.
    const pulled = await t.as({ sub: newId('per'), org, roles: ['exchangeOfficer'] }).get('/v1/feed');
    expect(pulled.status).toBe(200);
    const held = await contentOf(org);
    expect(held).toHaveLength(1);
    expect(`[${held[0]!.body}]`).toBe(pulled.text);
    expect(held).toEqual(await wanted(org));
  });

  it('gives every operator a stream of exactly its feed: dense, in order, the same bytes as elsewhere', async () => {
    const [a, b] = operators();
    await grow(a, 1200);
    await grow(b, 30);
    const one = open();
    await publish(one, a, b);
    await grow(a, 10);
    await publish(one, a);
    await mustHoldTheirFeeds(a, b);
    expect(await metric('databourse_jetstream_lag_events')).toMatchObject({ [a]: 0, [b]: 0 });
    expect(await metric('databourse_jetstream_connected')).toEqual({ '': 1 });
  });

  it('sets a stream up as configured, and again when the configuration changes', async () => {
    const [a] = operators();
    await grow(a, 3);
    await publish(open({ NATS_DAYS: '7', NATS_BYTES: '1000000' }, alwaysLeading), a);
    const settings = () => manager(async (jsm) => (await jsm.streams.info(streamName(a))).config);
    expect(await settings()).toMatchObject({
      subjects: [`databourse.feed.${a}.>`],
      storage: 'file',
      retention: 'limits',
      discard: 'old',
      max_age: 7 * 86_400e9,
      max_bytes: 1_000_000,
      num_replicas: 1,
      deny_delete: true,
      deny_purge: true,
    });
    const other = open({ NATS_DAYS: '0', NATS_BYTES: '0' }, alwaysLeading);
    await grow(a, 1);
    await publish(other, a);
    expect(await settings()).toMatchObject({ max_age: 0, max_bytes: -1, deny_delete: true });
    await mustHoldTheirFeeds(a);
  });

  it('keeps a window only: what grew too much is gone, and the positions go on', async () => {
    const [a] = operators();
    await grow(a, 600);
    const one = open({ NATS_BYTES: '100000' });
    await publish(one, a);
    await one.beforeApplicationShutdown();
    await grow(a, 5);
    await publish(open({ NATS_BYTES: '100000' }), a);
    const held = await contentOf(a);
    expect(held.length).toBeLessThan(605);
    expect(held).toEqual((await wanted(a)).slice(-held.length));
  });

  it('loses nothing and repeats nothing when the server is killed while it is written to', async () => {
    const [a, b] = operators();
    await grow(a, 5000);
    await grow(b, 5000);
    const one = open();
    let working = true;
    const work = (async () => {
      while (working) await step(one);
    })();
    for (const share of [1, 1000, 2500, 4000]) {
      await until(async () => (await lastOf(a)) >= share);
      await nats.kill();
      await grow(a, 100);
      await until(async () => (await metric('databourse_jetstream_connected'))['']! === 0);
      await until(async () => (await metric('databourse_jetstream_lag_events'))[a]! > 0);
      await nats.start();
    }
    working = false;
    await work;
    await publish(one, a, b);
    await mustHoldTheirFeeds(a, b);
  });

  it('goes on after a publisher that was killed in the middle of a batch', async () => {
    const [a] = operators();
    await grow(a, 100);
    line = await layLine(nats.port);
    const dying = open({ NATS_URL: through(line) }, alwaysLeading);
    await step(dying);
    await grow(a, 1500);
    const heard = line.heard();
    const batch = step(dying);
    await until(() => line!.heard() > heard);
    line.cut(); // Its connection ends as that of a dead process does, with half of a batch on the way.
    await batch;
    await publish(open(), a);
    await mustHoldTheirFeeds(a);
  });

  it('repeats nothing that the server stored and the publisher did not hear of', async () => {
    const [a] = operators();
    await grow(a, 100);
    line = await layLine(nats.port);
    const one = open({ NATS_URL: through(line) });
    await step(one);
    const told = await lastOf(a);
    await grow(a, 1500);
    line.passes.back = false;
    const batch = step(one);
    await until(async () => (await lastOf(a)) > told);
    line.cut();
    line.passes.back = true;
    await batch;
    expect(await lastOf(a)).toBeGreaterThan(told);
    await publish(one, a);
    await mustHoldTheirFeeds(a);
  });

  it('sends again what it sent and the server never got', async () => {
    const [a] = operators();
    await grow(a, 100);
    line = await layLine(nats.port);
    const one = open({ NATS_URL: through(line) });
    await step(one);
    const told = await lastOf(a);
    await grow(a, 1500);
    line.passes.out = false;
    const batch = step(one);
    await sleep(50);
    line.cut();
    line.passes.out = true;
    await batch;
    expect(await lastOf(a)).toBe(told);
    await publish(one, a);
    await mustHoldTheirFeeds(a);
  });

  it('lets two publishers that both believe to lead do no harm', async () => {
    const [a, b] = operators();
    await grow(a, 3000);
    await grow(b, 3000);
    const pair = [open({}, alwaysLeading), open({}, alwaysLeading)];
    await until(
      async () => (await lastOf(a)) >= 3000 && (await lastOf(b)) >= 3000,
      () => Promise.all(pair.map(step)),
    );
    await mustHoldTheirFeeds(a, b);
  });

  it('publishes from one process only, and from another when that one ends', async () => {
    const [a] = operators();
    await grow(a, 10);
    const [first, second] = [open(), open()];
    await publish(first, a);
    await grow(a, 10);
    expect(await second.step()).toBe(0);
    expect(await lastOf(a)).toBe(10);
    await first.beforeApplicationShutdown();
    await publish(second, a);
    await mustHoldTheirFeeds(a);
  });

  it('writes nothing twice that arrives late, when the server no longer remembers its id', async () => {
    const [a] = operators();
    await grow(a, 100);
    line = await layLine(nats.port);
    const slow = open({ NATS_URL: through(line) }, alwaysLeading);
    await slow.step();
    await grow(a, 1500);
    const arrive = line.hold();
    const batch = step(slow);
    await publish(open({}, alwaysLeading), a);
    await manager(async (jsm, connection) => {
      await jsm.streams.update(streamName(a), { duplicate_window: 100_000_000 });
      const id = (await wanted(a)).at(-1)!.id;
      const again = { expect: { lastSequence: 1 }, msgID: id };
      const refused = () =>
        jetstream(connection)
          .publish(`databourse.feed.${a}.x`, 'x', again)
          .then(
            () => false,
            (error: { code: number }) => error.code === 10_071,
          );
      await until(refused); // While it remembers the id, it answers that it has the message.
    });
    arrive();
    await batch;
    await mustHoldTheirFeeds(a);
  });

  it('fills a server again that lost everything', async () => {
    const [a] = operators();
    await grow(a, 700);
    const one = open();
    await publish(one, a);
    await nats.lose();
    await nats.start();
    const lost = await failuresOf('lost');
    await publish(one, a);
    expect(await failuresOf('lost')).toBe(lost + 1);
    await mustHoldTheirFeeds(a);
  });

  it('fills a stream again that was deleted under it', async () => {
    const [a] = operators();
    await grow(a, 20);
    const one = open();
    await publish(one, a);
    await manager((jsm) => jsm.streams.delete(streamName(a)));
    await grow(a, 20);
    await publish(one, a);
    await mustHoldTheirFeeds(a);
  });

  it.each([
    [
      'holds more than the feed',
      async (a: string) =>
        void (await db.query('DELETE FROM feed.entry WHERE operator_id = $1 AND position > 15', [a])),
    ],
    [
      'holds other events than the feed',
      async (a: string) =>
        void (await db.query('UPDATE feed.entry SET leaf_index = leaf_index + 1000000 WHERE operator_id = $1', [a])),
    ],
    [
      'holds another event at the same leaf',
      async (a: string) =>
        void (await db.query(
          `UPDATE feed.leaf SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), event_id::text, gen_random_uuid()::text), 'UTF8')
           FROM feed.entry WHERE entry.leaf_index = leaf.leaf_index AND operator_id = $1`,
          [a],
        )),
    ],
    [
      'holds what somebody else wrote',
      async (a: string) =>
        void (await manager((_, connection) => jetstream(connection).publish(`databourse.feed.${a}.x`, '{}'))),
    ],
  ])('refuses to write to a stream that %s', async (_, restore) => {
    const [a, b] = operators();
    await grow(a, 20);
    const one = open();
    await publish(one, a);
    await one.beforeApplicationShutdown();
    await restore(a);
    const held = await contentOf(a);
    await grow(a, 5);
    await grow(b, 5);
    const refused = await failuresOf('refused');
    await publish(open(), b); // The other operator does not suffer.
    expect(await failuresOf('refused')).toBe(refused + 1);
    expect(await contentOf(a)).toEqual(held);
  });

  it('leaves an operator alone whose event is too big for the server, and goes on with the others', async () => {
    const [a, b] = operators().toSorted() as [string, string];
    await grow(a, 1);
    await grow(a, 1, 1_100_000);
    await grow(b, 2);
    const failed = await failuresOf('failed');
    await publish(open(), b);
    expect(await failuresOf('failed')).toBe(failed + 1);
    expect(await lastOf(a)).toBe(1);
  });

  it('takes the next server when one does not answer, and says nothing of a password that is refused', async () => {
    const [a] = operators();
    await grow(a, 2);
    const dead = await freePort();
    await publish(open({ NATS_URL: `nats://127.0.0.1:${dead},${nats.url}` }, alwaysLeading), a);
    await mustHoldTheirFeeds(a);
    const wrong = open({ NATS_URL: nats.url.replace('s3cret', 'hunter2') }, alwaysLeading);
    const error = await wrong.step().catch((reason: unknown) => inspect(reason));
    expect(error).toMatch(/authorization/i);
    expect(error).not.toContain('hunter2');
  });

  it('neither fails nor waits without a server: it is alive, ready, and says so', async () => {
    await nats.kill();
    const one = open();
    await expect(one.step()).rejects.toThrow(/refused/);
    const nobody = { sub: 'per_1', org: 'org_1', roles: [] };
    expect((await t.as(nobody).get('/health/ready')).status).toBe(200);
    await nats.start();
    expect(await one.step()).toBe(0);
  });
});
