import { QueryBus } from '@nestjs/cqrs';
import type { BooksCheck, DistributionView, EscrowView } from '@app/sdk';
import { asSystem } from '../src/platform/context.js';
import { newId } from '../src/platform/id.js';
import { CheckBooks } from '../src/settlement/check-books.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import { contractOrder, deliverAndAccept, fen, openVenue, pay, who, type Sale, type Venue } from './support/sales.js';

let t: TestApp;
let venue: Venue;
const auditor: Who = who(newId('org'), 'auditor');
beforeAll(async () => {
  t = await startApp();
  venue = await openVenue(t);
});
afterEach(async () => {
  const books = await asSystem(() => t.app.get(QueryBus).execute<CheckBooks, BooksCheck>(new CheckBooks()));
  expect(books).toEqual({ ok: true, faults: [] });
});
afterAll(() => t.close());

const escrowOf = async ({ orderId }: Sale): Promise<EscrowView> =>
  (await t.as(auditor).get(`/v1/escrows?orderId=${orderId}`)).body.items[0];
const distributionOf = async ({ orderId }: Sale): Promise<DistributionView> =>
  (await t.as(auditor).get(`/v1/distributions?orderId=${orderId}`)).body.items[0];
const balanceOf = async (ownerId: string, code: string): Promise<string | undefined> =>
  (await t.as(auditor).get(`/v1/accounts?ownerId=${ownerId}&code=${code}`)).body.items[0]?.balance;

it('takes an order from payment to payout', async () => {
  const sale = await contractOrder(t, { venueId: venue.id, gross: fen(10000) });
  expect(await escrowOf(sale)).toMatchObject({ state: 'OPENED', due: fen(10000), reference: sale.number });
  await pay(t, sale, '10000');
  expect(await escrowOf(sale)).toMatchObject({ state: 'FUNDED', held: fen(10000) });
  await deliverAndAccept(t, sale);
  const { id, state, lines } = await distributionOf(sale);
  expect(state).toBe('CALCULATED');
  expect(lines).toMatchObject([{ role: 'HOLDER', organisationId: sale.sellerId, amount: fen(10000) }]);
  expect((await t.as(venue.checker).act(`/v1/distributions/${id}/approval`)).status).toBe(204);
  await t.settle();
  expect(await escrowOf(sale)).toMatchObject({ state: 'RELEASED', released: fen(10000), held: fen(0) });
  expect(await distributionOf(sale)).toMatchObject({ state: 'PAID' });
  expect(await balanceOf(sale.sellerId, '2101')).toBe('0');
  expect(await balanceOf('platform', '1001')).toBe('0');
});
