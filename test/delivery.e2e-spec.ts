import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { jest } from '@jest/globals';
import { RECEIPT_TYP } from '@app/sdk';
import { LocalKey, openStream, signJws, unwrapContentKey } from '@app/signing';
import { deliveryMachine, type SealedFile } from '../src/delivery/delivery.js';
import { FinishPreparation } from '../src/delivery/finish-preparation.js';
import { FollowOrder } from '../src/delivery/follow-order.js';
import { LEASE_S, PrepareDeliveries } from '../src/delivery/prepare-deliveries.js';
import { Clock } from '../src/platform/clock.js';
import { FileStore } from '../src/platform/file-store.js';
import { newId } from '../src/platform/id.js';
import { EscrowFunded } from '../src/settlement/escrow.js';
import { FollowSettlement } from '../src/trading/follow-settlement.js';
import { OrderFunded, OrderHalted } from '../src/trading/order.js';
import type { Who } from './support/client.js';
import { startTrade, type Member, type Trade } from './support/trade.js';

let t: Trade;
let seller: Member;
let buyer: Member;
let listingId: string;
/** Several chunks of the envelope, the last one not full. */
const content = randomBytes(200_001);
const sha256 = createHash('sha256').update(content).digest('hex');
beforeAll(async () => {
  t = await startTrade();
  [seller, buyer] = [await t.member(['SELLER']), await t.member(['BUYER'])];
  listingId = await t.listing(seller, {}, content);
});
afterAll(() => t.close());

const list = async (who: Who, orderId: string) => (await t.as(who).get(`/v1/deliveries?orderId=${orderId}`)).body.items;
const act = (who: Who, id: string, action: string, body?: object) =>
  t.as(who).act(`/v1/deliveries/${id}/${action}`, body);
const fetchLink = async (url: string, method = 'GET') => fetch(`${await t.app.getUrl()}${url}`, { method });
const linkOf = async (id: string) => (await act(buyer.who, id, 'link')).body.url as string;

async function fundedOrder(): Promise<string> {
  const orderId = await t.order(buyer, listingId);
  for (const party of [buyer, seller]) expect(await t.sign(party, orderId)).toBe(204);
  await t.react(FollowSettlement, new EscrowFunded(newId('esc'), orderId, { amount: '10005', currency: 'CNY' }, null));
  return orderId;
}

/** A delivery that lies ready, of an order that waits for it. */
async function ready(): Promise<{ id: string; orderId: string }> {
  const orderId = await fundedOrder();
  await t.settle();
  const [{ id, state }] = await list(buyer.who, orderId);
  expect(state).toBe('READY');
  return { id, orderId };
}

async function receipt(
  delivery: { id: string; orderId: string },
  changes: object = {},
  key = buyer.key,
  typ = RECEIPT_TYP,
) {
  const statement = { deliveryId: delivery.id, orderId: delivery.orderId, sha256, ...changes };
  return act(buyer.who, delivery.id, 'receipt', { jws: await signJws(statement, await key.privateJwk(), { typ }) });
}

it('seals the file for the buyer, who opens it, signs for it, and has it delivered', async () => {
  const delivery = await ready();
  const order = async () => (await t.as(buyer.who).get(`/v1/orders/${delivery.orderId}`)).body;
  expect(await order()).toMatchObject({ state: 'DELIVERING', deliveryId: delivery.id });
  const { body: view } = await t.as(buyer.who).get(`/v1/deliveries/${delivery.id}`);
  expect(view).toMatchObject({ sha256, bytes: content.length, keyId: buyer.decryption.kid, downloads: 0 });

  const answer = await fetchLink(await linkOf(delivery.id));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-length')).toBe(String(view.cipherBytes));
  const sealed = Buffer.from(await answer.arrayBuffer());
  expect(createHash('sha256').update(sealed).digest('hex')).toBe(view.cipherSha256);
  expect(sealed.includes(content.subarray(0, 32))).toBe(false);
  const contentKey = await unwrapContentKey(view.jwe, await buyer.decryption.privateJwk());
  const opened = await buffer(Readable.from([sealed]).pipe(openStream(contentKey)));
  expect(opened.equals(content)).toBe(true);

  expect((await receipt(delivery)).status).toBe(204);
  await t.settle();
  expect(await order()).toMatchObject({ state: 'DELIVERED', acceptanceDue: expect.any(String) });
});

