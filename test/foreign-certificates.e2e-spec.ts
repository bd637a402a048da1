import { completeUscc, rulePack } from '@app/rulepacks';
import type { Role, SubmitForeignCertificateBody } from '@app/sdk';
import { BASE_CONTEXT, LocalKey, publicOnly, signCredential } from '@app/signing';
import pg from 'pg';
import { Clock } from '../src/platform/clock.js';
import { newId } from '../src/platform/id.js';
import { foreignCertificateMachine } from '../src/recognition/foreign-certificate.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import { differences } from './support/differences.js';
import { declaration, withBlocks } from './support/declaration.js';

let t: TestApp;
let db: pg.Client;
let holder: Who;
let uscc: string;
let registrarOrg: string;
let officer: Who;
let approver: Who;
let venueId: string;
let venueOfficer: Who;
let buyer: Who;
const of = (org: string, ...roles: Role[]): Who => ({ sub: newId('per'), org, roles });
const operator = of(newId('org'), 'operator');
const authority = newId('org');
const [maker, checker] = [of(authority, 'authorityOfficer'), of(authority, 'authorityOfficer')];

let now = new Date('2026-07-06T02:00:00Z');
beforeAll(async () => {
  t = await startApp();
  Object.assign(t.app.get(Clock, { strict: false }), { now: () => now });
  db = new pg.Client(t.databaseUrl);
  await db.connect();
  const holding = await organisation();
  [holder, uscc] = [of(holding.id, 'holder'), holding.uscc];
  registrarOrg = (await organisation()).id;
  [officer, approver] = [of(registrarOrg, 'registrarOfficer'), of(registrarOrg, 'registrarApprover')];
  const place = { organisationId: registrarOrg, name: 'Demonstration registrar', regionCode2: '44', digit: '1' };
  await t.as(operator).post('/v1/registrars', place);
  const exchange = (await organisation()).id;
  venueOfficer = of(exchange, 'exchangeOfficer');
  const name = { zh: '演示交易所', en: 'Demonstration exchange' };
  const venue = { code: 'DEMO', name, type: 'EXCHANGE', parentId: null, operatorId: exchange };
  venueId = (await t.as(operator).post('/v1/venues', venue)).body.id as string;
  const membership = { venueId, roles: ['SELLER'], commitmentHash: 'a'.repeat(64) };
  const { id } = (await t.as(holder).post('/v1/memberships', membership)).body as { id: string };
  await act(venueOfficer, `/v1/memberships/${id}/approval`);
  buyer = of((await organisation()).id, 'buyer');
  const { publicJwk } = await LocalKey.generate('ECDH-ES+A256KW');
  await t.as(buyer).post(`/v1/organisations/${buyer.org}/keys`, { jwk: publicOnly(publicJwk), use: 'enc' });
  const joining = await t.as(buyer).post('/v1/memberships', { ...membership, roles: ['BUYER'] });
  await act(venueOfficer, `/v1/memberships/${joining.body.id}/approval`);
});
afterAll(async () => {
  await db.end();
  await t.close();
});
beforeEach(() => {
  now = new Date('2026-07-06T02:00:00Z');
});

let serial = 0;
async function organisation(): Promise<{ id: string; uscc: string }> {
  const code = completeUscc(`91440101DEM${String((serial += 1)).padStart(6, '0')}`);
  const body = { uscc: code, name: `Demonstration ${serial}`, kind: 'ENTERPRISE', regionCode: '440100' };
  return { id: (await t.as(operator).post('/v1/organisations', body)).body.id as string, uscc: code };
}
async function upload(who: Who, content = `material ${(serial += 1)}`): Promise<string> {
  const authorization = `Bearer ${await t.issuer.token(who.sub, who.org, who.roles)}`;
  const answer = await fetch(`${await t.app.getUrl()}/v1/files`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'text/csv', 'content-disposition': 'attachment; filename="a.csv"' },
    body: content,
  });
  return ((await answer.json()) as { id: string }).id;
}
async function resource(): Promise<string> {
  const fileId = await upload(holder, `city,trips\n广州,${(serial += 1)}\n深圳,15\n`);
  return (await t.as(holder).post('/v1/resources', { ...declaration, fileId })).body.id as string;
}
const seen = async (path: string, who = holder) => (await t.as(who).get(path)).body;
async function act(who: Who, path: string, body: object = {}): Promise<void> {
  const answer = await t.as(who).act(path, body);
  if (answer.status !== 204) throw new Error(`${path} ${answer.status} ${JSON.stringify(answer.body)}`);
}
async function refusal(who: Who, path: string, body: object = {}): Promise<string> {
  const answer = await t.as(who).act(path, body);
  return answer.body.code ?? String(answer.status);
}

