import { createHash } from 'node:crypto';
import { completeUscc } from '@app/rulepacks';
import { KEY_PROOF_TYP } from '@app/sdk';
import { LocalKey, publicOnly, signJws } from '@app/signing';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import { newId } from '../../src/platform/id.js';
import { Order, type OrderPlaced } from '../../src/trading/order.js';
import type { TestApp } from './app.js';
import type { Who } from './client.js';

export const who = (org: string, ...roles: Who['roles']): Who => ({ sub: newId('per'), org, roles });
export const fen = (amount: string | bigint | number) => ({ amount: String(amount), currency: 'CNY' as const });

export interface Venue {
  readonly id: string;
  readonly operatorId: string;
  /** Finance officers of its operator: a maker and a checker. */
  readonly maker: Who;
  readonly checker: Who;
}

let venues = 0;
export async function openVenue(t: TestApp): Promise<Venue> {
  const operatorId = await organisation(t);
  const { body } = await t.as(who(newId('org'), 'operator')).post('/v1/venues', {
    code: `DEMO-${(venues += 1)}`,
    name: { zh: '演示交易所', en: 'Demonstration exchange' },
    type: 'EXCHANGE',
    parentId: null,
    operatorId,
  });
  return {
    id: body.id,
    operatorId,
    maker: who(operatorId, 'financeOfficer'),
    checker: who(operatorId, 'financeOfficer'),
  };
}

export interface Party {
  readonly id: string;
  readonly who: Who;
  readonly key: LocalKey;
}

let parties = 0;
/** A registered organisation's id. */
export async function organisation(t: TestApp): Promise<string> {
  const uscc = completeUscc(`91440101DEM${String((parties += 1)).padStart(6, '0')}`);
  const facts = { uscc, name: `Demonstration ${parties}`, kind: 'ENTERPRISE', regionCode: '440100' };
  return (await t.as(who(newId('org'), 'operator')).post('/v1/organisations', facts)).body.id as string;
}

/** A registered organisation with a signing key, and one of its people. */
export async function register(t: TestApp, ...roles: Who['roles']): Promise<Party> {
  const id = await organisation(t);
  const [person, key] = [who(id, ...roles), await LocalKey.generate('ES256')];
  const claim = { organisationId: id, thumbprint: key.kid };
  const proof = await signJws(claim, await key.privateJwk(), { typ: KEY_PROOF_TYP });
  const added = { jwk: publicOnly(key.publicJwk), use: 'sig', proof };
  await t.as(person).post(`/v1/organisations/${id}/keys`, added);
  return { id, who: person, key };
}

/** Changes an order as its own context would: a listing, a certificate and a delivery would be needed to do so from outside. */
export const changeOrder = (t: TestApp, id: string, change: (order: Order) => void): Promise<void> =>
  t.app.get(UnitOfWork).run(async () => change(await t.app.get(UnitOfWork).get(Order, id)));

let orders = 0;
export async function contractOrder(
  t: TestApp,
  terms: Partial<OrderPlaced> & { venueId: string; gross: OrderPlaced['gross'] },
) {
  const [orderId, number] = [newId('ord'), `DEMO-ORDER-${Date.now()}-${(orders += 1)}`];
  const [buyerId, sellerId] = [newId('org'), newId('org')];
  const contract = JSON.stringify({ orderId });
  const placed: OrderPlaced = {
    orderId,
    number,
    listingId: newId('lst'),
    venueOperatorId: newId('org'),
    buyerId,
    sellerId,
    certificateNumber: 'DEMONSTRATION',
    resourceId: newId('res'),
    schemeId: null,
    brokerMandateId: null,
    brokerId: null,
    deliveryMode: 'FILE',
    acceptanceDays: 7,
    silentAcceptance: true,
    contract,
    contractHash: createHash('sha256').update(contract).digest('hex'),
    placedAt: new Date().toISOString(),
    ...terms,
  };
  const signature = (organisationId: string) => ({ organisationId, keyId: 'k', jws: 'j', signedAt: placed.placedAt });
  await t.app.get(UnitOfWork).run(async () => {
    const order = t.app.get(UnitOfWork).add(Order.place(placed));
    order.sign(signature(placed.buyerId));
    order.sign(signature(placed.sellerId));
  });
  await t.settle();
  return { orderId, number, buyerId: placed.buyerId, sellerId: placed.sellerId };
}

export type Sale = Awaited<ReturnType<typeof contractOrder>>;

/** The buyer pays at its bank; the platform hears of it. */
export async function pay(t: TestApp, { buyerId, number }: Sale, amount: string): Promise<void> {
  await t
    .as(who(buyerId, 'buyer'))
    .post('/v1/bank-simulator/payments', { reference: number, amount: fen(amount), payer: buyerId });
  await t.settle();
}

export async function deliverAndAccept(t: TestApp, { orderId }: Sale): Promise<void> {
  await changeOrder(t, orderId, (order) => {
    if (order.can('fund')) order.fund();
    order.startDelivery(newId('dlv'));
    order.completeDelivery('0'.repeat(64), null);
    order.accept('BUYER');
  });
  await t.settle();
}
