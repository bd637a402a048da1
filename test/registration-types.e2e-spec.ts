import { completeUscc, rulePack } from '@app/rulepacks';
import type { ChangeItem, Role } from '@app/sdk';
import pg from 'pg';
import { audit } from '../scripts/audit.js';
import { Clock } from '../src/platform/clock.js';
import { DeadlineWorker } from '../src/platform/deadline-worker.js';
import { newId } from '../src/platform/id.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import { declaration, withBlocks } from './support/declaration.js';

let t: TestApp;
let db: pg.Client;
let registrarOrg: string;
let officer: Who;
let approver: Who;
let holder: Who;
let buyer: Who;
const of = (org: string, ...roles: Role[]): Who => ({ sub: newId('per'), org, roles });
const operator = of(newId('org'), 'operator');
const regulator = of(newId('org'), 'regulator');

let now = new Date();
const setTime = (local: string) => (now = new Date(`${local}+08:00`));
const fire = () => t.app.get(DeadlineWorker, { strict: false }).step();

beforeAll(async () => {
  t = await startApp();
  Object.assign(t.app.get(Clock, { strict: false }), { now: () => now });
  db = new pg.Client(t.databaseUrl);
  await db.connect();
  registrarOrg = await organisation('registrar');
  const registrar = { organisationId: registrarOrg, name: 'Demonstration registrar', regionCode2: '44', digit: '1' };
  expect((await t.as(operator).post('/v1/registrars', registrar)).status).toBe(201);
  holder = of(await organisation('holder'), 'holder');
  buyer = of(await organisation('transferee'), 'holder');
  officer = of(registrarOrg, 'registrarOfficer');
  approver = of(registrarOrg, 'registrarApprover');
});
afterAll(async () => {
  await db.end();
  await t.close();
});
beforeEach(() => setTime('2026-07-06T10:00')); // A Monday; no holiday before 25 September.

let serial = 0;
async function organisation(name: string): Promise<string> {
  const uscc = completeUscc(`91440101TYP${String((serial += 1)).padStart(6, '0')}`);
  const body = { uscc, name: `Demonstration ${name}`, kind: 'ENTERPRISE', regionCode: '440100' };
  return (await t.as(operator).post('/v1/organisations', body)).body.id as string;
}

async function upload(who: Who, content: string, name: string): Promise<string> {
  const headers = {
    authorization: `Bearer ${await t.issuer.token(who.sub, who.org, who.roles)}`,
    'content-type': 'text/csv',
    'content-disposition': `attachment; filename="${name}"`,
  };
  const body = new Uint8Array(Buffer.from(content));
  const answer = await fetch(`${await t.app.getUrl()}/v1/files`, { method: 'POST', headers, body });
  return ((await answer.json()) as { id: string }).id;
}
async function materials(codes: string[], who = holder) {
  const fileId = await upload(who, `Demonstration material ${(serial += 1)}`, 'material.txt');
  return codes.map((code) => ({ code, fileId }));
}
const REGIME = 'CN-PROPERTY-2026';
const checklist = rulePack(REGIME)
  .reviewChecklist.filter(({ appliesTo }) => appliesTo === null || appliesTo.includes('COLLECTED'))
  .map(({ id }) => ({ code: id, ok: true, note: '' }));