const FROM = '2026-01-01T00:00:00.000Z';
const TO = '2028-01-01T00:00:00.000Z';
async function given(changes: Partial<SubmitForeignCertificateBody> = {}): Promise<SubmitForeignCertificateBody> {
  return {
    kind: 'SHENZHEN',
    number: `SZDEX-RE021769097600${String((serial += 1)).padStart(6, '0')}`,
    issuer: '演示登记机构(深圳)',
    registerUrl: 'https://register.example/certificates',
    registrarId: registrarOrg,
    resourceId: await resource(),
    rights: ['HOLD', 'OPERATE'],
    validFrom: FROM,
    validTo: TO,
    credential: null,
    fileId: await upload(holder),
    ...changes,
  };
}
async function submit(changes: Partial<SubmitForeignCertificateBody> = {}): Promise<string> {
  const { status, body } = await t.as(holder).post('/v1/foreign-certificates', await given(changes));
  if (status !== 201) throw new Error(JSON.stringify(body));
  return `/v1/foreign-certificates/${body.id}`;
}
const checked = { checked: '编号、权利人、权利种类与公开登记簿一致', reviewItems: [] as string[] };
async function record(path: string): Promise<void> {
  await act(officer, `${path}/verification`, { ...checked, evidenceFileId: await upload(officer) });
  await act(approver, `${path}/recording`);
}
const offer = (certificateNumber: string) => ({
  venueId,
  certificateNumber,
  title: '演示数据集',
  description: 'Demonstration',
  productType: 'DATASET',
  scenarios: ['信贷风控'],
  complianceStatement: { text: '来源合法', accepted: true, statedAt: now.toISOString() },
  price: { amount: '10005', currency: 'CNY' },
  deliveryModes: ['FILE'],
});
async function listing(number: string): Promise<string> {
  return `/v1/listings/${(await t.as(holder).post('/v1/listings', offer(number))).body.id}`;
}

