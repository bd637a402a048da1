import type { BooksCheck, DistributionView, EscrowView, PayoutView } from '@app/sdk';
import { SCHEME_SIGNATURE_TYP } from '@app/sdk';
import { signJws } from '@app/signing';
import { QueryBus } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { replay } from '../src/ledger/replay.js';
import { asSystem } from '../src/platform/context.js';
import { dataSourceOptions } from '../src/platform/data-source.js';
import { newId } from '../src/platform/id.js';
import { Refusal } from '../src/platform/refusal.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import type { BankNotice } from '../src/settlement/bank.js';
import { CheckBooks } from '../src/settlement/check-books.js';
import { ReceiveBankNotice } from '../src/settlement/receive-bank-notice.js';
import { RefundEscrow } from '../src/settlement/refund-escrow.js';
import { SimulatedBank } from '../src/settlement/simulated-bank.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import {
  changeOrder,
  contractOrder,
  deliverAndAccept,
  fen,
  openVenue,
  pay,
  register,
  who,
  type Party,
  type Sale,
  type Venue,
} from './support/sales.js';

let t: TestApp;
let venue: Venue;
const auditor: Who = who(newId('org'), 'auditor');
const operator: Who = who(newId('org'), 'operator');
const ordinary = { delayMs: 0, copies: 1, reversed: false, silent: false, refusePayouts: false };
beforeAll(async () => {
  t = await startApp();
  venue = await openVenue(t);
});
afterEach(async () => {
  await behave({});
  await t.settle();
  const books = await asSystem(() => t.app.get(QueryBus).execute<CheckBooks, BooksCheck>(new CheckBooks()));
  expect(books).toEqual({ ok: true, faults: [] });
});
afterAll(() => t.close());

const behave = async (changes: Partial<typeof ordinary>): Promise<void> => {
  const { status } = await t.as(operator).post('/v1/bank-simulator/behaviour', { ...ordinary, ...changes });
  expect(status).toBe(204);
};
const items = async <T>(path: string, as = auditor): Promise<T[]> => (await t.as(as).get(path)).body.items as T[];
const escrowOf = async ({ orderId }: Sale) => (await items<EscrowView>(`/v1/escrows?orderId=${orderId}`))[0]!;
const distributionOf = async ({ orderId }: Sale) =>
  (await items<DistributionView>(`/v1/distributions?orderId=${orderId}`))[0]!;
const payoutsOf = ({ orderId }: Sale) => items<PayoutView>(`/v1/payouts?orderId=${orderId}`);
const balanceOf = async (ownerId: string, code: string): Promise<string | undefined> =>
  (await items<{ balance: string }>(`/v1/accounts?ownerId=${ownerId}&code=${code}`))[0]?.balance;
const tell = (told: BankNotice) => asSystem(() => t.app.get(UnitOfWork).execute(new ReceiveBankNotice(told)));
const approve = async (sale: Sale, by = venue.checker): Promise<{ status: number; code?: string }> => {
  const { status, body } = await t.as(by).act(`/v1/distributions/${(await distributionOf(sale)).id}/approval`);
  return { status, ...(body.code && { code: body.code as string }) };
};
const accepted = async (gross = '10000', terms: Parameters<typeof contractOrder>[1] | object = {}): Promise<Sale> => {
  const sale = await contractOrder(t, { venueId: venue.id, gross: fen(gross), ...terms });
  await pay(t, sale, gross);
  await deliverAndAccept(t, sale);
  return sale;
};