const seen = async (path: string, who = regulator) => (await t.as(who).get(path)).body;
const certificate = async (number: string) => seen(`/v1/certificates/${number}`);
const numberOf = async (app: string): Promise<string> => (await seen(app)).certificateNumber as string;
async function act(who: Who, path: string, body: object = {}): Promise<void> {
  const answer = await t.as(who).act(path, body);
  if (answer.status !== 204) throw new Error(`${path} ${answer.status} ${JSON.stringify(answer.body)}`);
}
/** The code of the refusal, and the pointers that it names. */
async function refusal(who: Who, path: string, body: object = {}): Promise<[string, ...string[]]> {
  const { body: said, status } = await t.as(who).act(path, body);
  const pointers = ((said.errors ?? []) as { pointer: string }[]).map(({ pointer }) => pointer);
  return [said.code ?? String(status), ...pointers];
}
const post = async (body: object, who = holder) => {
  const filing = await withBlocks(t.app, who.org, { regime: REGIME, registrarId: registrarOrg, ...body });
  return t.as(who).post('/v1/applications', filing);
};
async function file(body: object, who = holder): Promise<string> {
  const answer = await post(body, who);
  if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return `/v1/applications/${answer.body.id}`;
}
async function toNotice(app: string, who = holder): Promise<string> {
  await act(who, `${app}/submission`);
  await act(officer, `${app}/acceptance`);
  await act(officer, `${app}/review-start`);
  await act(officer, `${app}/review-pass`, { checklist });
  await act(approver, `${app}/approval`);
  return app;
}
async function endNotice(app: string): Promise<string> {
  now = new Date(Date.parse((await seen(app)).clocks.notice.due) + 1);
  await fire();
  await t.settle();
  return app;
}
const finish = async (app: string, who = holder) => endNotice(await toNotice(app, who));

/** A certificate of the holder with these rights. */
async function certified(rights = ['HOLD', 'USE', 'OPERATE'], content: object = {}): Promise<string> {
  const fileId = await upload(holder, `city,trips\n广州,${(serial += 1)}\n`, 'data.csv');
  const resourceId = (await t.as(holder).post('/v1/resources', { ...declaration, fileId })).body.id as string;
  const claimed = rights.map((right) => ({
    right,
    termYears: right === 'OPERATE' ? 3 : null,
    limits: right === 'OPERATE' ? '仅限广东省内' : '',
  }));
  const given = await materials(['form', 'identity', 'acquisition', 'sample', 'description']);
  const asked = { resourceId, rights: claimed, scenario: '交通规划', materials: given, validityYears: 5, ...content };
  return numberOf(await finish(await file({ type: 'INITIAL', ...asked })));
}
const transfer = async (certificateNumber: string, rights: string[], to = buyer.org, who = holder) => ({
  type: 'TRANSFER',
  certificateNumber,
  transfereeId: to,
  rights,
  dataScope: '全部数据',
  useScope: '仅限交通规划',
  materials: await materials(['form', 'contract', 'certificate'], who),
});
const verdictOf = async (number: string) => {
  const url = await t.app.getUrl();
  const credential = await (await fetch(`${url}/v1/certificates/${number}/credential`)).text();
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ credential });
  const answer = await fetch(`${url}/v1/certificates/verification`, { method: 'POST', headers, body });
  return (await answer.json()) as { ok: boolean; reasons: { code: string; zh: string; en: string }[] };
};

