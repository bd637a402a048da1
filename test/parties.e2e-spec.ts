import { completeUscc } from '@app/rulepacks';
import { KEY_PROOF_TYP, type Role } from '@app/sdk';
import { LocalKey, publicOnly, signJws } from '@app/signing';
import { QueryBus } from '@nestjs/cqrs';
import pg from 'pg';
import { GetAdmission } from '../src/parties/get-admission.js';
import { GetOrganisationKey } from '../src/parties/get-organisation-key.js';
import { newId } from '../src/platform/id.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';

let t: TestApp;
const operator: Who = { sub: newId('per'), org: newId('org'), roles: ['operator'] };
const of = (org: string, ...roles: Role[]): Who => ({ sub: newId('per'), org, roles });
beforeAll(async () => {
  t = await startApp();
});
afterAll(() => t.close());

let serial = 0;
const organisation = (name: string) => ({
  uscc: completeUscc(`91440101DEM${String((serial += 1)).padStart(6, '0')}`),
  name: `Demonstration ${name}`,
  kind: 'ENTERPRISE',
  regionCode: '440100',
});
const register = async (name: string): Promise<string> =>
  (await t.as(operator).post('/v1/organisations', organisation(name))).body.id as string;
const query = <T>(q: object): Promise<T> => t.app.get(QueryBus, { strict: false }).execute(q as never);

describe('organisations', () => {
  it('registers one and shows it to signed-in people only', async () => {
    const body = organisation('holder');
    const { status, body: created, headers } = await t.as(operator).post('/v1/organisations', body);
    expect(status).toBe(201);
    expect(headers['location']).toBe(`/v1/organisations/${created.id}`);
    const seen = await t.as(of(newId('org'), 'buyer')).get(headers['location']!);
    expect(seen.body).toEqual({ id: created.id, version: 1, status: 'ACTIVE', ...body });
    expect(seen.headers['etag']).toBe('"1"');
    expect((await fetch(`${await t.app.getUrl()}/v1/organisations/${created.id}`)).status).toBe(401);
  });

  it.each([
    ['a wrong check character', '91440101DEM000001Y'],
    ['a letter that the code does not have', '91440101DEM00000I8'],
    ['too few characters', '91440101DEM'],
  ])('refuses a code with %s, in both languages', async (_, uscc) => {
    const { status, body } = await t.as(operator).post('/v1/organisations', { ...organisation('wrong'), uscc });
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      expect.objectContaining({
        pointer: '/uscc',
        reasons: {
          'zh-CN': expect.stringContaining('统一社会信用代码'),
          en: expect.stringContaining('unified social'),
        },
      }),
    ]);
  });

  it('registers a code once, also when two ask at the same time', async () => {
    const body = organisation('twice');
    const answers = await Promise.all([1, 2, 3].map(() => t.as(operator).post('/v1/organisations', body)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)!.body.code).toBe('parties/organisation-known');
  });

  it('is for the operator', async () => {
    const { status } = await t.as(of(newId('org'), 'holder')).post('/v1/organisations', organisation('other'));
    expect(status).toBe(403);
  });

  it('lists them page by page', async () => {
    const first = await t.as(operator).get('/v1/organisations?limit=1');
    const second = await t.as(operator).get(`/v1/organisations?limit=1&cursor=${first.body.nextCursor}`);
    expect(second.body.items[0].id > first.body.items[0].id).toBe(true);
  });

  it('suspends and reinstates', async () => {
    const id = await register('suspended');
    const why = { reason: 'A demonstration' };
    expect((await t.as(operator).post(`/v1/organisations/${id}/suspension`, why)).status).toBe(428);
    expect((await t.as(operator).act(`/v1/organisations/${id}/suspension`, why)).status).toBe(204);
    const person = {
      organisationId: id,
      login: 'nobody',
      displayName: 'Demonstration',
      password: 'twelve or more',
      roles: ['buyer'],
    };
    expect((await t.as(operator).post('/v1/people', person)).body.code).toBe('parties/inactive');
    expect((await t.as(operator).act(`/v1/organisations/${id}/suspension`, why)).body.code).toBe('illegal-transition');
    expect((await t.as(operator).act(`/v1/organisations/${id}/reinstatement`, why)).status).toBe(204);
  });
});