describe('an order', () => {
  it('goes from payment to payout', async () => {
    const sale = await contractOrder(t, { venueId: venue.id, gross: fen(10000) });
    expect(await escrowOf(sale)).toMatchObject({ state: 'OPENED', due: fen(10000), reference: sale.number });
    await pay(t, sale, '10000');
    expect(await escrowOf(sale)).toMatchObject({ state: 'FUNDED', held: fen(10000) });
    await deliverAndAccept(t, sale);
    const { state, lines } = await distributionOf(sale);
    expect(state).toBe('CALCULATED');
    expect(lines).toMatchObject([{ role: 'HOLDER', organisationId: sale.sellerId, amount: fen(10000) }]);
    expect(await approve(sale)).toEqual({ status: 204 });
    await t.settle();
    expect(await escrowOf(sale)).toMatchObject({ state: 'RELEASED', released: fen(10000), held: fen(0) });
    expect(await distributionOf(sale)).toMatchObject({ state: 'PAID', approvedBy: venue.checker.sub });
    expect(await balanceOf(sale.sellerId, '2101')).toBe('0');
    expect(await approve(sale)).toMatchObject({ status: 409, code: 'illegal-transition' });
  });

  it('is free when nothing is due', async () => {
    const sale = await contractOrder(t, { venueId: venue.id, gross: fen(0) });
    expect(await escrowOf(sale)).toMatchObject({ state: 'FUNDED', held: fen(0) });
    await deliverAndAccept(t, sale);
    expect(await approve(sale)).toEqual({ status: 204 });
    expect(await distributionOf(sale)).toMatchObject({ state: 'PAID' });
  });

  it.each(['cancelled', 'halted'])('that is %s after the payment is refunded, in full and once', async (how) => {
    const sale = await contractOrder(t, { venueId: venue.id, gross: fen(700) });
    await pay(t, sale, '700');
    await changeOrder(t, sale.orderId, (order) => {
      if (how === 'cancelled' && order.can('cancel')) order.cancel('SELLER', 'A demonstration');
      else {
        if (order.can('fund')) order.fund();
        order.halt('CERTIFICATE', 'A demonstration');
      }
    });
    await t.settle();
    expect(await escrowOf(sale)).toMatchObject({ state: 'REFUNDED', refunded: fen(700), held: fen(0) });
    await asSystem(() => t.app.get(UnitOfWork).execute(new RefundEscrow(sale.orderId)));
    await t.settle();
    expect(await payoutsOf(sale)).toMatchObject([{ state: 'CONFIRMED', payeeId: sale.buyerId, amount: fen(700) }]);
    expect(await balanceOf(sale.buyerId, '2201')).toBe('0');
  });

  it('that is cancelled before the payment takes no more money: a late payment waits in suspense and goes back once', async () => {
    const sale = await contractOrder(t, { venueId: venue.id, gross: fen(900) });
    await changeOrder(t, sale.orderId, (order) => order.cancel('BUYER', 'A demonstration'));
    await t.settle();
    expect(await escrowOf(sale)).toMatchObject({ state: 'CANCELLED' });
    await pay(t, sale, '900');
    const finance = t.as(venue.checker);
    const [notice] = await items<{ id: string; state: string; reference: string }>('/v1/bank-notices', venue.checker);
    expect(notice).toMatchObject({ state: 'SUSPENDED', reference: sale.number, counterparty: sale.buyerId });
    expect(await balanceOf('platform', '3001')).toBe('900');
    expect((await finance.act(`/v1/bank-notices/${notice!.id}/return`)).status).toBe(204);
    expect((await finance.act(`/v1/bank-notices/${notice!.id}/return`)).body.code).toBe('illegal-transition');
    await t.settle();
    expect(await balanceOf('platform', '3001')).toBe('0');
  });

  it.each(['999', '1001'])('of 10.00 is not funded by %s fen', async (amount) => {
    const sale = await contractOrder(t, { venueId: venue.id, gross: fen(1000) });
    await pay(t, sale, amount);
    expect(await escrowOf(sale)).toMatchObject({ state: 'OPENED', funded: fen(0) });
    await pay(t, sale, '1000');
    expect(await escrowOf(sale)).toMatchObject({ state: 'FUNDED', funded: fen(1000) });
  });
});

