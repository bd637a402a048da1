import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { FeedReader } from '../src/feed/feed-reader.js';
import { WebhookKeys } from '../src/feed/webhook-keys.js';
import { WebhookQueue } from '../src/feed/webhook-queue.js';
import { WebhookSender } from '../src/feed/webhook-sender.js';
import { WebhookSweeper } from '../src/feed/webhook-sweeper.js';
import { registry } from '../src/platform/metrics.js';
import { Outgoing } from '../src/platform/outgoing.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { startReceiver, type Receiver, type Reply } from './support/receiver.js';
import { startWebhooks, taken, type Operator, type WebhookApp } from './support/webhooks.js';

let t: WebhookApp;
let o: Operator;
let r: Receiver;
beforeAll(async () => {
  t = await startWebhooks();
});
afterAll(() => t.close());
beforeEach(async () => {
  [o, r] = [await t.operator(), await startReceiver()];
});
afterEach(async () => {
  r.close();
  jest.restoreAllMocks();
  await t.passTime();
  for (const { id, state } of (await o.client.get('/v1/webhooks')).body.items)
    if (state !== 'RETIRED') expect((await o.client.act(`/v1/webhooks/${id}/retirement`)).status).toBe(204);
});

const positions = (receiver: Receiver) => receiver.received.map(({ position }) => position);
const another = (): WebhookSender => {
  const { app } = t;
  return new WebhookSender(
    app.get(WebhookQueue),
    app.get(FeedReader),
    app.get(WebhookKeys),
    app.get(Outgoing),
    app.get(UnitOfWork),
  );
};
/** Seconds from now on, as the database sees it. */
const pausedFor = async (id: string): Promise<number> => {
  const { rows } = await t.db.query<{ wait: number }>(
    `SELECT extract(epoch FROM paused_until - served_at)::float8 AS wait FROM feed.webhook_progress WHERE endpoint_id = $1`,
    [id],
  );
  return rows[0]!.wait;
};