describe('keys', () => {
  const proven = async (organisationId: string, key: LocalKey, signedBy = key, thumbprint = key.kid) => ({
    jwk: publicOnly(key.publicJwk),
    use: 'sig',
    proof: await signJws({ organisationId, thumbprint }, await signedBy.privateJwk(), { typ: KEY_PROOF_TYP }),
  });

  it.each(['ES256', 'EdDSA'] as const)('adds a proven %s key and publishes it', async (alg) => {
    const id = await register(`with ${alg}`);
    const key = await LocalKey.generate(alg);
    expect((await t.as(of(id, 'holder')).post(`/v1/organisations/${id}/keys`, await proven(id, key))).status).toBe(201);
    const published = await fetch(`${await t.app.getUrl()}/v1/organisations/${id}/keys`);
    expect(await published.json()).toEqual({ keys: [key.publicJwk] });
    const did = (await (await fetch(`${await t.app.getUrl()}/organisations/${id}/did.json`)).json()) as Record<string, unknown>; // prettier-ignore
    expect(did['id']).toMatch(new RegExp(`^did:web:127\\.0\\.0\\.1%3A\\d+:organisations:${id}$`));
    expect(did).toMatchObject({
      verificationMethod: [{ controller: did['id'], publicKeyJwk: key.publicJwk }],
      assertionMethod: [`${String(did['id'])}#${key.kid}`],
    });
    expect(await query(new GetOrganisationKey(id, key.kid))).toEqual(key.publicJwk);
    const again = await t.as(of(id, 'holder')).post(`/v1/organisations/${id}/keys`, await proven(id, key));
    expect(again.body.code).toBe('parties/key-known');
  });

  it('refuses a proof by another key, for another organisation, of another key, or none', async () => {
    const id = await register('without proof');
    const [key, other] = [await LocalKey.generate('ES256'), await LocalKey.generate('ES256')];
    const wrong = [
      await proven(id, key, other),
      await proven(newId('org'), key),
      await proven(id, key, key, other.kid),
      { ...(await proven(id, key)), proof: undefined },
    ];
    for (const body of wrong) {
      const answer = await t.as(of(id, 'holder')).post(`/v1/organisations/${id}/keys`, body);
      expect([answer.status, answer.body.code]).toEqual([422, 'parties/key-proof']);
    }
  });

  it('refuses the private half, a point beside the curve, and Ed25519 for encryption', async () => {
    const id = await register('with odd keys');
    const as = t.as(of(id, 'holder'));
    const key = await LocalKey.generate('ECDH-ES+A256KW');
    const jwk = publicOnly(key.publicJwk);
    const post = (given: object) => as.post(`/v1/organisations/${id}/keys`, { jwk: given, use: 'enc' });
    expect((await post(await key.privateJwk())).body.errors[0].pointer).toBe('/jwk/d');
    expect((await post({ ...jwk, x: 'A'.repeat(43) })).body.errors[0].pointer).toBe('/jwk');
    expect((await post(publicOnly((await LocalKey.generate('EdDSA')).publicJwk))).status).toBe(422);
    expect((await post(jwk)).status).toBe(201);
    expect(await query(new GetOrganisationKey(id, key.kid))).toMatchObject({ alg: 'ECDH-ES+A256KW', use: 'enc' });
  });

  it('is for people of the organisation', async () => {
    const id = await register('with strangers');
    const body = await proven(id, await LocalKey.generate('EdDSA'));
    const answer = await t.as(of(newId('org'), 'holder')).post(`/v1/organisations/${id}/keys`, body);
    expect(answer.body.code).toBe('not-your-organisation');
  });
});

