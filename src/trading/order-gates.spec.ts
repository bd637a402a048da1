import { failedOrderGates, type OrderFacts } from './order-gates.js';

const licence = { exclusive: false, maxLicences: null };
const listing = { sellerId: 'org_seller', venueId: 'ven_1', state: 'PUBLISHED', licence };
const valid = { validFrom: '2026-01-01T00:00:00Z', validTo: '2027-01-01T00:00:00Z' };
const mandate = { principalId: 'org_buyer', venueId: 'ven_1', side: 'BUY', state: 'ACTIVE', ...valid };
const facts: OrderFacts = {
  now: new Date('2026-03-02T02:00:00Z'),
  buyerId: 'org_buyer',
  buyerRoles: ['BUYER'],
  buyerCanDecrypt: true,
  sellerRoles: ['SELLER'],
  venueOperatorId: 'org_venue',
  listing,
  licencesSold: 0,
  certificate: { status: 'ACTIVE', validTo: '2027-01-01T00:00:00Z' },
  mandate: undefined,
};

it('passes an order in order', () => {
  expect(failedOrderGates(facts)).toEqual([]);
  expect(failedOrderGates({ ...facts, mandate })).toEqual([]);
  expect(
    failedOrderGates({ ...facts, listing: { ...listing, licence: { ...licence, maxLicences: 3 } }, licencesSold: 2 }),
  ).toEqual([]);
});

it.each<[string, Partial<OrderFacts>]>([
  ['LISTING_NOT_PUBLISHED', { listing: { ...listing, state: 'SUSPENDED' } }],
  ['CERTIFICATE_NOT_ACTIVE', { certificate: { status: 'CANCELLED', validTo: '2027-01-01T00:00:00Z' } }],
  ['CERTIFICATE_NOT_ACTIVE', { certificate: { status: 'ACTIVE', validTo: '2026-03-01T00:00:00Z' } }],
  ['CERTIFICATE_NOT_ACTIVE', { certificate: null }],
  ['OWN_LISTING', { listing: { ...listing, sellerId: 'org_buyer' } }],
  ['VENUE_OPERATOR', { venueOperatorId: 'org_buyer' }],
  ['BUYER_NOT_ADMITTED', { buyerRoles: ['SELLER'] }],
  ['SELLER_NOT_ADMITTED', { sellerRoles: [] }],
  ['NO_ENCRYPTION_KEY', { buyerCanDecrypt: false }],
  ['MANDATE_NOT_VALID', { mandate: null }],
  ['MANDATE_NOT_VALID', { mandate: { ...mandate, side: 'SELL' } }],
  ['MANDATE_NOT_VALID', { mandate: { ...mandate, principalId: 'org_other' } }],
  ['MANDATE_NOT_VALID', { mandate: { ...mandate, venueId: 'ven_2' } }],
  ['MANDATE_NOT_VALID', { mandate: { ...mandate, validTo: '2026-03-01T00:00:00Z' } }],
  ['LICENCES_SOLD_OUT', { listing: { ...listing, licence: { ...licence, exclusive: true } }, licencesSold: 1 }],
  ['LICENCES_SOLD_OUT', { listing: { ...listing, licence: { ...licence, maxLicences: 3 } }, licencesSold: 3 }],
])('%s', (gate, changed) => {
  expect(failedOrderGates({ ...facts, ...changed }).map((failed) => failed.gate)).toEqual([gate]);
});