describe('an endpoint that wants to be left alone', () => {
  const inTwoHours = () => new Date(Date.now() + 7_200_000).toUTCString();
  it.each<[string, () => Reply, number, number]>([
    ['by Retry-After in seconds', () => [503, { 'retry-after': '1000' }], 1000, 1030],
    ['by Retry-After as a date', () => [500, { 'retry-after': inTwoHours() }], 6900, 7230],
    ['beyond all measure', () => [429, { 'retry-after': '99999999' }], 86_400, 86_430],
    ['by 429', () => 429, 5, 36],
    ['by 502', () => 502, 5, 36],
    ['by 504', () => 504, 5, 36],
    ['by breaking the connection', () => 'reset', 5, 36], // twice: a kept connection may be stale
  ])('%s is: nothing else is sent meanwhile', async (_, reply, least, most) => {
    r.reply = ({ position }) => (position === 2 ? reply() : 200);
    const { id, publicKey } = await o.add({ url: r.url, after: 0 });
    await o.happen(3);
    await t.send();
    expect([...new Set(positions(r))]).toEqual([1, 2]);
    const wait = await pausedFor(id);
    expect(wait).toBeGreaterThanOrEqual(least);
    expect(wait).toBeLessThanOrEqual(most);
    expect((await o.show(id)).pausedUntil).toEqual(expect.any(String));
    r.reply = () => 200;
    await t.passTime();
    await t.send();
    expect(positions(r).slice(-3)).toEqual([3, 4, 2]);
    expect(taken(r.received, [publicKey!])).toEqual(await o.feed());
  });

  it('is left alone longer each time, up to five minutes, and no longer once it answers', async () => {
    r.reply = () => 'reset';
    const { id } = await o.add({ url: r.url });
    await o.happen(12);
    const waits: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      await t.send();
      waits.push(await pausedFor(id));
      await t.passTime();
    }
    for (const [i, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(Math.min(5 * 2 ** i, 300));
    expect(Math.max(...waits)).toBeLessThan(360);
    r.reply = ({ position }) => (position < 12 ? 200 : 'reset');
    await t.send();
    expect(await pausedFor(id)).toBeLessThan(40);
  });

  it('does not answer in time: the attempt has failed', async () => {
    t.sender.timeoutMs = 30;
    try {
      r.reply = () => 'hang';
      const { id } = await o.add({ url: r.url });
      await o.happen(2);
      await t.send();
      expect(positions(r)).toEqual([2]);
      expect((await o.deliveries(id))[0]).toMatchObject({ state: 'PENDING', last: { status: null, error: 'timeout' } });
    } finally {
      t.sender.timeoutMs = 15_000;
    }
  });
});

describe('an endpoint that is gone', () => {
  it('says so with 410 and is disabled; enabled again, it misses nothing', async () => {
    r.reply = ({ position }) => (position === 3 ? 410 : 200);
    const { id, publicKey } = await o.add({ url: r.url });
    await o.happen(4);
    await t.send();
    expect(positions(r)).toEqual([2, 3]);
    expect(await o.show(id)).toMatchObject({ state: 'DISABLED', reason: 'GONE', position: 3 });
    const { rows } = await t.db.query('SELECT payload FROM ledger.payload WHERE stream = $1 ORDER BY version', [id]);
    expect(rows.map(({ payload }) => JSON.parse(payload as string) as object).at(-1)).toEqual({
      webhookId: id,
      reason: 'GONE',
    });
    r.reply = () => 200;
    await o.client.act(`/v1/webhooks/${id}/activation`);
    await t.passTime();
    await t.send();
    expect(taken(r.received, [publicKey!])).toEqual(await o.feed(1));
  });

  it('or has taken nothing for five days: it is disabled too', async () => {
    r.reply = () => 500;
    const { id } = await o.add({ url: r.url });
    await o.happen(1);
    await t.send();
    expect(await o.show(id)).toMatchObject({ state: 'ENABLED', failingSince: expect.any(String) });
    await t.db.query(
      `UPDATE feed.webhook_progress SET failing_since = now() - interval '121 hours' WHERE endpoint_id = $1`,
      [id],
    );
    r.reply = ({ position }) => (position === 3 ? 200 : 500);
    await o.happen(1);
    await t.send();
    expect(await o.show(id)).toMatchObject({ state: 'ENABLED', failingSince: null });
    await t.db.query(
      `UPDATE feed.webhook_progress SET failing_since = now() - interval '121 hours' WHERE endpoint_id = $1`,
      [id],
    );
    await t.passTime();
    await t.send();
    expect(await o.show(id)).toMatchObject({ state: 'DISABLED', reason: 'FAILING' });
    expect(positions(r)).toEqual([2, 3, 2]);
  });
});

describe('many senders and endpoints', () => {
  it('a slow endpoint holds up no other, and its own messages one by one', async () => {
    const quick = await startReceiver();
    r.reply = () => 'hang';
    await o.add({ url: r.url, after: 0 });
    const { publicKey } = await o.add({ url: quick.url, after: 0 });
    await o.happen(120);
    await t.sendUntil(() => quick.received.length === 121);
    expect(taken(quick.received, [publicKey!])).toEqual(await o.feed());
    expect(positions(r)).toEqual([1]);
    quick.close();
    r.close();
    await t.send();
  });

  it('several processes send every message once', async () => {
    const senders = [t.sender, another(), another()];
    const others = await Promise.all([startReceiver(), startReceiver(), startReceiver()]);
    for (const { url } of [r, ...others]) await o.add({ url, after: 0 });
    await o.happen(80);
    for (let done = 1; done > 0;) {
      const steps = await Promise.all(senders.map((sender) => sender.step()));
      done = steps.reduce((sum, n) => sum + n);
    }
    for (const receiver of [r, ...others]) {
      expect(positions(receiver)).toEqual(Array.from({ length: 81 }, (_, i) => i + 1));
      receiver.close();
    }
  });

  it('a process that dies after sending is followed by one that sends again; what it tells later counts for nothing', async () => {
    const queue = t.app.get(WebhookQueue);
    const { id, publicKey } = await o.add({ url: r.url });
    await o.happen(2);
    const [dead] = await queue.claim(1);
    expect(await queue.claim(5)).toEqual([]);
    await t.db.query(`UPDATE feed.webhook_progress SET leased_until = now() WHERE endpoint_id = $1`, [id]);
    await t.send();
    expect(taken(r.received, [publicKey!])).toEqual(await o.feed(1));
    await expect(queue.record(dead!, 2, [], undefined)).rejects.toThrow('lease');
    await queue.release(dead!, 1e6);
    expect(await o.show(id)).toMatchObject({ position: 3, pausedUntil: null });
  });

  it('a process that ends lets go of its endpoints at once', async () => {
    const ending = another();
    r.reply = () => 'hang';
    const { id, publicKey } = await o.add({ url: r.url });
    await o.happen(2);
    while (r.received.length === 0) await ending.step();
    await ending.beforeApplicationShutdown();
    expect(await o.show(id)).toMatchObject({ position: 1, failingSince: null });
    r.reply = () => 200;
    await t.send();
    expect(taken(r.received, [publicKey!])).toEqual(await o.feed(1));
  });

  it('a message that is replayed while it is on its way is sent again', async () => {
    const { id } = await o.add({ url: r.url });
    await o.happen(1);
    r.reply = () => 500;
    await t.send();
    await t.passTime();
    r.reply = () => 'hang';
    await t.sendUntil(() => r.received.length === 2);
    expect((await o.client.post(`/v1/webhooks/${id}/deliveries/2/replay`)).status).toBe(202);
    r.reply = () => 200;
    t.app.get(Outgoing).onApplicationShutdown();
    await t.send();
    await t.passTime();
    await t.send();
    expect((await o.deliveries(id))[0]).toMatchObject({ state: 'DELIVERED', attempts: 1 });
  });
});

/** Some random numbers, the same in every run. */
function* dice(seed: number): Generator<number, never> {
  for (let x = seed; ;) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) & 0x7fffffff;
    yield x / 0x80000000;
  }
}