describe('people', () => {
  const person = async (login: string, ...roles: Role[]) => ({
    organisationId: await register(login),
    login,
    displayName: 'Demonstration person',
    password: 'correct horse battery',
    roles,
  });

  it('adds one; neither password nor name reaches the public part of the ledger', async () => {
    const body = await person('holder-1', 'holder');
    const { body: created } = await t.as(operator).post('/v1/people', body);
    const { password: _, ...facts } = body;
    expect((await t.as(operator).get(`/v1/people/${created.id}`)).body).toEqual({
      id: created.id,
      version: 1,
      status: 'ACTIVE',
      lastSignInAt: null,
      ...facts,
    });
    const db = new pg.Client(t.databaseUrl);
    await db.connect();
    const { rows: leaves } = await db.query(`SELECT convert_from(leaf, 'UTF8') AS leaf FROM ledger.intake`);
    const { rows: payloads } = await db.query('SELECT payload FROM ledger.payload WHERE stream = $1', [created.id]);
    await db.end();
    expect(JSON.stringify(leaves)).not.toMatch(/holder-1|Demonstration person/);
    expect(payloads[0].payload).toContain('holder-1');
    expect(JSON.stringify(payloads)).not.toMatch(/horse|argon2/);
    expect((await t.as(operator).post('/v1/people', body)).body.code).toBe('parties/login-taken');
  });

  it('keeps functions apart', async () => {
    const post = async (login: string, ...roles: Role[]) =>
      t.as(operator).post('/v1/people', await person(login, ...roles));
    for (const roles of [['exchangeOfficer', 'holder'], ['regulator', 'operator'], ['system'], []] as Role[][]) {
      const { status, body } = await post(`apart-${serial}`, ...roles);
      expect([status, body.errors[0].pointer]).toEqual([422, expect.stringMatching(/^\/roles/)]);
    }
    expect((await post('together', 'regulator', 'auditor')).status).toBe(201);
  });

  it('is for the operator; deactivates once', async () => {
    const body = await person('leaver', 'buyer');
    expect((await t.as(of(newId('org'), 'holder')).post('/v1/people', body)).status).toBe(403);
    const { id } = (await t.as(operator).post('/v1/people', body)).body as { id: string };
    const why = { reason: 'Left' };
    expect((await t.as(operator).act(`/v1/people/${id}/deactivation`, why)).status).toBe(204);
    expect((await t.as(operator).act(`/v1/people/${id}/deactivation`, why)).body.code).toBe('illegal-transition');
    expect((await t.as(operator).get('/v1/people?limit=100')).body.items).toContainEqual(
      expect.objectContaining({ id, status: 'DEACTIVATED' }),
    );
  });
});