describe('by a person, against the public register', () => {
  it('one verifies with evidence, another records; what was checked and by whom is public', async () => {
    const path = await submit();
    expect(await refusal(holder, `${path}/verification`, checked)).toBe('forbidden');
    const foreign = of((await organisation()).id, 'registrarOfficer');
    expect(await t.as(foreign).post(`${path}/verification`, checked, { 'if-match': '"1"' })).toMatchObject({
      body: { code: 'not-your-organisation' },
    });
    expect(await refusal(officer, `${path}/verification`, checked)).toBe('recognition/evidence-needed');
    const unknown = { ...checked, reviewItems: ['nothing'], evidenceFileId: await upload(officer) };
    expect(await refusal(officer, `${path}/verification`, unknown)).toBe('invalid-request');
    expect((await t.as(foreign).get(path)).status).toBe(404);
    await act(approver, `${path}/verification`, { ...checked, evidenceFileId: await upload(approver) });
    expect(await refusal(officer, `${path}/recording`)).toBe('forbidden');
    expect(await refusal(approver, `${path}/recording`)).toBe('same-person');
    expect((await seen(path, approver)).actions).not.toContain('record');
    await act(of(registrarOrg, 'registrarApprover'), `${path}/recording`);
    const anonymous = await fetch(`${await t.app.getUrl()}${path}`);
    expect(await anonymous.json()).toMatchObject({
      state: 'RECORDED',
      rulePack: expect.stringMatching(/^SZ-PROPERTY-2023@/),
      verification: { method: 'PUBLIC_REGISTER', by: approver.sub, checked: checked.checked, statusChecked: false },
      recorded: { by: expect.any(String) },
    });
  });

  it('is rejected with a reason, before it counts', async () => {
    const path = await submit({ kind: 'GUANGDONG', number: 'GD-2026-0001', validTo: null });
    const { number } = await seen(path);
    expect((await t.as(holder).act(`${await listing(number)}/submission`)).body.gates).toEqual(['G1']);
    await act(officer, `${path}/rejection`, { reason: '公开登记簿无此编号' });
    expect(await seen(path)).toMatchObject({ state: 'REJECTED', ended: { reason: '公开登记簿无此编号' } });
    expect(await refusal(officer, `${path}/verification`, { ...checked, evidenceFileId: await upload(officer) })).toBe(
      'illegal-transition',
    );
  });

  it('a number stands once in the register, of one’s own data, in its form, and not past', async () => {
    const path = await submit();
    await record(path);
    const { number } = await seen(path);
    const again = await submit({ number });
    await act(officer, `${again}/verification`, { ...checked, evidenceFileId: await upload(officer) });
    expect(await refusal(approver, `${again}/recording`)).toBe('recognition/known');
    const pointer = async (changes: Partial<SubmitForeignCertificateBody>) => {
      const { body } = await t.as(holder).post('/v1/foreign-certificates', await given(changes));
      return body.errors?.[0]?.pointer ?? body.code;
    };
    expect(await pointer({ kind: 'NATIONAL', number: 'SJ4412026130001' })).toBe('/number');
    expect(await pointer({ resourceId: newId('res') })).toBe('/resourceId');
    expect(await pointer({ fileId: newId('file') })).toBe('/fileId');
    expect(await pointer({ registrarId: newId('org') })).toBe('/registrarId');
    expect(await pointer({ validTo: '2026-07-01T00:00:00Z' })).toBe('/validTo');
  });
});