describe('whatever fails, and however', () => {
  type Method = (...args: never[]) => Promise<unknown>;
  const io = (): [object, string][] => [
    [t.app.get(Outgoing), 'post'],
    [t.app.get(WebhookQueue), 'claim'],
    [t.app.get(WebhookQueue), 'due'],
    [t.app.get(WebhookQueue), 'record'],
    [t.app.get(WebhookQueue), 'release'],
    [t.app.get(WebhookKeys), 'secrets'],
    [t.app.get(FeedReader), 'read'],
    [t.app.get(FeedReader), 'size'],
  ];
  const happened = async (work: () => Promise<unknown>): Promise<never> => {
    await work();
    throw Object.assign(new Error('connection lost'), { code: 'ECONNRESET' });
  };
  const never = (): Promise<never> =>
    Promise.reject(Object.assign(new Error('connection lost'), { code: 'ECONNRESET' }));

  it.each([
    ['did not happen', 1],
    ['happened, but we were told that it failed', 2],
    ['one or the other', 3],
  ] as const)('%s: a receiver that drops known ids has exactly the feed', async (_, kind) => {
    const rolls = dice(kind * 7919);
    r.reply = ({ position }) => (rolls.next().value < 0.1 ? (position % 2 ? 500 : 429) : 200);
    const { id, publicKey } = await o.add({ url: r.url, after: 0 });
    await o.happen(40);
    let faults = 0;
    for (const [object, name] of io()) {
      const real = (object as Record<string, Method>)[name]!.bind(object);
      jest.spyOn(object as Record<string, Method>, name).mockImplementation((...args) => {
        if (rolls.next().value >= 0.2) return real(...args);
        faults += 1;
        const later = kind === 2 || (kind === 3 && rolls.next().value < 0.5);
        return later ? happened(() => real(...args)) : never();
      });
    }
    const isDone = async () => {
      const { rows } = await t.db.query(
        `SELECT FROM feed.webhook_progress WHERE endpoint_id = $1 AND position = 41 AND NOT EXISTS
           (SELECT FROM feed.webhook_delivery WHERE endpoint_id = $1 AND state = 'PENDING')`,
        [id],
      );
      return rows.length === 1;
    };
    for (let rounds = 0; rounds < 2000 && !(await isDone()); rounds += 1) {
      await t.sender.step().catch(() => sleep(1));
      await t.passTime();
      // Ten attempts are soon over when no time passes between them.
      await t.db.query(`UPDATE feed.webhook_delivery SET attempts = 1 WHERE state = 'PENDING'`);
    }
    jest.restoreAllMocks();
    await t.send();
    expect(faults).toBeGreaterThan(5);
    expect(await isDone()).toBe(true);
    expect(taken(r.received, [publicKey!])).toEqual(await o.feed());
    expect(await o.deliveries(id, '&state=FAILED')).toEqual([]);
  });
});

it('what waits is measured, what is old is forgotten', async () => {
  r.reply = ({ position }) => (position === 2 ? 500 : 200);
  const { id } = await o.add({ url: r.url, after: 0 });
  await o.happen(2);
  await t.send();
  await o.happen(1);
  const age = (sql: string) => t.db.query(`UPDATE feed.webhook_delivery SET ${sql} WHERE endpoint_id = $1`, [id]);
  await age(`pending_since = now() - interval '100 seconds'`);
  const sweeper = t.app.get(WebhookSweeper);
  await sweeper.step();
  const text = await registry.metrics();
  const value = (name: string) => Number(new RegExp(`^databourse_webhook_${name} (\\S+)$`, 'm').exec(text)?.[1]);
  expect(value('pending')).toBe(1);
  expect(value('oldest_pending_seconds')).toBeGreaterThanOrEqual(100);
  expect(value('behind_positions')).toBeGreaterThanOrEqual(1);
  expect(text).toMatch(/^databourse_webhook_attempts_total\{outcome="failed"\} [1-9]/m);
  await age(`changed_at = now() - interval '8 days'`);
  await t.db.query(`UPDATE feed.webhook_attempt SET at = now() - interval '31 days' WHERE endpoint_id = $1`, [id]);
  while ((await sweeper.step()) > 0);
  expect(await o.deliveries(id)).toMatchObject([{ position: 2, state: 'PENDING', last: null }]);
  const again = await o.client.post(`/v1/webhooks/${id}/replays`, { first: 1, last: 3 });
  expect(again.body.messages).toBe(3);
});