describe('memberships', () => {
  const venue = async (operatorId: string, parentId: string | null = null): Promise<string> => {
    const code = `DEMO-${(serial += 1)}`;
    const name = { zh: '演示场所', en: 'Demonstration venue' };
    const type = parentId === null ? 'EXCHANGE' : 'BASE';
    return (await t.as(operator).post('/v1/venues', { code, name, type, parentId, operatorId })).body.id as string;
  };
  const application = (venueId: string) => ({ venueId, roles: ['SELLER', 'BUYER'], commitmentHash: 'a'.repeat(64) });
  const apply = (org: string, venueId: string) => t.as(of(org, 'holder')).post('/v1/memberships', application(venueId));
  const admission = (org: string, venueId: string) => query<{ roles: string[] }>(new GetAdmission(org, venueId));

  it('admits by an officer of the venue, and by nobody else', async () => {
    const [exchange, other, member] = [await register('exchange'), await register('other'), await register('member')];
    const venueId = await venue(exchange);
    const { body, status } = await apply(member, venueId);
    expect(status).toBe(201);
    expect(await admission(member, venueId)).toEqual({ roles: [] });
    const approval = `/v1/memberships/${body.id}/approval`;
    const version = { 'if-match': '"1"' };
    const stranger = await t.as(of(other, 'exchangeOfficer')).post(approval, {}, version);
    expect([stranger.status, stranger.body.code]).toEqual([403, 'not-your-organisation']);
    const trader = await t.as(of(exchange, 'holder')).post(approval, {}, version);
    expect([trader.status, trader.body.code]).toEqual([403, 'forbidden']);
    const officer = t.as(of(exchange, 'exchangeOfficer'));
    const possible = async () => (await officer.get(`/v1/memberships/${body.id}`)).body.actions as string[];
    expect(await possible()).toEqual(['approve', 'reject', 'withdraw']);
    expect((await officer.post(approval, {}, { 'if-match': '"7"' })).status).toBe(412);
    expect((await officer.act(approval)).status).toBe(204);
    expect(await possible()).toEqual(['suspend', 'withdraw']);
    expect(await admission(member, venueId)).toEqual({ roles: ['SELLER', 'BUYER'] });
    expect((await officer.act(approval)).body).toMatchObject({
      code: 'illegal-transition',
      possible: ['suspend', 'withdraw'],
    });

    expect((await officer.act(`/v1/memberships/${body.id}/suspension`, { reason: 'A demonstration' })).status).toBe(
      204,
    );
    expect(await admission(member, venueId)).toEqual({ roles: [] });
    expect((await officer.act(`/v1/memberships/${body.id}/reinstatement`)).status).toBe(204);
    expect(await admission(member, venueId)).toEqual({ roles: ['SELLER', 'BUYER'] });
    expect((await t.as(of(member, 'holder')).act(`/v1/memberships/${body.id}/withdrawal`)).status).toBe(204);
    expect(await admission(member, venueId)).toEqual({ roles: [] });
  });

  it('refuses the operator of the venue and of the exchange above it (SOD-3, INV-25)', async () => {
    const [exchange, base] = [await register('operator'), await register('base operator')];
    const above = await venue(exchange);
    const below = await venue(base, above);
    for (const [org, at] of [
      [exchange, above],
      [exchange, below],
      [base, below],
    ] as const)
      expect((await apply(org, at)).body.code).toBe('parties/own-venue');
    expect((await apply(base, above)).status).toBe(201);
  });

  it('has one living application for each venue, and a new one after a rejection', async () => {
    const [exchange, member] = [await register('strict exchange'), await register('applicant')];
    const venueId = await venue(exchange);
    const both = await Promise.all([apply(member, venueId), apply(member, venueId)]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    const { id } = both.find(({ status }) => status === 201)!.body as { id: string };
    const officer = t.as(of(exchange, 'exchangeOfficer'));
    expect((await officer.act(`/v1/memberships/${id}/rejection`, {})).body.errors[0].pointer).toBe('/reason');
    expect((await officer.act(`/v1/memberships/${id}/rejection`, { reason: 'No proof' })).status).toBe(204);
    expect((await officer.get(`/v1/memberships/${id}`)).body).toMatchObject({ state: 'REJECTED', reason: 'No proof' });
    expect((await apply(member, venueId)).status).toBe(201);
  });

  it('shows a membership to its two sides and to watchers', async () => {
    const [exchange, member] = [await register('seen exchange'), await register('seen')];
    const venueId = await venue(exchange);
    const { id } = (await apply(member, venueId)).body as { id: string };
    const seen = async (who: Who, path: string) => (await t.as(who).get(path)).status;
    expect(await seen(of(member, 'holder'), `/v1/memberships/${id}`)).toBe(200);
    expect(await seen(of(exchange, 'exchangeOfficer'), `/v1/memberships/${id}`)).toBe(200);
    expect(await seen(of(newId('org'), 'auditor'), `/v1/memberships/${id}`)).toBe(200);
    expect(await seen(of(newId('org'), 'holder'), `/v1/memberships/${id}`)).toBe(404);
    const list = async (who: Who) => (await t.as(who).get(`/v1/memberships?venueId=${venueId}`)).body.items as object[];
    const own = expect.objectContaining({ id, state: 'SUBMITTED', actions: ['approve', 'reject', 'withdraw'] });
    expect(await list(of(exchange, 'exchangeOfficer'))).toEqual([own]);
    expect(await list(of(member, 'holder'))).toHaveLength(1);
    expect(await list(of(newId('org'), 'holder'))).toHaveLength(0);
    const all = async (who: Who) => (await t.as(who).get('/v1/memberships?limit=100')).body.items as object[];
    expect(await all(of(exchange, 'exchangeOfficer'))).toEqual([own]);
    expect(await all(of(member, 'holder'))).toHaveLength(1);
    expect(await all(of(newId('org'), 'exchangeOfficer'))).toHaveLength(0);
  });
});
