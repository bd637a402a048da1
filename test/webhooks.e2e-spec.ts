import { jest } from '@jest/globals';
import { verify } from '@app/webhooks';
import { Webhook } from 'standardwebhooks';
import { startReceiver, type Receiver } from './support/receiver.js';
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
  for (const { id, state } of (await o.client.get('/v1/webhooks')).body.items)
    if (state !== 'RETIRED') expect((await o.client.act(`/v1/webhooks/${id}/retirement`)).status).toBe(204);
});

const positions = (receiver: Receiver) => receiver.received.map(({ position }) => position);

describe('an endpoint', () => {
  it("gets its operator's feed in order, as the very bytes of the other channels, signed v1a by default", async () => {
    await o.happen(5);
    const { id, publicKey, secret } = await o.add({ url: r.url, after: 0 });
    expect(secret).toBeNull();
    await t.send();
    expect(positions(r)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(taken(r.received, [publicKey!])).toEqual(await o.feed());
    for (const { headers, body } of r.received) {
      expect(headers).toMatchObject({ 'content-type': 'application/cloudevents+json', 'user-agent': 'databourse' });
      expect(headers['webhook-id']).toBe((JSON.parse(body.toString()) as { id: string }).id);
    }
    expect(await o.show(id)).toMatchObject({ state: 'ENABLED', position: 6, failingSince: null, pausedUntil: null });
    const [newest] = await o.deliveries(id);
    expect(newest).toMatchObject({ position: 6, state: 'DELIVERED', attempts: 1, nextAttemptAt: null });
    expect(newest!.last).toMatchObject({ status: 204, error: null, excerpt: '' });
  });

  it('begins now without a position; with v1 it is verified by the library of the specification', async () => {
    await o.happen(2);
    const { secret, publicKey } = await o.add({ url: r.url, scheme: 'v1' });
    expect(publicKey).toBeNull();
    await o.happen(2);
    await t.send();
    expect(positions(r)).toEqual([4, 5]);
    const library = new Webhook(secret!);
    for (const { headers, body } of r.received) library.verify(body, headers as Record<string, string>);
  });

  it('gets only what its filter lets through, and goes on behind what it does not', async () => {
    await o.happen(3);
    const types = ['market.listing-published.v1'];
    const { id } = await o.add({ url: r.url, after: 0, types });
    await t.send();
    expect(r.received).toEqual([]);
    expect((await o.show(id)).position).toBe(4);
    expect((await o.patch(id, { types: null, description: '全部' })).status).toBe(204);
    await o.happen(1);
    await t.send();
    expect(positions(r)).toEqual([5]);
    expect(await o.show(id)).toMatchObject({ types: null, description: '全部', url: r.url });
  });

  it('is disabled and enabled without missing anything, and retired for good', async () => {
    const { id, publicKey } = await o.add({ url: r.url });
    expect((await o.client.act(`/v1/webhooks/${id}/deactivation`)).status).toBe(204);
    await o.happen(3);
    await t.send();
    expect(r.received).toEqual([]);
    expect(await o.show(id)).toMatchObject({ state: 'DISABLED', reason: 'REQUESTED', actions: ['enable', 'retire'] });
    expect((await o.client.act(`/v1/webhooks/${id}/deactivation`)).body.code).toBe('illegal-transition');
    await o.client.act(`/v1/webhooks/${id}/activation`);
    await t.send();
    expect(taken(r.received, [publicKey!])).toEqual(await o.feed(1));
    await o.client.act(`/v1/webhooks/${id}/retirement`);
    expect(await o.show(id)).toMatchObject({ state: 'RETIRED', keys: [], actions: [] });
    for (const act of ['activation', 'key', 'retirement'])
      expect((await o.client.act(`/v1/webhooks/${id}/${act}`)).body.code).toBe('illegal-transition');
    expect((await o.patch(id, { description: 'x' })).body.code).toBe('illegal-transition');
    expect((await o.client.post(`/v1/webhooks/${id}/replays`, { first: 2, last: 2 })).body.code).toBe(
      'illegal-transition',
    );
    await o.happen(1);
    await t.send();
    expect(r.received).toHaveLength(3);
  });
});

describe('a failed message', () => {
  const failing = (...bad: number[]) => (r.reply = ({ position }) => (bad.includes(position) ? 500 : 200));

  it('does not hold back those behind it, and comes again until it is taken', async () => {
    await o.happen(4);
    failing(2, 4);
    const { id, publicKey } = await o.add({ url: r.url, after: 0 });
    await t.send();
    expect(positions(r)).toEqual([1, 2, 3, 4, 5]);
    const pending = await o.deliveries(id, '&state=PENDING');
    expect(pending.map(({ position, attempts }) => [position, attempts])).toEqual([
      [4, 1],
      [2, 1],
    ]);
    expect(pending[0]!.last).toMatchObject({ status: 500, excerpt: 'answer 500' });
    const wait = Date.parse(pending[0]!.nextAttemptAt!) - Date.parse(pending[0]!.changedAt);
    expect(wait).toBeGreaterThanOrEqual(5000);
    expect(wait).toBeLessThanOrEqual(5500);
    await t.passTime();
    await t.send();
    failing();
    await t.passTime();
    await t.send();
    expect(positions(r)).toEqual([1, 2, 3, 4, 5, 2, 4, 2, 4]);
    expect(taken(r.received, [publicKey!])).toEqual(await o.feed());
    expect(await o.deliveries(id, '&state=PENDING')).toEqual([]);
    expect((await o.deliveries(id)).map(({ attempts }) => attempts)).toEqual([1, 3, 1, 3, 1]);
  });

  it('keeps its id and body, with a new timestamp and signature', async () => {
    failing(2);
    const { publicKey } = await o.add({ url: r.url });
    await o.happen(1);
    await t.send();
    const later = Date.now() + 60_000;
    const timers = [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'setImmediate',
      'clearImmediate',
    ] as const;
    jest.useFakeTimers({ now: later, doNotFake: [...timers, 'nextTick', 'queueMicrotask', 'performance', 'hrtime'] });
    try {
      await t.passTime();
      await t.send();
    } finally {
      jest.useRealTimers();
    }
    const [first, second] = r.received.map(({ headers, body }) => verify(body, headers, [publicKey!]));
    expect(second!.id).toBe(first!.id);
    expect(second!.sentAt.getTime()).toBe(Math.floor(later / 1000) * 1000);
    expect(r.received[0]!.body).toEqual(r.received[1]!.body);
  });

  it('is given up after ten attempts, stands in the list, and is replayed one or many', async () => {
    await o.happen(3);
    failing(2, 3);
    const { id, publicKey } = await o.add({ url: r.url, after: 0 });
    for (let i = 0; i < 12; i += 1) {
      await t.send();
      await t.passTime();
    }
    expect(positions(r).filter((position) => position === 2)).toHaveLength(10);
    const failed = await o.deliveries(id, '&state=FAILED');
    expect(failed).toMatchObject([{ position: 3, attempts: 10, nextAttemptAt: null }, { position: 2 }]);
    failing();
    const one = await o.client.post(`/v1/webhooks/${id}/deliveries/2/replay`);
    expect([one.status, one.body]).toEqual([202, { id, messages: 1 }]);
    await t.send();
    expect(positions(r).at(-1)).toBe(2);
    expect((await o.deliveries(id, '&state=FAILED')).map(({ position }) => position)).toEqual([3]);
    const before = r.received.length;
    const key = { 'idempotency-key': 'replay-once-only' };
    for (const replayed of [undefined, 'true']) {
      const range = await o.client.post(`/v1/webhooks/${id}/replays`, { first: 1, last: 4 }, key);
      expect([range.status, range.body, range.headers['idempotent-replayed']]).toEqual([
        202,
        { id, messages: 4 },
        replayed,
      ]);
      await t.send();
    }
    expect(positions(r).slice(before)).toEqual([1, 2, 3, 4]);
    expect(taken(r.received, [publicKey!])).toEqual(await o.feed());
  });

  it.each([301, 302, 307, 308, 304, 400, 404, 503])('is one that was answered with %i', async (status) => {
    r.reply = () => [status, { location: r.url }];
    const { id } = await o.add({ url: r.url });
    await o.happen(1);
    await t.send();
    expect(r.received).toHaveLength(1);
    expect((await o.deliveries(id))[0]).toMatchObject({ state: 'PENDING', last: { status } });
  });
});
