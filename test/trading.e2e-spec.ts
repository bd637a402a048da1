import { CONTRACT_SIGNATURE_TYP, LocalKey, sha256Hex, signJws } from '@app/signing';
import { CertificateCancelled } from '../src/certificates/certificate.js';
import { DeliveryPrepared, DeliveryReceived } from '../src/delivery/delivery.js';
import { newId } from '../src/platform/id.js';
import { OrderPaidOut } from '../src/settlement/distribution.js';
import { EscrowFunded, EscrowRefunded, EscrowReleased } from '../src/settlement/escrow.js';
import { AcceptOrderSilently } from '../src/trading/accept-order-silently.js';
import { FollowDelivery } from '../src/trading/follow-delivery.js';
import { FollowSettlement } from '../src/trading/follow-settlement.js';
import { LapseOrder } from '../src/trading/lapse-order.js';
import { orderMachine } from '../src/trading/order.js';
import { StopOrdersOfEndedCertificate } from '../src/trading/stop-orders-of-ended-certificate.js';
import { StopOrdersOfEndedForeignCertificate } from '../src/trading/stop-orders-of-ended-foreign-certificate.js';
import { ForeignCertificateEnded } from '../src/recognition/foreign-certificate.js';
import type { Who } from './support/client.js';
import { changeCertificate, startTrade, type Member, type Trade } from './support/trade.js';

let t: Trade;
let seller: Member;
let buyer: Member;
let listingId: string;
beforeAll(async () => {
  t = await startTrade();
  [seller, buyer] = [await t.member(['SELLER']), await t.member(['BUYER'])];
  listingId = await t.listing(seller);
});
afterAll(() => t.close());

const money = { amount: '10005', currency: 'CNY' } as const;
const see = async (orderId: string) => (await t.as(buyer.who).get(`/v1/orders/${orderId}`)).body;
const act = (who: Who, orderId: string, action: string, body?: object) =>
  t.as(who).act(`/v1/orders/${orderId}/${action}`, body);

/** What happens to an order, by whoever causes it. */
const happens = {
  contracted: async (orderId: string) => {
    expect(await t.sign(buyer, orderId)).toBe(204);
    expect(await t.sign(seller, orderId)).toBe(204);
  },
  funded: (orderId: string) => t.react(FollowSettlement, new EscrowFunded('esc_1', orderId, money, null)),
  delivering: (orderId: string, deliveryId = 'dlv_1') =>
    t.react(FollowDelivery, new DeliveryPrepared(deliveryId, orderId, 'aa', 'bb', 1, 29, 'k', 'e')),
  delivered: (orderId: string, deliveryId = 'dlv_1') =>
    t.react(FollowDelivery, new DeliveryReceived(deliveryId, orderId, 'aa', 'a.b.c')),
};
const steps = ['contracted', 'funded', 'delivering', 'delivered'] as const;

/** An order that has come as far as `last`. */
async function orderAt(last?: (typeof steps)[number], of = listingId): Promise<string> {
  const orderId = await t.order(buyer, of);
  if (last) for (const step of steps.slice(0, steps.indexOf(last) + 1)) await happens[step](orderId);
  return orderId;
}
const ended = (number: string) =>
  Object.assign(Object.create(CertificateCancelled.prototype) as CertificateCancelled, { number });