describe('a transfer (N1 §34)', () => {
  it('gives the transferee exactly those rights, and the transferor keeps the rest and nothing of them', async () => {
    const old = await certified();
    const app = await file(await transfer(old, ['OPERATE']));
    expect(await seen(app, holder)).toMatchObject({
      type: 'TRANSFER',
      state: 'DRAFT',
      counterparty: { organisationId: buyer.org, joined: null },
      content: { rights: [{ right: 'OPERATE', termYears: 3 }], particulars: { certificateNumber: old } },
    });
    expect(await refusal(holder, `${app}/submission`)).toEqual(['registration/incomplete', '/content/transfereeId']);
    // The pre-check of the draft says what the submission says.
    expect(await seen(`${app}/pre-check`, holder)).toMatchObject({
      ready: false,
      faults: [{ pointer: '/content/transfereeId', zh: '受让方尚未共同申请' }],
    });
    expect((await seen(app, buyer)).actions).toEqual(['join']);
    await act(buyer, `${app}/joining`);
    expect(await seen(`${app}/pre-check`, holder)).toMatchObject({ ready: true, faults: [] });
    expect(await seen(app, buyer)).toMatchObject({
      actions: ['withdraw'],
      counterparty: { joined: { by: buyer.sub, at: now.toISOString() } },
    });
    await toNotice(app);
    const { items } = (await t.as(regulator).get('/v1/public-notices?limit=100')).body;
    expect(items.find((one: { applicationId: string }) => app.endsWith(one.applicationId))).toMatchObject({
      type: 'TRANSFER',
      certificateNumber: old,
      applicant: { name: 'Demonstration holder' },
      transferee: { name: 'Demonstration transferee' },
    });
    await endNotice(app);

    const { supersededBy: rest, ...before } = await certificate(old);
    expect(before).toMatchObject({ status: 'SUPERSEDED', supersedes: null });
    const to = await numberOf(app);
    expect(await certificate(to)).toMatchObject({
      status: 'ACTIVE',
      holderId: buyer.org,
      rights: ['OPERATE'],
      resourceId: before.resourceId,
      transferredFrom: old,
      supersedes: null,
      validTo: before.validTo,
      subject: {
        holder: { name: 'Demonstration transferee' },
        transferredFrom: old,
        rights: [{ right: 'OPERATE', termYears: 3, limits: '仅限广东省内' }],
        remarks: [
          { kind: 'AGREED_LIMIT', text: '经营权 operate: 期限 3 年 term 3 years; 仅限广东省内' },
          { kind: 'AGREED_LIMIT', text: '数据范围 data scope: 全部数据' },
          { kind: 'AGREED_LIMIT', text: '使用范围 use scope: 仅限交通规划' },
        ],
      },
    });
    expect(await certificate(rest)).toMatchObject({
      status: 'ACTIVE',
      holderId: holder.org,
      rights: ['HOLD', 'USE'],
      supersedes: old,
      transferredFrom: null,
      validTo: before.validTo,
      subject: { holder: { name: 'Demonstration holder' }, supersedes: old, remarks: [] },
    });
    expect(await seen(app)).toMatchObject({ state: 'CERTIFIED', certificateNumber: to });
    expect(await verdictOf(to)).toMatchObject({ ok: true });
    expect(await verdictOf(rest)).toMatchObject({ ok: true });
    const gone = await verdictOf(old);
    expect(gone.ok).toBe(false);
    expect(gone.reasons.map(({ code }) => code)).toContain('SUPERSEDED');
    const page = await (await fetch(`${await t.app.getUrl()}/certificates/${old}?lang=en`)).text();
    expect(page).toContain(`<a href="/certificates/${rest}">`);

    // The transferee passes on what it got, and cannot pass on what it did not get.
    const third = of(await organisation('third'), 'holder');
    const wrong = await file(await transfer(to, ['OPERATE', 'USE'], third.org, buyer), buyer);
    await act(third, `${wrong}/joining`);
    expect(await refusal(buyer, `${wrong}/submission`)).toEqual(['registration/incomplete', '/content/rights/1']);
    const all = await file(await transfer(to, ['OPERATE'], third.org, buyer), buyer);
    await act(third, `${all}/joining`);
    await finish(all, buyer);
    expect(await certificate(to)).toMatchObject({ status: 'SUPERSEDED', supersededBy: await numberOf(all) });
    expect(await certificate(await numberOf(all))).toMatchObject({ holderId: third.org, transferredFrom: to });
    expect((await seen(`/v1/resources/${before.resourceId}`, third)).id).toBe(before.resourceId);
  });

  it('is joined by the transferee alone, and joined anew when its content changes', async () => {
    const old = await certified(['HOLD', 'USE']);
    const body = await withBlocks(t.app, holder.org, await transfer(old, ['USE']));
    const app = await file(body);
    const stranger = of(await organisation('stranger'), 'holder');
    expect((await t.as(stranger).get(app)).status).toBe(404);
    expect(await refusal(holder, `${app}/joining`)).toEqual(['not-your-organisation']);
    await act(buyer, `${app}/joining`);
    expect(await refusal(buyer, `${app}/joining`)).toEqual(['registration/already-joined']);
    expect(await refusal(buyer, `${app}/submission`)).toEqual(['not-your-organisation']);
    const { headers } = await t.as(holder).get(app);
    const token = await t.issuer.token(holder.sub, holder.org, holder.roles);
    const answer = await fetch(`${await t.app.getUrl()}${app}`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'if-match': String(headers['etag']),
      },
      body: JSON.stringify({ ...body, rights: ['HOLD'] }),
    });
    expect(answer.status).toBe(204);
    expect(await seen(app, holder)).toMatchObject({
      counterparty: { joined: null },
      content: { rights: [{ right: 'HOLD' }] },
    });
    expect(await refusal(holder, `${app}/submission`)).toEqual(['registration/incomplete', '/content/transfereeId']);
    await act(buyer, `${app}/joining`);
    await act(holder, `${app}/submission`);
    expect(await refusal(buyer, `${app}/objections`)).not.toEqual(['201']);
    await act(buyer, `${app}/withdrawal`);
    expect(await seen(app, holder)).toMatchObject({ state: 'WITHDRAWN' });
  });

  it('is refused to the transferor itself, to the registrar, of a foreign certificate, and elsewhere', async () => {
    const old = await certified(['HOLD']);
    for (const to of [holder.org, registrarOrg]) {
      const app = await file(await transfer(old, ['HOLD'], to));
      expect((await refusal(holder, `${app}/submission`)).slice(0, 2)).toEqual([
        'registration/incomplete',
        '/content/transfereeId',
      ]);
    }
    const refused = async (asked: object, who = holder) => {
      const { body: said } = await post(asked, who);
      return [said.code, ...((said.errors ?? []) as { pointer: string }[]).map(({ pointer }) => pointer)];
    };
    const body = await transfer(old, ['HOLD']);
    expect(await refused(body, buyer)).toEqual(['not-your-organisation']);
    expect(await refused({ ...body, certificateNumber: 'SJ4412026070000' })).toEqual([
      'invalid-request',
      '/certificateNumber',
    ]);
    const other = await organisation('other registrar');
    await t
      .as(operator)
      .post('/v1/registrars', { organisationId: other, name: 'Other', regionCode2: '44', digit: '2' });
    expect(await refused({ ...body, registrarId: other })).toEqual(['invalid-request', '/registrarId']);
    expect(await refused({ ...body, rights: [] })).toEqual(['invalid-request', '/rights']);
    for (const type of ['LICENCE', 'REVOCATION', 'NONSENSE'])
      expect(await refused({ ...body, type })).toEqual(['invalid-request', '/type']);
    // The pack knows no correction.
    const items = [{ field: 'name', before: 'a', after: 'b', reason: 'c' }];
    const { certificateNumber, materials: given } = body;
    expect(await refused({ type: 'CORRECTION', certificateNumber, items, materials: given })).toEqual([
      'invalid-request',
      '/type',
    ]);
  });

  it('that is registered leaves nothing to freeze, revoke or cancel, even before the register has its certificate', async () => {
    const old = await certified(['HOLD', 'USE']);
    const { id } = await certificate(old);
    const app = await file(await transfer(old, ['USE']));
    await act(buyer, `${app}/joining`);
    await toNotice(app);
    const propose = (path: string, body: object) => t.as(officer).post(`/v1/certificates/${id}/${path}`, body);
    const end = { groundCode: 'A-C3', text: '异议成立' };
    const proposed = (await propose('cancellation', end)).body.id as string;
    now = new Date(Date.parse((await seen(app)).clocks.notice.due) + 1);
    await fire();
    // No reaction has run yet: the register still says that the old certificate is in force.
    expect([(await seen(app)).state, (await certificate(old)).status]).toEqual(['REGISTERED', 'ACTIVE']);
    const decided = await refusal(approver, `/v1/register-acts/${proposed}/approval`, { text: '同意' });
    expect(decided).toEqual(['certificates/succeeded']);
    const order = { kind: 'JUDICIAL_PRESERVATION', text: '财产保全', authority: '演示人民法院', to: null };
    const fileId = await upload(officer, '裁定书', 'order.txt');
    for (const [path, body] of [
      ['cancellation', end],
      ['remarks', { ...order, fileId }],
    ] as const)
      expect((await propose(path, body)).body.code).toBe('certificates/succeeded');
    await t.settle();
    const { supersededBy } = await certificate(old);
    expect((await certificate(supersededBy)).rights).toEqual(['HOLD']);
    const next = await certificate(await numberOf(app));
    expect((await t.as(officer).post(`/v1/certificates/${next.id}/remarks`, { ...order, fileId })).status).toBe(201);
    expect(await certificate(next.number)).toMatchObject({ status: 'RESTRICTED' });
    const third = of(await organisation('third'), 'holder');
    const onward = await file(await transfer(next.number, ['USE'], third.org, buyer), buyer);
    await act(third, `${onward}/joining`);
    expect(await refusal(buyer, `${onward}/submission`)).toEqual([
      'registration/incomplete',
      '/content/certificateNumber',
    ]);
  });

  it('of the same right twice is registered once, whatever happens at the same moment (INV-07)', async () => {
    for (let round = 0; round < 3; round += 1) {
      setTime('2026-07-06T10:00');
      const old = await certified(['HOLD', 'USE']);
      setTime('2026-07-20T10:00');
      const other = of(await organisation('rival'), 'holder');
      const apps: string[] = [];
      for (const to of [buyer, other]) {
        const app = await file(await transfer(old, ['USE'], to.org));
        await act(to, `${app}/joining`);
        apps.push(await toNotice(app));
      }
      now = new Date(Date.parse((await seen(apps[1]!)).clocks.notice.due) + 1);
      await Promise.all([fire(), fire(), fire()]);
      await t.settle();
      const states = await Promise.all(apps.map(async (app) => (await seen(app)).state as string));
      expect(states.toSorted()).toEqual(['CERTIFIED', 'TERMINATED']);
      const lost = await seen(apps[states.indexOf('TERMINATED')]!);
      expect(lost.decisions.at(-1)).toMatchObject({
        action: 'fail',
        by: 'system',
        text: expect.stringMatching(/replaced by application app_/),
      });
      const { rows } = await db.query(
        `SELECT rights FROM certificates.certificate WHERE status = 'ACTIVE' AND resource_id = $1 ORDER BY id`,
        [lost.resourceId],
      );
      expect(rows.flatMap(({ rights }) => rights as string[]).toSorted()).toEqual(['HOLD', 'USE']);
    }
  });
});