describe('by its signature', () => {
  const did = 'did:web:registrar.example';
  const context = 'https://registrar.example/contexts/v1';
  let key: LocalKey;
  let issuer: string;
  const credential = (number: string, changes: object = {}, subject: object = {}) => ({
    '@context': [BASE_CONTEXT, context],
    id: `https://registrar.example/certificates/${number}`,
    type: ['VerifiableCredential', 'DataPropertyRegistrationCertificate'],
    issuer: did,
    validFrom: FROM,
    validUntil: TO,
    credentialSubject: {
      id: `urn:uscc:${uscc}`,
      certificateNumber: number,
      holder: { uscc },
      rights: [{ right: 'HOLD' }, { right: 'OPERATE' }],
      ...subject,
    },
    ...changes,
  });
  const sign = (of_: object, by = key) => signCredential(of_ as never, by, { [context]: 'any' });
  const next = () => `SJ442202601${String((serial += 1)).padStart(4, '0')}`;
  const faults = async (path: string, body: object = checked) => {
    const answer = await t.as(officer).act(`${path}/verification`, body);
    return answer.body.errors?.map(({ pointer }: { pointer: string }) => pointer) ?? answer.body.code ?? answer.status;
  };

  beforeAll(async () => {
    key = await LocalKey.generate('ES256');
    const jwks = { keys: [publicOnly(key.publicJwk)] };
    const body = { did, name: '演示登记机构(外省)', place: 'SJ442', contexts: [context], jwks, reason: '国家目录' };
    issuer = `/v1/trusted-issuers/${(await t.as(maker).post('/v1/trusted-issuers', body)).body.id}`;
    expect(await refusal(maker, `${issuer}/confirmation`)).toBe('same-person');
    expect(await refusal(officer, `${issuer}/confirmation`)).toBe('forbidden');
    await act(checker, `${issuer}/confirmation`);
  });

  it('a credential of a pinned key, which says what the holder says, needs no other evidence', async () => {
    const number = next();
    const path = await submit({ kind: 'NATIONAL', number, credential: await sign(credential(number)) });
    await act(officer, `${path}/verification`, checked);
    await act(approver, `${path}/recording`);
    expect(await seen(path)).toMatchObject({
      state: 'RECORDED',
      verification: { method: 'SIGNATURE', issuer: { did }, statusChecked: true, evidenceSha256: null },
    });
  });

  it.each<[string, object, object, string[]]>([
    ['another holder', {}, { holder: { uscc: '91440101DEM999999X' } }, ['/holder']],
    ['fewer rights', {}, { rights: [{ right: 'HOLD' }] }, ['/rights']],
    ['a longer term', { validUntil: '2029-01-01T00:00:00.000Z' }, {}, ['/validTo']],
    ['another number', {}, { certificateNumber: 'SJ4422026010000' }, ['/number']],
    ['no rights at all', {}, { rights: null }, ['/rights']],
  ])('what the credential does not say is refused: %s', async (_name, changes, subject, expected) => {
    const number = next();
    const path = await submit({
      kind: 'NATIONAL',
      number,
      credential: await sign(credential(number, changes, subject)),
    });
    expect(await faults(path)).toEqual(expected);
    expect((await seen(path)).state).toBe('SUBMITTED');
  });

  it('a pinned issuer is believed for its own numbers only', async () => {
    const number = 'SJ4432026010001';
    const path = await submit({ kind: 'NATIONAL', number, credential: await sign(credential(number)) });
    expect(await faults(path)).toEqual(['/number']);
  });

  it('tampered with, expired, or by an unknown key: a reason, or a person’s evidence', async () => {
    const number = next();
    const good = await sign(credential(number));
    const [head, , signature] = good.split('.');
    const forged = Buffer.from(JSON.stringify(credential(number, {}, { rights: [] }))).toString('base64url');
    const tampered = await submit({ kind: 'NATIONAL', number, credential: `${head}.${forged}.${signature}` });
    expect(await faults(tampered)).toEqual(['/credential/SIGNATURE_INVALID']);
    const unknown = await sign(credential(number), await LocalKey.generate('ES256'));
    expect(await faults(await submit({ kind: 'NATIONAL', number, credential: unknown }))).toBe(
      'recognition/evidence-needed',
    );
    expect(await faults(await submit({ kind: 'NATIONAL', number, credential: 'a.b.c' }))).toContain(
      '/credential/MALFORMED',
    );
    const listed = credential(number, {
      credentialStatus: {
        id: 'https://registrar.example/status#1',
        type: 'BitstringStatusListEntry',
        statusPurpose: 'revocation',
        statusListIndex: '1',
        statusListCredential: 'https://registrar.example/status',
      },
    });
    const path = await submit({ kind: 'NATIONAL', number, credential: await sign(listed) });
    // Its status is unknown without the list: a person looks into the register.
    expect(await faults(path)).toBe('recognition/evidence-needed');
    expect(await faults(path, { ...checked, statusList: 'no list' })).toContain('/credential/STATUS_LIST_INVALID');
    await act(officer, `${path}/verification`, { ...checked, evidenceFileId: await upload(officer) });
    expect((await seen(path)).verification).toMatchObject({ method: 'SIGNATURE', statusChecked: false });
  });

  it('a withdrawn issuer is believed no more', async () => {
    const number = next();
    const path = await submit({ kind: 'NATIONAL', number, credential: await sign(credential(number)) });
    await act(checker, `${issuer}/withdrawal`);
    expect(await faults(path)).toBe('recognition/evidence-needed');
  });
});