describe('fees', () => {
  const terms = (venueId: string, more: object = {}) => ({
    venueId,
    transactionFeeBp: 100,
    minimum: null,
    cap: null,
    taxRate: null,
    placeholder: true,
    ...more,
  });

  it('are proposed and published by two finance officers of the venue’s operator', async () => {
    const own = await openVenue(t);
    const stranger = who(newId('org'), 'financeOfficer');
    expect((await t.as(stranger).post('/v1/fee-schedules', terms(own.id))).body.code).toBe('not-your-organisation');
    const { body } = await t.as(own.maker).post('/v1/fee-schedules', terms(own.id));
    const path = `/v1/fee-schedules/${body.id}/publication`;
    expect((await t.as(own.maker).act(path)).body.code).toBe('same-person');
    expect((await t.as(stranger).act(path)).body.code).toBe('not-your-organisation');
    expect((await t.as(own.checker).act(path)).status).toBe(204);
    const next = await t.as(own.checker).post('/v1/fee-schedules', terms(own.id, { transactionFeeBp: 200 }));
    expect((await t.as(own.maker).act(`/v1/fee-schedules/${next.body.id}/publication`)).status).toBe(204);
    expect(await items(`/v1/fee-schedules?venueId=${own.id}`)).toMatchObject([
      { state: 'PUBLISHED', transactionFeeBp: 200, placeholder: true, actions: [] },
      { state: 'SUPERSEDED', transactionFeeBp: 100 },
    ]);
  });

  it('are those of the day of the contract, and whoever proposed them does not approve what they take', async () => {
    const own = await openVenue(t);
    const { body } = await t.as(own.maker).post('/v1/fee-schedules', terms(own.id));
    await t.as(own.checker).act(`/v1/fee-schedules/${body.id}/publication`);
    const sale = await contractOrder(t, { venueId: own.id, gross: fen(10000) });
    const next = await t.as(own.checker).post('/v1/fee-schedules', terms(own.id, { transactionFeeBp: 2000 }));
    await t.as(own.maker).act(`/v1/fee-schedules/${next.body.id}/publication`);
    await pay(t, sale, '10000');
    await deliverAndAccept(t, sale);
    expect((await distributionOf(sale)).lines).toMatchObject([
      { role: 'EXCHANGE', organisationId: own.operatorId, accountCode: '4001', amount: fen(100) },
      { role: 'HOLDER', amount: fen(9900) },
    ]);
    expect(await approve(sale, own.maker)).toMatchObject({ code: 'same-person' });
    expect(await approve(sale, venue.checker)).toMatchObject({ code: 'not-your-organisation' });
    expect(await approve(sale, own.checker)).toEqual({ status: 204 });
    await t.settle();
    expect(await distributionOf(sale)).toMatchObject({ state: 'PAID' });
    expect(await balanceOf(own.operatorId, '4001')).toBe('100');
  });

  it.each([
    ['more than 20 %', { transactionFeeBp: 2001 }, '/transactionFeeBp'],
    ['a minimum above the cap', { minimum: fen(2), cap: fen(1) }, ''],
    ['a tax above 20 %', { taxRate: '0.21' }, '/taxRate'],
  ])('are refused: %s', async (_, more, pointer) => {
    const { status, body } = await t.as(venue.maker).post('/v1/fee-schedules', terms(venue.id, more));
    expect([status, body.errors[0].pointer]).toEqual([422, pointer]);
  });
});