describe('a change (N1 §35)', () => {
  const changes = async (certificateNumber: string, items: unknown[]) => ({
    type: 'CHANGE',
    certificateNumber,
    items,
    materials: await materials(['form', 'certificate', 'change-proof']),
  });
  const item = (field: string, before: unknown, after: unknown) =>
    ({ field, before, after, reason: '数据更新' }) as ChangeItem;

  it('supersedes the certificate by one with the new description, and nothing else', async () => {
    const old = await certified();
    const wider = [item('name', declaration.name, '2026年广东省出行量'), item('timeTo', '2025-12-31', '2026-06-30')];
    const app = await finish(await file(await changes(old, wider)));
    const [before, after] = [await certificate(old), await certificate(await numberOf(app))];
    expect(before).toMatchObject({ status: 'SUPERSEDED', supersededBy: after.number });
    expect(after).toMatchObject({ status: 'ACTIVE', supersedes: old, validTo: before.validTo, rights: before.rights });
    const { data, ...said } = after.subject;
    expect(data).toEqual({ ...before.subject.data, name: '2026年广东省出行量', timeTo: '2026-06-30' });
    for (const same of ['holder', 'rights', 'restriction', 'scenario', 'remarks'])
      expect(said[same]).toEqual(before.subject[same]);
    // The register, not the application, says what is before.
    const stale = await file(await changes(after.number, [item('name', declaration.name, '又一名称')]));
    expect(await refusal(holder, `${stale}/submission`)).toEqual([
      'registration/incomplete',
      '/content/items/0/before',
    ]);
    const ended = await file(await changes(old, [item('name', declaration.name, '又一名称')]));
    const why = await refusal(holder, `${ended}/submission`);
    expect(why[0]).toBe('registration/incomplete');
    expect(why).toContain('/content/certificateNumber');
  });

  it('never alters the holder, the source or the rights (INV-08)', async () => {
    const old = await certified(['HOLD']);
    for (const field of ['sourceKind', 'holder', 'holderId', 'rights', 'grade', 'resourceId']) {
      const { body } = await post(await changes(old, [item(field, 'COLLECTED', 'DERIVED')]));
      expect([body.code, body.errors[0].pointer]).toEqual(['invalid-request', '/items/0/field']);
    }
    const twice = [item('scenario', '交通规划', 'a'), item('scenario', '交通规划', 'b')];
    const turned = [item('timeFrom', '2025-01-01', '2026-01-01')];
    const same = [item('scenario', '交通规划', '交通规划')];
    const change = async (items: ChangeItem[]) => post(await changes(old, items));
    expect((await change(twice)).status).toBe(422);
    for (const [items, pointer] of [
      [turned, '/content/items'],
      [same, '/content/items/0/after'],
    ] as const) {
      const { body } = await change([...items]);
      expect(await refusal(holder, `/v1/applications/${body.id}/submission`)).toEqual([
        'registration/incomplete',
        pointer,
      ]);
    }
  });
});