describe('what relies on it (INV-26)', () => {
  it('is listed without a second review; a venue may refuse only for a just cause; both end with it', async () => {
    const path = await submit();
    await record(path);
    const { number } = await seen(path);
    const offered = await listing(number);
    await act(holder, `${offered}/submission`);
    await act(venueOfficer, `${offered}/approval`);
    expect((await seen(offered)).state).toBe('PUBLISHED');

    const { body: placed } = await t.as(buyer).post('/v1/orders', { listingId: offered.split('/').at(-1) });
    const orderId = placed.id as string;
    expect((await seen(`/v1/orders/${orderId}`, buyer)).state).toBe('CREATED');

    const doubted = await submit();
    await record(doubted);
    const other = await listing((await seen(doubted)).number);
    const cause = { venueId, code: 'DATA_DIFFERS', reason: '样本与凭证不符' };
    expect(await refusal(venueOfficer, `${doubted}/reliance-refusals`, { ...cause, code: 'FEE' })).toBe(
      'invalid-request',
    );
    const stranger = of((await organisation()).id, 'exchangeOfficer');
    expect(await refusal(stranger, `${doubted}/reliance-refusals`, cause)).toBe('not-your-organisation');
    await act(venueOfficer, `${doubted}/reliance-refusals`, cause);
    const shut = await t.as(holder).act(`${other}/submission`);
    expect([shut.body.gates, shut.body.errors[0].reasons.en]).toEqual([
      ['G1'],
      expect.stringContaining('DATA_DIFFERS'),
    ]);

    await act(approver, `${path}/termination`, { reason: '发证机构已注销', fileId: await upload(approver) });
    await t.settle();
    expect((await seen(offered)).state).toBe('SUSPENDED');
    expect((await seen(`/v1/orders/${orderId}`, buyer)).state).toBe('CANCELLED');
    expect((await t.as(venueOfficer).act(`${offered}/resumption`)).body.gates).toEqual(['G1']);
  });

  it('does not list what covers no right to operate, is another’s, or has lapsed', async () => {
    const use = await submit({ rights: ['USE'] });
    await record(use);
    const gates = async (path: string) =>
      (await t.as(holder).act(`${await listing((await seen(path)).number)}/submission`)).body.gates;
    expect(await gates(use)).toEqual(['G1']);
    const short = await submit({ validTo: '2026-07-07T00:00:00.000Z' });
    await record(short);
    const offered = await listing((await seen(short)).number);
    await act(holder, `${offered}/submission`);
    await act(venueOfficer, `${offered}/approval`);
    now = new Date('2026-07-07T00:00:00.000Z');
    await t.settle();
    expect((await seen(short)).state).toBe('RECORDED');
    now = new Date('2026-07-07T00:00:00.001Z');
    await t.settle();
    expect((await seen(short)).state).toBe('LAPSED');
    expect(['SUSPENDED', 'EXPIRED']).toContain((await seen(offered)).state);
    expect(await gates(short)).toEqual(['G1']);
  });
});