it('shows the wrapped key to the buyer alone, and the delivery to nobody else', async () => {
  const { id, orderId } = await ready();
  expect((await list(buyer.who, orderId))[0].jwe).toEqual(expect.any(String));
  expect((await list(seller.who, orderId))[0]).toMatchObject({ id, jwe: null });
  const regulator: Who = { sub: newId('per'), org: newId('org'), roles: ['regulator'] };
  expect((await list(regulator, orderId))[0]).toMatchObject({ id, jwe: null });
  const stranger: Who = { sub: newId('per'), org: newId('org'), roles: ['buyer'] };
  expect(await list(stranger, orderId)).toEqual([]);
  expect((await t.as(stranger).get(`/v1/deliveries/${id}`)).status).toBe(404);
  expect((await t.as(stranger).post(`/v1/deliveries/${id}/link`, {}, { 'if-match': '"2"' })).status).toBe(403);
});

describe('a one-time link', () => {
  it('gives the file to exactly one of ten who race for it', async () => {
    const { id } = await ready();
    for (let round = 0; round < 3; round += 1) {
      const url = await linkOf(id);
      const answers = await Promise.all(Array.from({ length: 10 }, () => fetchLink(url)));
      expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', ...Array<string>(9).fill('410')]);
      const bodies = await Promise.all(answers.map((answer) => answer.arrayBuffer()));
      expect(bodies.filter(({ byteLength }) => byteLength > content.length)).toHaveLength(1);
    }
  });

  it('is gone after its use, after its end, after a newer one; and is not spent by a preview', async () => {
    const { id } = await ready();
    const used = await linkOf(id);
    expect((await fetchLink(used, 'HEAD')).status).toBe(410);
    expect((await fetchLink(used)).status).toBe(200);
    const again = await fetchLink(used);
    expect([again.status, await again.json()]).toEqual([410, expect.objectContaining({ code: 'delivery/link-gone' })]);
    const older = await linkOf(id);
    const newer = await linkOf(id);
    expect((await fetchLink(older)).status).toBe(410);
    const clock = t.app.get(Clock, { strict: false });
    clock.follow(15 * 60_000);
    expect((await fetchLink(newer)).status).toBe(410);
    clock.follow(0);
    expect((await fetchLink(newer)).status).toBe(200);
    expect((await fetchLink(`/v1/delivery-links/${'A'.repeat(43)}`)).status).toBe(410);
  });

  it('is kept nowhere, only its hash', async () => {
    const { id } = await ready();
    const token = (await linkOf(id)).split('/').at(-1)!;
    const hash = createHash('sha256').update(token).digest('hex');
    const rows = JSON.stringify([
      ...(await t.rows('SELECT to_jsonb(d) FROM delivery.delivery d WHERE id = $1', [id])),
      ...(await t.rows('SELECT payload FROM ledger.payload WHERE stream = $1', [id])),
      ...(await t.rows('SELECT to_jsonb(i) FROM platform.idempotency i')),
    ]);
    expect([rows.includes(hash), rows.includes(token)]).toEqual([true, false]);
  });
});