describe('a renewal (N1 §36)', () => {
  const renewal = async (certificateNumber: string, years = 5, rights = ['HOLD', 'USE', 'OPERATE']) => ({
    type: 'RENEWAL',
    certificateNumber,
    years,
    rights,
    materials: await materials(['form', 'certificate']),
  });

  it('is asked for from six months to one day before the expiry, to the day', async () => {
    const old = await certified(undefined, { validityYears: 1 });
    const { validTo } = await certificate(old); // 2027-07-14T00:00 in Shanghai
    expect(validTo).toBe('2027-07-13T16:00:00.000Z');
    const app = await file(await renewal(old));
    for (const outside of ['2027-01-13T23:59:59.999', '2027-07-14T00:00', '2026-12-31T10:00']) {
      setTime(outside);
      const [code, ...pointers] = await refusal(holder, `${app}/submission`);
      expect([code, pointers[0] ?? pointers[1]]).toEqual(['registration/incomplete', '/content/certificateNumber']);
    }
    setTime('2027-01-14T00:00');
    await act(holder, `${app}/submission`);
    setTime('2027-07-13T23:59:59.999');
    await act(holder, `${await file(await renewal(old))}/submission`);
  });

  it('supersedes the certificate by one that lasts as long as the pack allows', async () => {
    const old = await certified(undefined, { validityYears: 1 });
    setTime('2027-03-01T10:00');
    const short = await numberOf(await finish(await file(await renewal(old, 1, ['HOLD', 'USE']))));
    expect(await certificate(old)).toMatchObject({ status: 'SUPERSEDED', supersededBy: short });
    expect(await certificate(short)).toMatchObject({
      supersedes: old,
      rights: ['HOLD', 'USE'],
      validTo: '2028-07-13T16:00:00.000Z',
    });
    setTime('2028-07-03T10:00');
    const long = await finish(await file(await renewal(short, 5, ['HOLD'])));
    const { validFrom, validTo, number } = await certificate(await numberOf(long));
    // The notice ended at the last instant of 12 July: five years from then (INV-04), not from the end of the term.
    expect(validTo).toBe(validFrom.replace('2028', '2033'));
    expect(await seen(long)).toMatchObject({ state: 'CERTIFIED', certificateNumber: number });
    const { body } = await post(await renewal(number, 6, ['HOLD']));
    expect(body.errors).toMatchObject([{ pointer: '/years' }]);
  });

  it('that was asked for in time is registered though the term ended meanwhile', async () => {
    const old = await certified(['HOLD'], { validityYears: 1 });
    const { validTo } = await certificate(old);
    now = new Date(Date.parse(validTo) - 3_600_000);
    const app = await toNotice(await file(await renewal(old, 1, ['HOLD'])));
    now = new Date(Date.parse(validTo) + 1000);
    await fire();
    expect(await certificate(old)).toMatchObject({ status: 'EXPIRED', ended: { groundCode: 'A-X1' } });
    await endNotice(app);
    const next = await certificate(await numberOf(app));
    expect(next).toMatchObject({ status: 'ACTIVE', supersedes: old });
    expect(await certificate(old)).toMatchObject({ status: 'EXPIRED', supersededBy: null });
  });
});

