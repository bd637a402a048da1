import { newId } from '../src/platform/id.js';
import { CertificateCancelled } from '../src/certificates/certificate.js';
import { ExpireListing } from '../src/market/expire-listing.js';
import { listingMachine } from '../src/market/listing.js';
import { SuspendListingsOfEndedCertificate } from '../src/market/suspend-listings-of-ended-certificate.js';
import type { Who } from './support/client.js';
import { changeCertificate, startTrade, type Member, type Trade } from './support/trade.js';

let t: Trade;
let seller: Member;
let stranger: Member;
const operator: Who = { sub: newId('per'), org: newId('org'), roles: ['operator'] };
beforeAll(async () => {
  t = await startTrade();
  seller = await t.member(['SELLER']);
  stranger = await t.member(['SELLER', 'BUYER']);
});
afterAll(() => t.close());

describe('venues', () => {
  const name = { zh: '演示交易所', en: 'Demonstration exchange' };
  const exchange = () => ({ code: 'DEMO-2', name, type: 'EXCHANGE', parentId: null, operatorId: t.officer.org });

  it('opens the tree: an exchange, then a base under it', async () => {
    const { status, body, headers } = await t.as(operator).post('/v1/venues', exchange());
    expect(status).toBe(201);
    expect(headers['location']).toBe(`/v1/venues/${body.id}`);
    const base = { ...exchange(), code: 'DEMO-B1', type: 'BASE', parentId: body.id };
    expect((await t.as(operator).post('/v1/venues', base)).status).toBe(201);
    const list = await t.as(operator).get('/v1/venues?limit=1');
    expect(list.body.items).toHaveLength(1);
    expect(list.body.nextCursor).toEqual(expect.any(String));
  });

  it('refuses a base without an exchange above it', async () => {
    const { status, body } = await t.as(operator).post('/v1/venues', { ...exchange(), code: 'X1', type: 'BASE' });
    expect(status).toBe(422);
    expect(body.code).toBe('market/venue-parent');
  });

  it('refuses an operator that is not registered', async () => {
    const unknown = { ...exchange(), code: 'X2', operatorId: newId('org') };
    const { status, body } = await t.as(operator).post('/v1/venues', unknown);
    expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'invalid-request', '/operatorId']);
  });
});