describe('a receipt', () => {
  it('needs a download, the registered file and a key of the buyer', async () => {
    const delivery = await ready();
    expect((await receipt(delivery)).body.code).toBe('delivery/not-downloaded');
    await fetchLink(await linkOf(delivery.id));
    const wrong: [Awaited<ReturnType<typeof receipt>>, string][] = [
      [await receipt(delivery, { sha256: 'a'.repeat(64) }), 'delivery/hash-differs'],
      [await receipt(delivery, { orderId: newId('ord') }), 'delivery/receipt-refused'],
      [await receipt(delivery, { deliveryId: newId('dlv') }), 'delivery/receipt-refused'],
      [await receipt(delivery, { more: 1 }), 'delivery/receipt-refused'],
      [await receipt(delivery, {}, seller.key), 'delivery/receipt-refused'],
      [await receipt(delivery, {}, await LocalKey.generate('ES256')), 'delivery/receipt-refused'],
      [await receipt(delivery, {}, buyer.key, 'JWT'), 'delivery/receipt-refused'],
    ];
    for (const [{ status, body }, code] of wrong) expect([status, body.code]).toEqual([422, code]);
    const stranger: Who = { sub: newId('per'), org: newId('org'), roles: ['buyer'] };
    const theirs = await t
      .as(stranger)
      .post(`/v1/deliveries/${delivery.id}/receipt`, { jws: 'a.b.c' }, { 'if-match': '"4"' });
    expect(theirs.status).toBe(403);
    expect((await receipt(delivery)).status).toBe(204);
    expect((await receipt(delivery)).body.code).toBe('illegal-transition');
  });
});

describe('the worker', () => {
  const worker = () => t.app.get(PrepareDeliveries, { strict: false });
  const order = async (resourceId: string, buyerId = buyer.id): Promise<string> => {
    const orderId = newId('ord');
    await t.react(FollowOrder, new OrderFunded(orderId, buyerId, seller.id, resourceId, 'FILE'));
    await t.react(FollowOrder, new OrderFunded(orderId, buyerId, seller.id, resourceId, 'FILE'));
    const rows = await t.rows('SELECT id FROM delivery.delivery WHERE order_id = $1', [orderId]);
    expect(rows).toHaveLength(1);
    return rows[0]!['id'] as string;
  };
  const resource = async () => (await t.as(seller.who).get(`/v1/listings/${listingId}`)).body.resourceId as string;
  const row = async (id: string) =>
    (
      await t.rows(
        'SELECT d.state, p.attempts, p.error FROM delivery.delivery d LEFT JOIN delivery.preparation p ON p.delivery_id = d.id WHERE d.id = $1',
        [id],
      )
    )[0];
  const leaseEnds = (id: string) =>
    t.rows(`UPDATE delivery.preparation SET try_at = now() - interval '1 second' WHERE delivery_id = $1 RETURNING 1`, [
      id,
    ]);

  it('leaves a job to whoever has it, and finishes what a dead worker began', async () => {
    const id = await order(await resource());
    await t.rows(`INSERT INTO delivery.preparation VALUES ($1, 1, now() + interval '1 minute')`, [id]);
    expect(await worker().step()).toBe(0);
    await leaseEnds(id);
    expect(await worker().step()).toBe(1);
    expect(await row(id)).toMatchObject({ state: 'READY', attempts: 2 });
    expect(await worker().step()).toBe(0);
  });

  it('keeps a job as long as it works on it, and no longer: the lease is short and is renewed', async () => {
    const id = await order(await resource());
    const lease = async () =>
      (
        await t.rows(
          `SELECT try_at::text, extract(epoch FROM try_at - clock_timestamp()) <= ${LEASE_S} AS short FROM delivery.preparation WHERE delivery_id = $1`,
          [id],
        )
      )[0]!;
    const files = t.app.get(FileStore, { strict: false });
    let goOn = (): void => undefined;
    const opened = new Promise<void>((isOpen) => {
      jest.spyOn(files, 'open').mockImplementationOnce(async (sha) => {
        isOpen();
        await new Promise<void>((resume) => (goOn = resume));
        return files.open(sha);
      });
    });
    const doNotFake = ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'Date', 'nextTick'] as const;
    jest.useFakeTimers({ doNotFake: [...doNotFake, 'queueMicrotask', 'performance', 'hrtime'] });
    try {
      const working = worker().step();
      await opened;
      const first = await lease();
      expect(first).toMatchObject({ short: true });
      jest.advanceTimersByTime(LEASE_S * 500);
      let renewed = await lease();
      while (renewed['try_at'] === first['try_at']) renewed = await lease();
      expect(renewed).toMatchObject({ short: true });
      goOn();
      expect(await working).toBe(1);
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
    expect(await row(id)).toMatchObject({ state: 'READY', attempts: 1 });
  });

  it('works once on each job when four work at the same time', async () => {
    const ids = [await order(await resource()), await order(await resource()), await order(await resource())];
    const done = await Promise.all([1, 2, 3, 4].map(() => worker().step()));
    while ((await worker().step()) > 0) done.push(1);
    expect(done.reduce((sum, n) => sum + n, 0)).toBe(3);
    for (const id of ids) expect(await row(id)).toMatchObject({ state: 'READY', attempts: 1 });
  });

  it('records the first of two results, whoever comes second', async () => {
    const id = await order(await resource());
    const sealed = (cipherSha256: string): SealedFile => ({
      sha256,
      bytes: 1,
      cipherSha256,
      cipherBytes: 29,
      keyId: 'k',
      jwe: 'e',
    });
    await t.execute(new FinishPreparation(id, sealed('first')));
    await t.execute(new FinishPreparation(id, sealed('second')));
    expect(await t.rows('SELECT cipher_sha256, version FROM delivery.delivery WHERE id = $1', [id])).toEqual([
      { cipher_sha256: 'first', version: 2 },
    ]);
  });

  it('tries again later what cannot be done now', async () => {
    const keyless = await t.member(['BUYER'], { encrypts: false });
    const id = await order(await resource(), keyless.id);
    expect(await worker().step()).toBe(1);
    expect(await row(id)).toMatchObject({
      state: 'PREPARING',
      attempts: 1,
      error: expect.stringContaining('encryption key'),
    });
    expect(await worker().step()).toBe(0);
    await leaseEnds(id);
    await worker().step();
    expect(await row(id)).toMatchObject({ attempts: 2 });
    await t.react(
      FollowOrder,
      new OrderHalted(
        (await t.rows('SELECT order_id FROM delivery.delivery WHERE id = $1', [id]))[0]!['order_id'] as string,
        'CERTIFICATE',
        '',
      ),
    );
    await leaseEnds(id);
    expect(await worker().step()).toBe(0);
    expect(await row(id)).toMatchObject({ state: 'WITHDRAWN' });
  });
});