describe('a cancellation (N1 §37)', () => {
  const cancellation = async (certificateNumber: string, groundCode = 'A-C1') => ({
    type: 'CANCELLATION',
    certificateNumber,
    groundCode,
    reason: '数据已销毁',
    materials: await materials(['form', 'certificate']),
  });

  it('at the holder’s request ends the certificate, with evidence, and certifies nothing', async () => {
    const old = await certified(['HOLD']);
    const app = await finish(await file(await cancellation(old, 'A-C2')));
    const closed = await seen(app);
    expect(closed).toMatchObject({ state: 'CLOSED', certificateNumber: null, validFrom: null });
    expect(JSON.parse(closed.evidence.document)).toMatchObject({ certificateNumber: old, groundCode: 'A-C2' });
    expect(closed.decisions.at(-1)).toMatchObject({ action: 'close', groundCode: 'A-C2', text: '数据已销毁' });
    expect(await certificate(old)).toMatchObject({
      status: 'CANCELLED',
      ended: { groundCode: 'A-C2', text: '数据已销毁' },
    });
    for (const groundCode of ['A-X1', 'A-R1', 'B-C1']) {
      const wrong = await file(await cancellation(await certified(['HOLD']), groundCode));
      expect(await refusal(holder, `${wrong}/submission`)).toEqual(['registration/incomplete', '/content/groundCode']);
    }
  });

  it('and a transfer of the same certificate at the same moment: one of them is registered', async () => {
    const old = await certified(['HOLD']);
    const [cancel, move] = [await file(await cancellation(old)), await file(await transfer(old, ['HOLD']))];
    await act(buyer, `${move}/joining`);
    for (const app of [cancel, move]) await toNotice(app);
    now = new Date(Date.parse((await seen(move)).clocks.notice.due) + 1);
    await Promise.all([fire(), fire()]);
    await t.settle();
    const states = [(await seen(cancel)).state, (await seen(move)).state];
    expect([
      ['CLOSED', 'TERMINATED'],
      ['TERMINATED', 'CERTIFIED'],
    ]).toContainEqual(states);
    expect((await certificate(old)).status).toBe(states[0] === 'CLOSED' ? 'CANCELLED' : 'SUPERSEDED');
  });
});