describe('a distribution scheme', () => {
  const share = (organisationId: string, role = 'HOLDER', weight = 1) => ({
    role,
    organisationId,
    share: { kind: 'RESIDUAL', weight },
  });
  const sign = async (schemeId: string, { id: organisationId, who: by, key }: Party, changes: object = {}) => {
    const { contentHash } = (await t.as(by).get(`/v1/distribution-schemes/${schemeId}`)).body;
    const payload = { schemeId, contentHash, organisationId, ...changes };
    const jws = await signJws(payload, await key.privateJwk(), { typ: SCHEME_SIGNATURE_TYP });
    return t.as(by).act(`/v1/distribution-schemes/${schemeId}/signatures`, { jws });
  };

  it('is signed by every party, and then splits 100.00 as 33.34, 33.33, 33.33', async () => {
    const [seller, processor, source] = [
      await register(t, 'holder'),
      await register(t, 'holder'),
      await register(t, 'holder'),
    ];
    const participants = [share(seller.id), share(processor.id, 'PROCESSOR'), share(source.id, 'SOURCE_POOL')];
    const { body } = await t.as(seller.who).post('/v1/distribution-schemes', { name: 'Demonstration', participants });
    const path = `/v1/distribution-schemes/${body.id}`;
    expect((await t.as(who(newId('org'), 'holder')).get(path)).status).toBe(404);
    expect((await sign(body.id, seller, { contentHash: '0'.repeat(64) })).body.code).toBe(
      'settlement/scheme-signature',
    );
    const { who: by } = seller;
    const forged = { ...seller, key: processor.key };
    expect((await sign(body.id, forged)).body.code).toBe('settlement/scheme-signature');
    expect((await sign(body.id, seller)).status).toBe(204);
    expect((await sign(body.id, seller)).body.code).toBe('settlement/scheme-already-signed');
    expect((await sign(body.id, processor)).status).toBe(204);
    expect((await t.as(by).get(path)).body).toMatchObject({ state: 'PROPOSED', signedBy: [seller.id, processor.id] });
    expect((await sign(body.id, source)).status).toBe(204);
    expect((await t.as(by).get(path)).body).toMatchObject({ state: 'SIGNED', actions: [] });

    const sale = await accepted('10000', { sellerId: seller.id, schemeId: body.id });
    expect((await distributionOf(sale)).lines.map(({ amount }) => amount.amount)).toEqual(['3334', '3333', '3333']);
    await approve(sale);
    await t.settle();
    const paid = await payoutsOf(sale);
    expect(paid).toHaveLength(3);
    for (const [payeeId, amount] of [
      [seller.id, '3334'],
      [processor.id, '3333'],
      [source.id, '3333'],
    ])
      expect(paid).toContainEqual(expect.objectContaining({ payeeId, amount: fen(amount!), state: 'CONFIRMED' }));
    expect(await items(`/v1/payouts?orderId=${sale.orderId}`, source.who)).toHaveLength(1);
  });

  it('is refused when it could give more or less than there is', async () => {
    const { id, who: by } = await register(t, 'holder');
    const percent = (rate: string) => ({ role: 'HOLDER', organisationId: id, share: { kind: 'PERCENT', rate } });
    const tier = (...rates: string[]) => ({
      role: 'HOLDER',
      organisationId: id,
      share: {
        kind: 'TIER',
        tiers: rates.map((rate, i) => ({ upTo: i + 1 < rates.length ? fen((i + 1) * 100) : null, rate })),
      },
    });
    const answer = async (...participants: object[]) =>
      (await t.as(by).post('/v1/distribution-schemes', { name: 'Demonstration', participants })).status;
    expect(await answer(percent('0.5'), percent('0.4'))).toBe(422);
    expect(await answer(percent('0.5'), percent('0.6'))).toBe(422);
    expect(await answer(percent('0.5'), tier('0.1', '0.6'), share(id))).toBe(422);
    expect(await answer(percent('0.5'), tier('0.1', '0.5'), share(id))).toBe(201);
    expect(await answer(percent('0.5'), percent('0.5'))).toBe(201);
    expect(await answer(share(newId('org')))).toBe(404);
  });
});