it('a rejected delivery is followed by another one with a key of its own; a halted order withdraws it', async () => {
  const first = await ready();
  await fetchLink(await linkOf(first.id));
  await receipt(first);
  await t.settle();
  const rejected = await t.as(buyer.who).act(`/v1/orders/${first.orderId}/rejection`, { reason: '无法打开' });
  expect(rejected.status).toBe(204);
  await t.settle();
  const [second, before] = await list(buyer.who, first.orderId);
  expect([second.state, before.state, before.id]).toEqual(['READY', 'RECEIVED', first.id]);
  expect(second.jwe).not.toBe(before.jwe);
  expect(second.cipherSha256).not.toBe(before.cipherSha256);
  const url = await linkOf(second.id);
  await t.as(seller.who).act(`/v1/orders/${first.orderId}/dispute`, { reason: '买方滥用' });
  const decision = { outcome: 'REFUND', reason: '调解不成' };
  expect((await t.as(t.officer).act(`/v1/orders/${first.orderId}/dispute-resolution`, decision)).status).toBe(204);
  await t.settle();
  expect((await list(buyer.who, first.orderId))[0].state).toBe('WITHDRAWN');
  expect((await fetchLink(url)).status).toBe(410);
});

it('the database knows the same states as the table', async () => {
  const [constraint] = await t.rows(
    `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = 'delivery_state_check'`,
  );
  const states = [...String(constraint!['definition']).matchAll(/'([A-Z]+)'/g)].map((m) => m[1]!);
  expect(states.toSorted()).toEqual(deliveryMachine.states.toSorted());
});
