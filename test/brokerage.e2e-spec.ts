import type { CommissionView, MandateView } from '@app/sdk';
import { DataSource } from 'typeorm';
import { replay } from '../src/ledger/replay.js';
import { asSystem } from '../src/platform/context.js';
import { dataSourceOptions } from '../src/platform/data-source.js';
import { newId } from '../src/platform/id.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { RecordCommission } from '../src/brokerage/record-commission.js';
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
  type Venue,
} from './support/sales.js';

let t: TestApp;
let venue: Venue;
let seller: Party;
let broker: Party;
let officer: Who;
beforeAll(async () => {
  t = await startApp();
  venue = await openVenue(t);
  officer = who(venue.operatorId, 'exchangeOfficer');
  seller = await register(t, 'holder');
  broker = await register(t, 'broker');
});
afterAll(() => t.close());

const day = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * day).toISOString();
const terms = (changes: object = {}) => ({
  brokerId: broker.id,
  side: 'SELL',
  venueId: venue.id,
  commissionBp: 500,
  validFrom: inDays(-1),
  validTo: inDays(30),
  exclusive: false,
  antiCircumventionMonths: 6,
  ...changes,
});
const offer = async (changes: object = {}): Promise<string> =>
  (await t.as(seller.who).post('/v1/mandates', terms(changes))).body.id as string;
const see = async (id: string, as = seller.who): Promise<MandateView> =>
  (await t.as(as).get(`/v1/mandates/${id}`)).body;
const act = (id: string, what: string, as: Who, body?: object) => t.as(as).act(`/v1/mandates/${id}/${what}`, body);
const why = { reason: 'A demonstration' };

it('is accepted only by a broker that the venue admits, and only by its own people', async () => {
  const id = await offer();
  expect(await see(id)).toMatchObject({
    state: 'OFFERED',
    antiCircumventionMonths: 6,
    actions: ['accept', 'decline', 'terminate'],
  });
  expect((await act(id, 'acceptance', broker.who)).body).toMatchObject({
    status: 409,
    code: 'brokerage/broker-not-admitted',
  });
  const application = { venueId: venue.id, roles: ['BROKER'], commitmentHash: 'a'.repeat(64) };
  const membership = await t.as(broker.who).post('/v1/memberships', application);
  expect((await t.as(officer).act(`/v1/memberships/${membership.body.id}/approval`)).status).toBe(204);
  const path = `/v1/mandates/${id}/acceptance`;
  const other = await t.as(who(newId('org'), 'broker')).post(path, {}, { 'if-match': '"1"' });
  expect(other.body.code).toBe('not-your-organisation');
  expect((await act(id, 'acceptance', seller.who)).status).toBe(403);
  expect((await act(id, 'acceptance', broker.who)).status).toBe(204);
  expect(await see(id)).toMatchObject({ state: 'ACTIVE', actions: ['terminate'] });
});

it('is declined, or terminated by either side and nobody else', async () => {
  const declined = await offer();
  expect((await act(declined, 'declination', broker.who, why)).status).toBe(204);
  expect(await see(declined)).toMatchObject({ state: 'DECLINED', ...why });
  for (const by of [seller.who, broker.who]) {
    const id = await offer();
    const stranger = await t
      .as(who(newId('org'), 'holder'))
      .post(`/v1/mandates/${id}/termination`, why, { 'if-match': '"1"' });
    expect(stranger.body.code).toBe('not-your-organisation');
    expect((await act(id, 'termination', by, why)).status).toBe(204);
    expect((await act(id, 'termination', by, why)).body.code).toBe('illegal-transition');
    expect(await see(id)).toMatchObject({ state: 'TERMINATED' });
  }
});