describe('the bank', () => {
  it.each([2, 3])('tells of one payment %i times at once: it funds once', async (times) => {
    const sale = await contractOrder(t, { venueId: venue.id, gross: fen(500) });
    await behave({ silent: true });
    await pay(t, sale, '500');
    const { movements } = await t.app.get(SimulatedBank).statement();
    const told = movements.find(({ reference }) => reference === sale.number)!;
    const before = Number(await balanceOf('platform', '1001'));
    await Promise.all(Array.from({ length: times }, () => tell(told)));
    expect(await escrowOf(sale)).toMatchObject({ state: 'FUNDED', funded: fen(500) });
    expect(Number(await balanceOf('platform', '1001')) - before).toBe(500);
    const altered = tell({ ...told, amount: '5000' }).catch((error: unknown) => error);
    expect(await altered).toMatchObject({ code: 'settlement/notice-altered' } satisfies Partial<Refusal>);
  });

  it('brings the same amount twice at once: one funds, the other waits in suspense', async () => {
    const sale = await contractOrder(t, { venueId: venue.id, gross: fen(550) });
    await behave({ silent: true });
    for (const _ of [1, 2]) await pay(t, sale, '550');
    const { movements } = await t.app.get(SimulatedBank).statement();
    await Promise.all(movements.filter(({ reference }) => reference === sale.number).map(tell));
    expect(await escrowOf(sale)).toMatchObject({ state: 'FUNDED', funded: fen(550) });
    const told = await items<{ state: string; reference: string }>('/v1/bank-notices', venue.checker);
    const states = told.filter(({ reference }) => reference === sale.number).map(({ state }) => state);
    expect(states.toSorted()).toEqual(['MATCHED', 'SUSPENDED']);
  });

  it('is late, repeats itself and mixes up the order: everything is paid once', async () => {
    await behave({ delayMs: 3_600_000, copies: 3, reversed: true });
    const sales = [];
    for (const gross of ['300', '301']) sales.push(await contractOrder(t, { venueId: venue.id, gross: fen(gross) }));
    for (const sale of sales) await pay(t, sale, (await escrowOf(sale)).due.amount);
    expect(await escrowOf(sales[0]!)).toMatchObject({ state: 'OPENED' });
    await t.as(operator).post('/v1/demonstration/clock', { byMs: 3_600_001, reason: 'Let the bank speak' });
    await t.settle();
    for (const sale of sales) await deliverAndAccept(t, sale);
    for (const sale of sales) expect(await approve(sale)).toEqual({ status: 204 });
    await t.settle();
    expect(await payoutsOf(sales[0]!)).toMatchObject([{ state: 'SENT' }]);
    await t.as(operator).post('/v1/demonstration/clock', { byMs: 3_600_001, reason: 'Let the bank speak' });
    await t.settle();
    for (const sale of sales) expect(await distributionOf(sale)).toMatchObject({ state: 'PAID' });
  });

  it('confirms before we noted that we asked; asked again after a crash, it pays once', async () => {
    const sale = await accepted('600');
    expect(await approve(sale)).toEqual({ status: 204 });
    // The bank took the instruction, then we died: nothing but the intent is on record.
    const { rows } = await t.app.get(UnitOfWork).run(async () => {
      const sql = `SELECT payment_id, payee_id, amount FROM settlement.payout WHERE order_id = $1`;
      const found = (await t.app.get(UnitOfWork).manager.query(sql, [sale.orderId])) as Record<string, string>[];
      return { rows: found };
    });
    const { payment_id: id, payee_id: payeeId, amount } = rows[0]!;
    const payment = { id: id!, payeeId: payeeId!, amount: amount!, currency: 'CNY', reference: sale.orderId };
    const bank = t.app.get(SimulatedBank);
    await bank.instruct(payment);
    await bank.step();
    expect(await payoutsOf(sale)).toMatchObject([{ state: 'CONFIRMED' }]);
    await bank.instruct(payment);
    await t.settle();
    expect((await bank.statement()).movements.filter(({ reference }) => reference === id)).toHaveLength(1);
    await expect(bank.instruct({ ...payment, amount: '1' })).rejects.toThrow('other content');
  });

  it('returns a payment: the money is owed again, and the retry is another payment', async () => {
    const sale = await accepted('800');
    await behave({ refusePayouts: true });
    await approve(sale);
    await t.settle();
    const [failed] = await payoutsOf(sale);
    expect(failed).toMatchObject({ state: 'FAILED', actions: ['retry'] });
    expect(await balanceOf(sale.sellerId, '2101')).toBe('800');
    await behave({});
    expect((await t.as(venue.checker).act(`/v1/payouts/${failed!.id}/retry`)).status).toBe(204);
    await t.settle();
    expect(await balanceOf(sale.sellerId, '2101')).toBe('0');
    expect(await distributionOf(sale)).toMatchObject({ state: 'PAID' });
  });

  it('never tells: the statement shows the difference, and a second person adopts it', async () => {
    const quiet = await t.as(venue.maker).post('/v1/reconciliation');
    expect((await t.as(auditor).get(`/v1/reconciliation/${quiet.body.id}`)).body).toMatchObject({
      state: 'BALANCED',
      difference: '0',
    });
    await behave({ silent: true });
    const sale = await contractOrder(t, { venueId: venue.id, gross: fen(400) });
    await pay(t, sale, '400');
    const { body } = await t.as(venue.maker).post('/v1/reconciliation');
    const path = `/v1/reconciliation/${body.id}`;
    expect((await t.as(auditor).get(path)).body).toMatchObject({
      state: 'OPEN',
      difference: '400',
      items: [{ missing: 'BOOKS', kind: 'CREDIT', amount: '400' }],
    });
    expect((await t.as(venue.maker).act(`${path}/adoption`)).body.code).toBe('same-person');
    expect((await t.as(venue.checker).act(`${path}/adoption`)).status).toBe(204);
    expect(await escrowOf(sale)).toMatchObject({ state: 'FUNDED' });
    await deliverAndAccept(t, sale);
    await approve(sale);
    await t.settle();
    const next = await t.as(venue.maker).post('/v1/reconciliation');
    expect((await t.as(venue.checker).act(`/v1/reconciliation/${next.body.id}/adoption`)).status).toBe(204);
    expect(await distributionOf(sale)).toMatchObject({ state: 'PAID' });
  });

  it('is simulated only in a demonstration, and only for the payer’s own people', async () => {
    const payment = { reference: 'x', amount: fen(1), payer: newId('org') };
    const other = await t.as(who(newId('org'), 'buyer')).post('/v1/bank-simulator/payments', payment);
    expect(other.body.code).toBe('not-your-organisation');
    const real = await startApp({ DEMO: '0', MASTER_KEY_PASSPHRASE: 'not a demonstration' });
    const said = [
      await real.as(operator).post('/v1/bank-simulator/payments', payment),
      await real.as(operator).post('/v1/bank-simulator/behaviour', ordinary),
    ];
    expect(said.map(({ body }) => body.code)).toEqual(['not-a-demonstration', 'not-a-demonstration']);
    await real.close();
  });
});

