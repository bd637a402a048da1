import { DraftListingBody } from '@app/sdk';
import { eventType, revive } from '../platform/event.js';
import { failedGates, type ListingFacts } from './listing-gates.js';
import { Listing, listingMachine, type ListingState } from './listing.js';

const now = new Date('2026-03-02T02:00:00Z');
const offer = DraftListingBody.parse({
  venueId: `ven_${'0'.repeat(32)}`,
  certificateNumber: 'SJ4412026030001',
  title: '演示数据集',
  description: 'Demonstration data set',
  productType: 'DATASET',
  scenarios: ['信贷风控'],
  complianceStatement: { text: '来源合法', accepted: true, statedAt: '2026-03-01T00:00:00Z' },
  price: { amount: '10000', currency: 'CNY' },
  deliveryModes: ['FILE'],
});
type Step = (listing: Listing) => void;

const submitted: Step[] = [(l) => l.submit('res_1', [])];
const published: Step[] = [...submitted, (l) => l.approve([], now)];
const suspended: Step[] = [...published, (l) => l.suspend('why', 'VENUE')];
const paths: Record<ListingState, Step[]> = {
  DRAFT: [],
  SUBMITTED: submitted,
  PUBLISHED: published,
  REJECTED: [...submitted, (l) => l.reject('why')],
  SUSPENDED: suspended,
  DELISTED: [...published, (l) => l.delist('')],
  EXPIRED: [...suspended, (l) => l.expire()],
};
const acts: Record<keyof typeof listingMachine.transitions, Step> = {
  revise: (l) => l.revise(offer),
  submit: (l) => l.submit('res_1', []),
  approve: (l) => l.approve([], now),
  reject: (l) => l.reject('why'),
  suspend: (l) => l.suspend('why', 'VENUE'),
  repoint: (l) => l.repoint('SJ4412026080002', 'res_2'),
  resume: (l) => l.resume([]),
  delist: (l) => l.delist(''),
  expire: (l) => l.expire(),
};

function listingIn(state: ListingState): Listing {
  const listing = Listing.draft('org_seller', offer);
  for (const step of paths[state]) step(listing);
  expect(listing.state).toBe(state);
  return listing;
}

const cases = listingMachine.states.flatMap((state) =>
  (Object.keys(acts) as (keyof typeof acts)[]).map((action) => ({ state, action })),
);

it.each(cases)('$state: $action', ({ state, action }) => {
  const listing = listingIn(state);
  const { from, to } = listingMachine.transitions[action];
  const before = listing.version;
  if ((from as readonly ListingState[]).includes(state)) {
    acts[action](listing);
    expect([listing.state, listing.version]).toEqual([to, before + 1]);
  } else {
    expect(() => acts[action](listing)).toThrow(expect.objectContaining({ code: 'illegal-transition' }));
    expect(listing.version).toBe(before);
  }
});

it.each(listingMachine.states)('%s is what its events fold to', (state) => {
  const listing = listingIn(state);
  const replayed = new Listing();
  for (const event of listing.getUncommittedEvents())
    replayed.apply(revive(eventType(event), JSON.stringify(event)), true);
  listing.uncommit();
  expect(replayed).toEqual(listing);
});

const valid = { validFrom: '2026-01-01T00:00:00Z', validTo: '2029-01-01T00:00:00Z' };
const certificate = { holderId: 'org_seller', status: 'ACTIVE', rights: ['HOLD', 'OPERATE'], ...valid };
const resource = { grade: 'GENERAL_2', personalInfo: 'NONE', isPublicData: false, isGovernmentDutyData: false };
const facts: ListingFacts = {
  now,
  sellerId: 'org_seller',
  venueOperatorId: 'org_venue',
  sellerRoles: ['SELLER'],
  certificate,
  resource,
  scheme: null,
  mandate: null,
};
const withScheme = { ...offer, schemeId: `sch_${'0'.repeat(32)}` };
const withBroker = { ...offer, brokerMandateId: `man_${'0'.repeat(32)}` };
const mandate = { principalId: 'org_seller', venueId: offer.venueId, side: 'SELL', state: 'ACTIVE', ...valid };