it('numbers are unique, of the pattern, and rise within the month (INV-05)', async () => {
  const { rows } = await db.query<{ number: string }>('SELECT number FROM certificates.certificate ORDER BY id');
  const numbers = rows.map(({ number }) => number);
  const pattern = new RegExp(rulePack(REGIME).numbering.pattern!);
  expect(numbers.filter((number) => !pattern.test(number))).toEqual([]);
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const month of new Set(numbers.map((number) => number.slice(0, 11)))) {
    const serials = numbers.filter((number) => number.startsWith(month)).map((number) => Number(number.slice(-4)));
    expect(serials.toSorted((a, b) => a - b)).toEqual(serials.map((_, i) => i + 1));
  }
});

describe('the database itself', () => {
  it('lets a certificate pass on once, and a chain not fork', async () => {
    const { rows } = await db.query<{ id: string; prior: string }>(
      `SELECT id, prior_certificate_id AS prior FROM registration.application WHERE state = 'TERMINATED'`,
    );
    expect(rows.length).toBeGreaterThan(0);
    await expect(
      db.query(
        `UPDATE registration.application SET state = 'REGISTERED', valid_from = now(), valid_to = now() + interval '1 day',
         evidence = '{}', evidence_hash = encode(sha256('{}'), 'hex') WHERE id = $1`,
        [rows[0]!.id],
      ),
    ).rejects.toThrow(/application_replaces/);
    await expect(
      db.query(`UPDATE registration.application SET joined = NULL WHERE type = 'TRANSFER' AND state = 'CERTIFIED'`),
    ).rejects.toThrow(/application_joined/);
  });

  it('gives every row back when the log is replayed', async () => {
    await t.settle();
    let text = '';
    const out = { write: (chunk: string) => void (text += chunk) };
    const code = await audit(['replay', '--database', t.databaseUrl], { DATABASE_URL: t.databaseUrl }, out);
    expect({ code, text }).toEqual({ code: 0, text: expect.any(String) });
  });
});