describe('what people see', () => {
  it('is their own money; finance officers and watchers see all', async () => {
    const sale = await accepted('120');
    const { accountId, id } = await escrowOf(sale);
    const [buyer, seller, stranger] = [sale.buyerId, sale.sellerId, newId('org')].map((org) =>
      who(org, 'holder', 'buyer'),
    );
    expect((await t.as(buyer!).get(`/v1/accounts/${accountId}`)).body).toMatchObject({
      balance: '120',
      held: '120',
      available: '0',
    });
    expect(await items(`/v1/accounts/${accountId}/entries`, buyer)).toMatchObject([
      { version: 1, kind: 'FUND', delta: '-120' },
    ]);
    for (const path of [`/v1/accounts/${accountId}`, `/v1/accounts/${accountId}/entries`, `/v1/escrows/${id}`])
      expect((await t.as(stranger!).get(path)).status).toBe(404);
    expect((await t.as(seller!).get(`/v1/escrows/${id}`)).status).toBe(200);
    expect((await t.as(stranger!).get('/v1/books/check')).status).toBe(403);
    expect((await t.as(auditor).get('/v1/books/check')).body).toEqual({ ok: true, faults: [] });
    const first = (await t.as(auditor).get('/v1/accounts?limit=1')).body;
    const second = (await t.as(auditor).get(`/v1/accounts?limit=1&cursor=${first.nextCursor}`)).body;
    expect(second.items[0].id).not.toBe(first.items[0].id);
  });
});

it('every row of settlement is what its events fold to', async () => {
  const reader = await new DataSource(dataSourceOptions(t.databaseUrl, 'databourse_auditor', 1)).initialize();
  const { differences } = await replay(reader);
  await reader.destroy();
  expect(differences.filter(({ table }) => table.startsWith('settlement.'))).toEqual([]);
});