it('passes an offer in order, with scheme and broker too', () => {
  expect(failedGates(offer, facts)).toEqual([]);
  expect(failedGates(withScheme, { ...facts, scheme: { sellerId: 'org_seller', state: 'SIGNED' } })).toEqual([]);
  expect(failedGates(withBroker, { ...facts, mandate })).toEqual([]);
});

const stated = (statedAt: string) => ({ ...offer, complianceStatement: { ...offer.complianceStatement, statedAt } });
it.each<[string, string, Partial<ListingFacts>, DraftListingBody?]>([
  ['G1', 'no certificate', { certificate: null }],
  ['G1', "another's certificate", { certificate: { ...certificate, holderId: 'org_other' } }],
  ['G1', 'certificate cancelled', { certificate: { ...certificate, status: 'CANCELLED' } }],
  ['G1', 'certificate past its end', { now: new Date('2029-01-01T00:00:01Z') }, stated('2028-12-01T00:00:00Z')],
  ['G1', 'no right to operate', { certificate: { ...certificate, rights: ['HOLD', 'USE'] } }],
  ['G2', 'no scenario', {}, { ...offer, scenarios: [] }],
  ['G3', 'not accepted', {}, { ...offer, complianceStatement: { ...offer.complianceStatement, accepted: false } }],
  ['G3', 'over 12 months old', {}, stated('2025-03-02T01:59:59Z')],
  ['G3', 'of the future', {}, stated('2026-03-02T02:00:01Z')],
  ['G4', 'core data', { resource: { ...resource, grade: 'CORE' } }],
  ['G4', 'important data as a file', { resource: { ...resource, grade: 'IMPORTANT' } }],
  ['G5', 'personal information', { resource: { ...resource, personalInfo: 'PI' } }],
  ['G5', 'sensitive personal information', { resource: { ...resource, personalInfo: 'SENSITIVE' } }],
  ['G5', 'data of government duties', { resource: { ...resource, isGovernmentDutyData: true } }],
  ['G8', 'public data without ceiling', { resource: { ...resource, isPublicData: true } }],
  ['G10', 'not admitted', { sellerRoles: ['BUYER'] }],
  ['G10', "the venue's own operator", { venueOperatorId: 'org_seller' }],
  ['G12', 'no such scheme', {}, withScheme],
  ['G12', 'unsigned scheme', { scheme: { sellerId: 'org_seller', state: 'PROPOSED' } }, withScheme],
  ['G12', "another's scheme", { scheme: { sellerId: 'org_other', state: 'SIGNED' } }, withScheme],
  ['G13', 'no such mandate', {}, withBroker],
  ['G13', "a buyer's mandate", { mandate: { ...mandate, side: 'BUY' } }, withBroker],
  ['G13', 'ended mandate', { mandate: { ...mandate, state: 'TERMINATED' } }, withBroker],
  ['G13', 'mandate for another venue', { mandate: { ...mandate, venueId: 'ven_other' } }, withBroker],
])('gate %s is shut: %s', (gate, _what, changed, changedOffer = offer) => {
  expect(failedGates(changedOffer, { ...facts, ...changed }).map((failed) => failed.gate)).toEqual([gate]);
});

it('accepts a statement that is exactly 12 months old', () => {
  expect(failedGates(stated('2025-03-02T02:00:00Z'), facts)).toEqual([]);
});

it('reports every shut gate at once, and moves nothing', () => {
  const failed = failedGates({ ...offer, scenarios: [] }, { ...facts, certificate: null, sellerRoles: [] });
  expect(failed.map(({ gate }) => gate)).toEqual(['G1', 'G2', 'G10']);
  const listing = listingIn('DRAFT');
  expect(() => listing.submit(null, failed)).toThrow(
    expect.objectContaining({ code: 'market/gates-failed', facts: { gates: ['G1', 'G2', 'G10'] } }),
  );
  expect(listing.version).toBe(1);
});