describe('simplified upgrade (N1 §41)', () => {
  const items = rulePack('CN-PROPERTY-2026').reviewChecklist;
  const asked = items.filter(({ appliesTo }) => appliesTo === null || appliesTo.includes('COLLECTED'));
  const file = async (changes: object) => {
    const fileId = await upload(holder);
    const body = await withBlocks(t.app, holder.org, {
      regime: 'CN-PROPERTY-2026',
      type: 'INITIAL',
      registrarId: registrarOrg,
      rights: [{ right: 'HOLD' }, { right: 'OPERATE' }],
      scenario: '交通规划',
      materials: ['form', 'identity'].map((code) => ({ code, fileId })),
      validityYears: 3,
      ...changes,
    });
    const { status, body: made } = await t.as(holder).post('/v1/applications', body);
    if (status !== 201) throw new Error(JSON.stringify(made));
    return `/v1/applications/${made.id}`;
  };

  it('takes over what was examined there; the reviewer still decides each question', async () => {
    const path = await submit({ validTo: '2026-07-25T00:00:00.000Z' });
    const reviewItems = asked.filter(({ area }) => area === 'DESCRIPTION' || area === 'SOURCE').map(({ id }) => id);
    await act(officer, `${path}/verification`, { ...checked, reviewItems, evidenceFileId: await upload(officer) });
    const { id, number, resourceId } = await seen(path);
    const early = await file({ resourceId, upgradeOf: id });
    const { body: refused } = await t.as(holder).act(`${early}/submission`);
    expect(refused.errors.map(({ pointer }: { pointer: string }) => pointer)).toContain('/content/upgradeOf');
    await act(approver, `${path}/recording`);
    await act(holder, `${early}/submission`);
    await act(officer, `${early}/acceptance`);
    await act(officer, `${early}/review-start`);
    const { checklist } = await seen(early, officer);
    const taken = checklist.filter(({ takenOver }: { takenOver: object | null }) => takenOver !== null);
    expect(taken.map(({ code }: { code: string }) => code).toSorted()).toEqual(reviewItems.toSorted());
    expect(taken[0].takenOver).toMatchObject({ foreignCertificateId: id, number, reason: checked.checked });
    expect(await refusal(officer, `${early}/review-pass`, { checklist: [] })).toBe('registration/checklist');
    const answers = asked.map((item) => ({ code: item.id, ok: true, note: '' }));
    await act(officer, `${early}/review-pass`, { checklist: answers });

    const offered = await listing(number);
    await act(holder, `${offered}/submission`);
    await act(venueOfficer, `${offered}/approval`);
    await act(approver, `${early}/approval`);
    now = new Date(Date.parse((await seen(early)).clocks.notice.due) + 1);
    await t.settle();
    const { certificateNumber } = await seen(early);
    const { subject, id: certificateId } = await seen(`/v1/certificates/${certificateNumber}`);
    expect(subject.upgradedFrom).toEqual({ id, number, issuer: '演示登记机构(深圳)' });
    expect(JSON.parse((await seen(early)).evidence.document).upgradedFrom).toEqual(subject.upgradedFrom);
    const upgraded = await seen(path, of(newId('org'), 'buyer'));
    expect(upgraded).toMatchObject({
      state: 'UPGRADED',
      actions: [],
      upgradedBy: { certificateId, number: certificateNumber },
    });
    const page = await (await fetch(`${await t.app.getUrl()}/certificates/${certificateNumber}?lang=en`)).text();
    expect(page).toContain(`Upgraded from</th><td>${number} (`);
    // Whose rights pass on later, the register here alone knows.
    expect((await seen(offered)).state).toBe('SUSPENDED');
    await act(holder, `${offered}/repointing`);
    expect((await seen(offered)).certificateNumber).toBe(certificateNumber);
    await act(venueOfficer, `${offered}/resumption`);
    now = new Date('2026-07-26T00:00:00Z');
    await t.settle();
    expect((await seen(path)).state).toBe('UPGRADED');
  });

  it('what its issuer ended in the meantime stays ended', async () => {
    const path = await submit();
    await record(path);
    const { id, resourceId } = await seen(path);
    const fileId = await upload(holder);
    const materials = ['form', 'identity', 'acquisition', 'sample', 'description'].map((code) => ({ code, fileId }));
    const app = await file({ resourceId, upgradeOf: id, materials });
    await act(holder, `${app}/submission`);
    await act(officer, `${app}/acceptance`);
    await act(officer, `${app}/review-start`);
    await act(officer, `${app}/review-pass`, {
      checklist: asked.map(({ id: code }) => ({ code, ok: true, note: '' })),
    });
    await act(approver, `${app}/approval`);
    await act(approver, `${path}/termination`, { reason: '发证机构已注销', fileId: await upload(approver) });
    now = new Date(Date.parse((await seen(app)).clocks.notice.due) + 1);
    await t.settle();
    expect((await seen(app)).state).toBe('CERTIFIED');
    expect(await seen(path)).toMatchObject({ state: 'ENDED', upgradedBy: null });
  });

  it('not for other data, more rights, or materials that were not examined', async () => {
    const path = await submit({ rights: ['HOLD'] });
    await record(path);
    const { id, resourceId } = await seen(path);
    const pointers = async (changes: object) => {
      const { body } = await t.as(holder).act(`${await file({ resourceId, upgradeOf: id, ...changes })}/submission`);
      return [...new Set(body.errors.map(({ pointer }: { pointer: string }) => pointer))];
    };
    expect(await pointers({ rights: [{ right: 'HOLD' }] })).toEqual(['/content/materials']);
    expect(await pointers({})).toEqual(expect.arrayContaining(['/content/upgradeOf', '/content/materials']));
    expect(await pointers({ resourceId: await resource(), rights: [{ right: 'HOLD' }] })).toContain(
      '/content/upgradeOf',
    );
  });
});

it('the database knows the same states as the table', async () => {
  const { rows } = await db.query<{ definition: string }>(
    `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = 'foreign_certificate_state_check'`,
  );
  const states = [...rows[0]!.definition.matchAll(/'([A-Z]+)'/g)].map((m) => m[1]!);
  expect(states.toSorted()).toEqual(foreignCertificateMachine.states.toSorted());
});

it('all events give every row back', async () => {
  await t.settle();
  expect(await differences(t)).toEqual([]);
});