it.each([
  ['of oneself', () => ({ brokerId: seller.id }), 'brokerage/own-broker'],
  ['that is over', () => ({ validTo: inDays(-0.5) }), 'brokerage/mandate-over'],
  ['that ends before it begins', () => ({ validTo: inDays(-2) }), 'invalid-request'],
  ['at more than 30 %', () => ({ commissionBp: 3001 }), 'invalid-request'],
  ['of an unknown broker', () => ({ brokerId: newId('org') }), 'not-found'],
  ['at an unknown venue', () => ({ venueId: newId('ven') }), 'not-found'],
])('cannot be offered: a mandate %s', async (_, changes, code) => {
  expect((await t.as(seller.who).post('/v1/mandates', terms(changes()))).body.code).toBe(code);
});

it('is seen by its two sides, exchange officers and watchers', async () => {
  const id = await offer();
  for (const as of [seller.who, broker.who, officer, who(newId('org'), 'auditor')])
    expect((await see(id, as)).id).toBe(id);
  const stranger = t.as(who(newId('org'), 'holder'));
  expect((await stranger.get(`/v1/mandates/${id}`)).status).toBe(404);
  expect((await stranger.get('/v1/mandates')).body.items).toEqual([]);
  expect((await t.as(broker.who).get('/v1/mandates?limit=1')).body).toMatchObject({
    items: [{ id }],
    nextCursor: expect.any(String),
  });
});

it('gives the broker its commission of every settled order, as agreed at the contract, once', async () => {
  const mandateId = await offer();
  await act(mandateId, 'acceptance', broker.who);
  const terms = {
    venueId: venue.id,
    gross: fen(10000),
    sellerId: seller.id,
    brokerMandateId: mandateId,
    brokerId: broker.id,
  };
  const sale = await contractOrder(t, terms);
  expect((await act(mandateId, 'termination', seller.who, why)).status).toBe(204);
  await pay(t, sale, '10000');
  const escrow = (await t.as(who(sale.buyerId, 'buyer')).get(`/v1/escrows?orderId=${sale.orderId}`)).body.items[0];
  expect(escrow.commission).toEqual({ mandateId, brokerId: broker.id, basisPoints: 500 });
  await deliverAndAccept(t, sale);
  const [distribution] = (await t.as(venue.checker).get(`/v1/distributions?orderId=${sale.orderId}`)).body.items;
  expect(distribution.lines).toMatchObject([
    { role: 'BROKER', accountCode: '2102', amount: fen(500) },
    { role: 'HOLDER', amount: fen(9500) },
  ]);
  await t.as(venue.checker).act(`/v1/distributions/${distribution.id}/approval`);
  await t.settle();
  await changeOrder(t, sale.orderId, (order) => (order.can('settle') ? order.settle() : undefined));
  await t.settle();
  await asSystem(() => t.app.get(UnitOfWork).execute(new RecordCommission(sale.orderId)));
  for (const as of [broker.who, seller.who]) {
    const { items } = (await t.as(as).get(`/v1/commissions?orderId=${sale.orderId}`)).body as {
      items: CommissionView[];
    };
    expect(items).toMatchObject([
      { mandateId, brokerId: broker.id, principalId: seller.id, commissionBp: 500, amount: fen(500) },
    ]);
  }
  const { body } = await t.as(who(newId('org'), 'broker')).get(`/v1/commissions?orderId=${sale.orderId}`);
  expect(body.items).toEqual([]);
});

it('runs out on its day, accepted or not', async () => {
  const [accepted, offered] = [await offer(), await offer()];
  await act(accepted, 'acceptance', broker.who);
  await t.as(who(newId('org'), 'operator')).post('/v1/demonstration/clock', { byMs: 31 * day, ...why });
  expect((await act(offered, 'acceptance', broker.who)).body.code).toBe('brokerage/mandate-over');
  await t.settle();
  for (const id of [accepted, offered]) expect(await see(id)).toMatchObject({ state: 'EXPIRED', actions: [] });
});

it('every row of brokerage is what its events fold to', async () => {
  const reader = await new DataSource(dataSourceOptions(t.databaseUrl, 'databourse_auditor', 1)).initialize();
  const { differences } = await replay(reader);
  await reader.destroy();
  expect(differences.filter(({ table }) => table.startsWith('brokerage.'))).toEqual([]);
});