describe('listings', () => {
  const draft = async (changes: object = {}, facts: object = {}) => {
    const body = t.offer(await t.certificate(seller, facts), changes);
    return (await t.as(seller.who).post('/v1/listings', body)).body.id as string;
  };
  const anonymous = async (path: string) => {
    const response = await fetch(`${await t.app.getUrl()}${path}`);
    return { status: response.status, body: (await response.json()) as { items: { id: string }[]; state: string } };
  };

  it('goes from draft to the public catalogue; nobody else sees it before', async () => {
    const id = await draft({ title: '只为目录测试' });
    const path = `/v1/listings/${id}`;
    expect((await anonymous(path)).status).toBe(404);
    expect((await t.as(stranger.who).get(path)).status).toBe(404);
    const { body } = await t.as(seller.who).get(path);
    expect(body).toMatchObject({ state: 'DRAFT', price: { amount: '10005', currency: 'CNY' }, resourceId: null });
    expect(body.actions).toEqual(['revise', 'submit', 'delist']);

    expect((await t.as(stranger.who).post(`${path}/submission`, {}, { 'if-match': '"1"' })).status).toBe(403);
    expect((await t.as(seller.who).post(`${path}/submission`)).status).toBe(428);
    expect((await t.as(seller.who).post(`${path}/submission`, {}, { 'if-match': '"9"' })).status).toBe(412);
    expect((await t.as(seller.who).act(`${path}/submission`)).status).toBe(204);
    expect((await t.as(t.officer).get('/v1/listings?scope=venue')).body.items[0]).toMatchObject({
      id,
      state: 'SUBMITTED',
    });

    const foreign: Who = { sub: newId('per'), org: newId('org'), roles: ['exchangeOfficer'] };
    expect((await t.as(foreign).post(`${path}/approval`, {}, { 'if-match': '"2"' })).status).toBe(403);
    expect((await t.as(t.officer).act(`${path}/approval`)).status).toBe(204);
    expect((await anonymous(path)).body.state).toBe('PUBLISHED');
    expect((await anonymous(`/v1/listings?q=${encodeURIComponent('目录测试')}`)).body.items).toHaveLength(1);
  });

  it('names every shut gate at once, in both languages, and keeps the draft', async () => {
    const facts = { certificate: { rights: ['HOLD'] }, resource: { grade: 'CORE', personalInfo: 'PI' } };
    const id = await draft({ scenarios: [], schemeId: `sch_${'0'.repeat(32)}` }, facts);
    const { status, body } = await t.as(seller.who).act(`/v1/listings/${id}/submission`);
    expect([status, body.code]).toEqual([422, 'market/gates-failed']);
    expect(body.gates).toEqual(['G1', 'G2', 'G4', 'G5', 'G12']);
    expect(body.errors.map((e: { pointer: string }) => e.pointer)).toContain('/scenarios');
    expect(body.errors[0].reasons).toEqual({ 'zh-CN': expect.any(String), en: expect.any(String) });
    expect((await t.as(seller.who).get(`/v1/listings/${id}`)).body).toMatchObject({ state: 'DRAFT', version: 1 });
  });

  it('is examined again at the approval', async () => {
    const number = await t.certificate(seller);
    const { id } = (await t.as(seller.who).post('/v1/listings', t.offer(number))).body as { id: string };
    await t.as(seller.who).act(`/v1/listings/${id}/submission`);
    changeCertificate(number, { status: 'CANCELLED' });
    const { body } = await t.as(t.officer).act(`/v1/listings/${id}/approval`);
    expect(body.gates).toEqual(['G1']);
    expect((await t.as(t.officer).act(`/v1/listings/${id}/rejection`, { reason: '凭证失效' })).status).toBe(204);
    changeCertificate(number, { status: 'ACTIVE' });
    const revised = await t.as(seller.who).get(`/v1/listings/${id}`);
    expect(revised.body).toMatchObject({ state: 'REJECTED', reason: '凭证失效' });
  });

  it('is for admitted sellers, and never for the operator of the venue', async () => {
    const outsider = await t.member(['BUYER']);
    const body = t.offer(await t.certificate(outsider));
    const { id } = (await t.as(outsider.who).post('/v1/listings', body)).body as { id: string };
    expect((await t.as(outsider.who).act(`/v1/listings/${id}/submission`)).body.gates).toEqual(['G10']);
  });

  it('is suspended when its certificate ends, resumed only with one in force, and expires with it', async () => {
    const number = await t.certificate(seller);
    const { id } = (await t.as(seller.who).post('/v1/listings', t.offer(number))).body as { id: string };
    await t.as(seller.who).act(`/v1/listings/${id}/submission`);
    await t.as(t.officer).act(`/v1/listings/${id}/approval`);
    changeCertificate(number, { status: 'CANCELLED' });
    const ended = Object.assign(Object.create(CertificateCancelled.prototype) as CertificateCancelled, { number });
    await t.react(SuspendListingsOfEndedCertificate, ended);
    await t.react(SuspendListingsOfEndedCertificate, ended);
    expect((await anonymous(`/v1/listings/${id}`)).body.state).toBe('SUSPENDED');
    expect((await t.as(t.officer).act(`/v1/listings/${id}/resumption`)).body.gates).toEqual(['G1']);
    changeCertificate(number, { status: 'ACTIVE' });
    expect((await t.as(t.officer).act(`/v1/listings/${id}/resumption`)).status).toBe(204);
    await t.execute(new ExpireListing(id));
    await t.execute(new ExpireListing(id));
    expect((await anonymous(`/v1/listings/${id}`)).body.state).toBe('EXPIRED');
  });

  it('is delisted by the seller or the venue, not by others', async () => {
    const id = await t.listing(seller);
    expect((await t.as(stranger.who).act(`/v1/listings/${id}/delisting`)).body.code).toBe('not-your-organisation');
    expect((await t.as(seller.who).act(`/v1/listings/${id}/delisting`)).status).toBe(204);
    expect((await t.as(t.officer).act(`/v1/listings/${id}/delisting`)).body.code).toBe('illegal-transition');
  });

  it('filters the catalogue in SQL, page by page; wildcards are ordinary characters', async () => {
    const ids = [];
    for (const title of ['航运 100% 指数 A', '航运 100% 指数 B', '航运 1000 指数'])
      ids.push(await t.listing(seller, { title, productType: 'INDICATOR' }));
    const search = async (query: string) => (await t.as(stranger.who).get(`/v1/listings?${query}`)).body;
    const q = `q=${encodeURIComponent('100%')}&productType=INDICATOR&venueId=${t.venueId}`;
    const first = await search(`${q}&limit=1`);
    expect(first.items.map(({ id }: { id: string }) => id)).toEqual([ids[1]]);
    const second = await search(`${q}&limit=1&cursor=${first.nextCursor}`);
    expect(second.items.map(({ id }: { id: string }) => id)).toEqual([ids[0]]);
    expect(second.nextCursor).toBeNull();
    expect((await search('productType=REPORT')).items).toEqual([]);
    expect((await search(`venueId=${newId('ven')}`)).items).toEqual([]);
    expect((await anonymous('/v1/listings?scope=own')).status).toBe(401);
    expect((await t.as(seller.who).get('/v1/listings?scope=own&limit=100')).body.items.length).toBeGreaterThan(3);
    expect((await t.as(stranger.who).get('/v1/listings?scope=own')).body.items).toEqual([]);
  });

  it('needs an Idempotency-Key, and drafts once per key', async () => {
    const body = t.offer(await t.certificate(seller));
    const key = { 'idempotency-key': 'a-demonstration-key' };
    const [one, two] = [
      await t.as(seller.who).post('/v1/listings', body, key),
      await t.as(seller.who).post('/v1/listings', body, key),
    ];
    expect(two.body).toEqual(one.body);
    expect(two.headers['idempotent-replayed']).toBe('true');
  });

  it('the database knows the same states as the table', async () => {
    const [row] = await t.rows(
      `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = 'listing_state_check'`,
    );
    const states = [...String(row!['definition']).matchAll(/'([A-Z]+)'/g)].map((m) => m[1]!);
    expect(states.toSorted()).toEqual(listingMachine.states.toSorted());
  });
});