describe('placing an order', () => {
  it('once per Idempotency-Key', async () => {
    const key = { 'idempotency-key': 'the-first-order' };
    const first = await t.as(buyer.who).post('/v1/orders', { listingId }, key);
    expect(first.status).toBe(201);
    expect(first.body).toEqual({
      id: expect.stringMatching(/^ord_/),
      number: expect.stringMatching(/^ORD-\d{4}-\d{8}$/),
      contractHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(first.headers['location']).toBe(`/v1/orders/${first.body.id}`);
    const second = await t.as(buyer.who).post('/v1/orders', { listingId }, key);
    expect([second.status, second.body]).toEqual([201, first.body]);
    expect(second.headers['idempotent-replayed']).toBe('true');
    const other = await t.as(buyer.who).post('/v1/orders', { listingId: newId('lst') }, key);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
    const none = await t.as(buyer.who).post('/v1/orders', { listingId }, { 'idempotency-key': '' });
    expect([none.status, none.body.code]).toEqual([400, 'idempotency-key-required']);
    const list = await t.as(buyer.who).get(`/v1/orders?listingId=${listingId}`);
    expect(list.body.items.map(({ id }: { id: string }) => id)).toEqual([first.body.id]);
  });

  it('fixes price and terms in a contract whose stored bytes have the hash', async () => {
    const orderId = await orderAt();
    const { body } = await t.as(seller.who).get(`/v1/orders/${orderId}/contract`);
    expect(sha256Hex(body.document)).toBe(body.contractHash);
    expect(JSON.parse(body.document)).toMatchObject({
      orderId,
      price: money,
      provider: { id: seller.id },
      recipient: { id: buyer.id },
      acceptance: { workingDays: 7, silentAcceptance: true, repeatedDeliveries: 2 },
    });
    expect(body.text.zh).toContain('CNY 100.05');
    expect(body.text.en).toContain('within 7 working days');
    expect(await see(orderId)).toMatchObject({ gross: money, contractHash: body.contractHash, state: 'CREATED' });
  });

  it('names every reason against it at once', async () => {
    const certificate = await t.certificate(seller);
    const { id } = (await t.as(seller.who).post('/v1/listings', t.offer(certificate))).body as { id: string };
    await t.as(seller.who).act(`/v1/listings/${id}/submission`);
    await t.as(t.officer).act(`/v1/listings/${id}/approval`);
    await t.as(t.officer).act(`/v1/listings/${id}/suspension`, { reason: 'A demonstration' });
    changeCertificate(certificate, { status: 'CANCELLED' });
    const outsider = await t.member(['SELLER'], { encrypts: false });
    const body = { listingId: id, brokerMandateId: `man_${'0'.repeat(32)}` };
    const answer = await t.as(outsider.who).post('/v1/orders', body);
    expect([answer.status, answer.body.code]).toEqual([422, 'trading/gates-failed']);
    expect(answer.body.gates).toEqual([
      'LISTING_NOT_PUBLISHED',
      'CERTIFICATE_NOT_ACTIVE',
      'BUYER_NOT_ADMITTED',
      'NO_ENCRYPTION_KEY',
      'MANDATE_NOT_VALID',
    ]);
    expect(answer.body.errors).toHaveLength(5);
  });

  it('not of one’s own listing', async () => {
    const both = await t.member(['SELLER', 'BUYER']);
    const { body } = await t.as(both.who).post('/v1/orders', { listingId: await t.listing(both) });
    expect(body.gates).toEqual(['OWN_LISTING']);
  });

  it('an exclusive licence is sold once, however many ask at the same time, and again when its order lapsed', async () => {
    const exclusive = await t.listing(seller, { licence: { exclusive: true } });
    const place = () => t.as(buyer.who).post('/v1/orders', { listingId: exclusive });
    const answers = await Promise.all(Array.from({ length: 6 }, place));
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['201', ...Array<string>(5).fill('422')]);
    for (const { body } of answers.filter(({ status }) => status === 422))
      expect(body.gates).toEqual(['LICENCES_SOLD_OUT']);
    await t.execute(new LapseOrder(answers.find(({ status }) => status === 201)!.body.id as string));
    expect((await place()).status).toBe(201);
  });

  it('shows it to its parties, the venue and those who watch; to nobody else', async () => {
    const path = `/v1/orders/${await orderAt()}`;
    const stranger = await t.member(['BUYER']);
    const regulator: Who = { sub: newId('per'), org: newId('org'), roles: ['regulator'] };
    for (const who of [buyer.who, seller.who, t.officer, regulator])
      expect((await t.as(who).get(path)).status).toBe(200);
    for (const part of ['', '/contract']) expect((await t.as(stranger.who).get(path + part)).status).toBe(404);
    expect((await t.as(stranger.who).get('/v1/orders')).body.items).toEqual([]);
  });
});

describe('the contract', () => {
  it('is concluded by the second valid signature', async () => {
    const orderId = await orderAt();
    expect(await t.sign(seller, orderId)).toBe(204);
    expect(await see(orderId)).toMatchObject({ state: 'CREATED', signatures: [{ organisationId: seller.id }] });
    expect(await t.sign(seller, orderId)).toBe(409);
    expect(await t.sign(buyer, orderId)).toBe(204);
    expect(await see(orderId)).toMatchObject({ state: 'CONTRACTED', version: 4 });
  });

  it('takes no signature by another key, over another text, of another type or by a stranger', async () => {
    const orderId = await orderAt();
    const { contractHash } = await see(orderId);
    const organisationId = buyer.id;
    const payload = { orderId, contractHash, organisationId };
    const typ = CONTRACT_SIGNATURE_TYP;
    const by = async (key: LocalKey, what: object, kind = typ) => signJws(what, await key.privateJwk(), { typ: kind });
    const wrong: [string, string][] = [
      [await by(await LocalKey.generate('EdDSA'), payload), 'KEY_UNKNOWN'],
      [await by(seller.key, payload), 'KEY_UNKNOWN'],
      [await by(buyer.key, payload, 'JWT'), 'TYP_WRONG'],
      [await by(buyer.key, { ...payload, contractHash: 'a'.repeat(64) }), 'PAYLOAD_DIFFERS'],
      [await by(buyer.key, { ...payload, organisationId: seller.id }), 'PAYLOAD_DIFFERS'],
      [await by(buyer.key, { ...payload, orderId: newId('ord') }), 'PAYLOAD_DIFFERS'],
      [(await by(buyer.key, payload)).replace(/.{8}$/, 'AAAAAAAA'), 'SIGNATURE_INVALID'],
    ];
    for (const [jws, reason] of wrong) {
      const { status, body } = await act(buyer.who, orderId, 'signatures', { jws });
      expect([status, body.code, body.reason]).toEqual([422, 'trading/signature-refused', reason]);
    }
    const stranger = await t.member(['BUYER']);
    const jws = await by(stranger.key, { ...payload, organisationId: stranger.id });
    const version = { 'if-match': '"1"' };
    const { body } = await t.as(stranger.who).post(`/v1/orders/${orderId}/signatures`, { jws }, version);
    expect(body.code).toBe('not-your-organisation');
  });
});

describe('the way of an order', () => {
  it('needs the version that was read', async () => {
    const orderId = await orderAt('delivered');
    const path = `/v1/orders/${orderId}/acceptance`;
    const missing = await t.as(buyer.who).post(path);
    expect([missing.status, missing.body.code]).toEqual([428, 'precondition-required']);
    const stale = await t.as(buyer.who).post(path, {}, { 'if-match': '"1"' });
    expect([stale.status, stale.body.code]).toEqual([412, 'stale']);
    expect((await act(buyer.who, orderId, 'acceptance')).status).toBe(204);
  });

  it('leads from the contract to the payout', async () => {
    const orderId = await orderAt('delivered');
    const before = await see(orderId);
    expect(before).toMatchObject({
      state: 'DELIVERED',
      deliveryId: 'dlv_1',
      actions: expect.arrayContaining(['accept', 'reject']),
    });
    expect(new Date(before.acceptanceDue).getTime()).toBeGreaterThan(Date.now() + 8 * 86_400_000);
    expect((await act(seller.who, orderId, 'acceptance')).body.code).toBe('not-your-organisation');
    expect((await act(buyer.who, orderId, 'acceptance')).status).toBe(204);
    await t.react(FollowSettlement, new EscrowReleased('esc_1', orderId, []));
    expect((await see(orderId)).state).toBe('SETTLED');
    await t.react(FollowSettlement, Object.assign(Object.create(OrderPaidOut.prototype) as OrderPaidOut, { orderId }));
    expect((await see(orderId)).state).toBe('COMPLETED');
  });

  it('hears every fact of other contexts twice without harm', async () => {
    const orderId = await orderAt('contracted');
    for (const step of ['funded', 'funded', 'delivering', 'delivering', 'delivered', 'delivered'] as const)
      await happens[step](orderId);
    await happens.funded(orderId);
    expect(await see(orderId)).toMatchObject({ state: 'DELIVERED', version: 7 });
  });

  it('is accepted exactly once when ten accept at the same time, ten times', async () => {
    for (let round = 0; round < 10; round += 1) {
      const orderId = await orderAt('delivered');
      const { version } = await see(orderId);
      const accept = () => t.as(buyer.who).post(`/v1/orders/${orderId}/acceptance`, {}, { 'if-match': `"${version}"` });
      const statuses = (await Promise.all(Array.from({ length: 10 }, accept))).map(({ status }) => status);
      expect(statuses.filter((status) => status === 204)).toHaveLength(1);
      // Whoever comes later is told so, and nobody that something broke.
      expect(statuses.every((status) => [204, 409, 412, 503].includes(status))).toBe(true);
      expect(await see(orderId)).toMatchObject({ state: 'ACCEPTED', version: version + 1 });
    }
  });

  it('is cancelled by a party before it is paid, not after', async () => {
    const created = await orderAt();
    expect((await act(seller.who, created, 'cancellation', { reason: '数据停更' })).status).toBe(204);
    expect(await see(created)).toMatchObject({ state: 'CANCELLED', reason: '数据停更' });
    const paid = await orderAt('funded');
    expect((await act(buyer.who, paid, 'cancellation')).body).toMatchObject({
      code: 'illegal-transition',
      state: 'FUNDED',
    });
  });

  it('is repeated twice on rejection, then it is a dispute that the venue resolves', async () => {
    const orderId = await orderAt('delivered');
    for (const deliveryId of ['dlv_2', 'dlv_3']) {
      expect((await act(buyer.who, orderId, 'rejection', { reason: '无法打开' })).status).toBe(204);
      expect((await see(orderId)).state).toBe('REWORK');
      await happens.delivering(orderId, deliveryId);
      // The receipt of an earlier delivery is none for this one.
      await happens.delivered(orderId, 'dlv_1');
      expect((await see(orderId)).state).toBe('DELIVERING');
      await happens.delivered(orderId, deliveryId);
    }
    await act(buyer.who, orderId, 'rejection', { reason: '仍无法打开' });
    expect(await see(orderId)).toMatchObject({ state: 'DISPUTED', reworks: 2, acceptanceDue: null });
    await t.execute(new AcceptOrderSilently(orderId));
    expect((await see(orderId)).state).toBe('DISPUTED');
    const decision = { outcome: 'REFUND', reason: '交付不符' };
    const stranger: Who = { sub: newId('per'), org: newId('org'), roles: ['exchangeOfficer'] };
    const foreign = await t
      .as(stranger)
      .post(`/v1/orders/${orderId}/dispute-resolution`, decision, { 'if-match': '"1"' });
    expect(foreign.status).not.toBe(204);
    expect((await act(t.officer, orderId, 'dispute-resolution', decision)).status).toBe(204);
    expect((await see(orderId)).state).toBe('HALTED');
    await t.react(FollowSettlement, new EscrowRefunded('esc_1', orderId, buyer.id, money));
    expect((await see(orderId)).state).toBe('REFUNDED');
  });

  it('a dispute may also end in another delivery, or in acceptance', async () => {
    const [again, pay] = [await orderAt('funded'), await orderAt('delivering')];
    for (const [orderId, outcome, state] of [
      [again, 'REDELIVER', 'REWORK'],
      [pay, 'ACCEPT', 'ACCEPTED'],
    ] as const) {
      expect((await act(seller.who, orderId, 'dispute', { reason: '买方不收货' })).status).toBe(204);
      expect((await act(t.officer, orderId, 'dispute-resolution', { outcome, reason: '调解' })).status).toBe(204);
      expect((await see(orderId)).state).toBe(state);
    }
  });

  const news = {
    certificate: (number: string) => t.react(StopOrdersOfEndedCertificate, ended(number)),
    'foreign certificate': (number: string) =>
      t.react(
        StopOrdersOfEndedForeignCertificate,
        new ForeignCertificateEnded(newId('fct'), number, 'x', 'a'.repeat(64), newId('per'), '2026-07-06T02:00:00Z'),
      ),
  };
  it.each(Object.entries(news))(
    'stops when its %s ends: unpaid cancelled, paid halted, accepted it goes on',
    async (_, hear) => {
      const certificate = await t.certificate(seller);
      const { id } = (await t.as(seller.who).post('/v1/listings', t.offer(certificate))).body as { id: string };
      await t.as(seller.who).act(`/v1/listings/${id}/submission`);
      await t.as(t.officer).act(`/v1/listings/${id}/approval`);
      const orders = [await orderAt('contracted', id), await orderAt('funded', id), await orderAt('delivered', id)];
      await act(buyer.who, orders[2]!, 'acceptance');
      const late = await orderAt('funded', id);
      changeCertificate(certificate, { status: 'CANCELLED' });
      // The file of this one was ready just before the news came.
      await happens.delivering(late);
      expect((await see(late)).state).toBe('HALTED');
      await hear(certificate);
      await hear(certificate);
      const states = await Promise.all([...orders, late].map(async (orderId) => (await see(orderId)).state));
      expect(states).toEqual(['CANCELLED', 'HALTED', 'ACCEPTED', 'HALTED']);
    },
  );
});

describe('deadlines', () => {
  const due = async (kind: string, subject: string) => {
    const [row] = await t.rows('SELECT due_at FROM platform.deadline WHERE kind = $1 AND subject = $2', [
      kind,
      subject,
    ]);
    return row?.['due_at'] as Date | undefined;
  };

  it('an order lapses 7 days after it was placed, or 7 days after the contract, unpaid', async () => {
    const orderId = await orderAt();
    const placed = new Date((await see(orderId)).placedAt as string).getTime();
    expect((await due('order.lapse', orderId))!.getTime()).toBe(placed + 7 * 86_400_000);
    await happens.contracted(orderId);
    expect((await due('order.lapse', orderId))!.getTime()).toBeGreaterThan(placed + 7 * 86_400_000);
    await t.execute(new LapseOrder(orderId));
    expect((await see(orderId)).state).toBe('CANCELLED');
    const paid = await orderAt('funded');
    expect(await due('order.lapse', paid)).toBeUndefined();
    await t.execute(new LapseOrder(paid));
    expect((await see(paid)).state).toBe('FUNDED');
  });

  it('silence accepts at the end of the inspection period, but not what only use can judge', async () => {
    const orderId = await orderAt('delivered');
    expect((await due('order.accept-silently', orderId))!.toISOString()).toBe((await see(orderId)).acceptanceDue);
    await t.execute(new AcceptOrderSilently(orderId));
    await t.execute(new AcceptOrderSilently(orderId));
    expect(await see(orderId)).toMatchObject({ state: 'ACCEPTED', acceptanceDue: null });
    const model = await t.listing(seller, { productType: 'MODEL' });
    const judged = await orderAt('delivered', model);
    expect([await due('order.accept-silently', judged), (await see(judged)).acceptanceDue]).toEqual([undefined, null]);
  });

  it('a decision of the buyer ends the clock', async () => {
    for (const [action, body] of [
      ['acceptance', {}],
      ['rejection', { reason: '无法打开' }],
      ['dispute', { reason: '无法打开' }],
    ] as const) {
      const orderId = await orderAt('delivered');
      await act(buyer.who, orderId, action, body);
      expect(await due('order.accept-silently', orderId)).toBeUndefined();
    }
  });
});

describe('the database', () => {
  it('knows the same states as the table', async () => {
    const [row] = await t.rows(
      `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = 'order_state_check'`,
    );
    const states = [...String(row!['definition']).matchAll(/'([A-Z]+)'/g)].map((m) => m[1]!);
    expect(states.toSorted()).toEqual(orderMachine.states.toSorted());
  });

  it('keeps the terms of an order as they were agreed', async () => {
    const orderId = await orderAt();
    const change = (assignment: string) => t.rows(`UPDATE trading.order SET ${assignment} WHERE id = $1`, [orderId]);
    await expect(change('gross_amount = 1')).rejects.toThrow(/the terms of order/);
    await expect(change(`contract = contract || ' '`)).rejects.toThrow();
    await expect(change(`state = 'COMPLETED'`)).rejects.toThrow();
  });
});
