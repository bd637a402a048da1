import { addMonths, endOfDay, shanghaiDate } from '@app/calendar';
import { completeUscc, rulePack } from '@app/rulepacks';
import { registrationServices, type ProposeRegistrarOrderBody, type RegistrarProfile, type Role } from '@app/sdk';
import { leafHash, Tree } from '@app/tlog';
import pg from 'pg';
import { Clock } from '../src/platform/clock.js';
import { DeadlineWorker } from '../src/platform/deadline-worker.js';
import { newId } from '../src/platform/id.js';
import { registrarMachine } from '../src/registrars/registrar-machine.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import { differences } from './support/differences.js';
import { declaration, withBlocks } from './support/declaration.js';
import { held } from './support/held.js';

let t: TestApp;
let db: pg.Client;
let holder: Who;
const of = (org: string, ...roles: Role[]): Who => ({ sub: newId('per'), org, roles });
const operator = of(newId('org'), 'operator');
const regulator = of(newId('org'), 'regulator');
const authorityOrg = newId('org');
const [maker, checker] = [of(authorityOrg, 'authorityOfficer'), of(authorityOrg, 'authorityOfficer')];

/** Freezes the time of the platform, in Asia/Shanghai. */
let now = new Date();
const setTime = (local: string) => (now = new Date(`${local}+08:00`));
const fire = () => t.app.get(DeadlineWorker, { strict: false }).step();

beforeAll(async () => {
  t = await startApp();
  Object.assign(t.app.get(Clock, { strict: false }), { now: () => now });
  db = new pg.Client(t.databaseUrl);
  await db.connect();
  holder = of(await organisation(), 'holder');
});
afterAll(async () => {
  await db.end();
  await t.close();
});
beforeEach(() => setTime('2026-07-06T10:00')); // A Monday; no holiday before 25 September.

let serial = 0;
async function organisation(kind = 'PUBLIC_INSTITUTION'): Promise<string> {
  const uscc = completeUscc(`91440101DEM${String((serial += 1)).padStart(6, '0')}`);
  const body = { uscc, name: `Demonstration ${serial}`, kind, regionCode: '440100' };
  return (await t.as(operator).post('/v1/organisations', body)).body.id as string;
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

interface Registrar {
  readonly path: string;
  readonly id: string;
  readonly org: string;
  readonly officer: Who;
  readonly approver: Who;
}
let place = 0;
/** A registrar of the catalogue, in a place of certificate numbers that nobody has. */
async function registrar(): Promise<Registrar> {
  const org = await organisation();
  const [regionCode2, digit] = [['44', '45', '46'][Math.floor(place / 10)]!, String(place++ % 10)];
  const body = { organisationId: org, name: `Demonstration registrar ${place}`, regionCode2, digit };
  const { id } = (await t.as(operator).post('/v1/registrars', body)).body as { id: string };
  const [officer, approver] = [of(org, 'registrarOfficer'), of(org, 'registrarApprover')];
  return { id, path: `/v1/registrars/${id}`, org, officer, approver };
}

async function draft({ org }: Registrar, who = holder): Promise<object> {
  const content = `city,trips\n广州,${(serial += 1)}\n深圳,15\n`;
  const resource = await t.as(who).post('/v1/resources', { ...declaration, fileId: await upload(who, content) });
  const fileId = await upload(who);
  return withBlocks(t.app, who.org, {
    regime: 'CN-PROPERTY-2026',
    type: 'INITIAL',
    resourceId: resource.body.id,
    registrarId: org,
    rights: [{ right: 'OPERATE' }],
    scenario: '交通规划',
    materials: ['form', 'identity', 'acquisition', 'sample', 'description'].map((code) => ({ code, fileId })),
    validityYears: 3,
  });
}
const file = async (at: Registrar, who = holder): Promise<string> =>
  `/v1/applications/${(await t.as(who).post('/v1/applications', await draft(at, who))).body.id}`;
const checklist = rulePack('CN-PROPERTY-2026')
  .reviewChecklist.filter(({ appliesTo }) => appliesTo === null || appliesTo.includes('COLLECTED'))
  .map(({ id }) => ({ code: id, ok: true, note: '' }));

const seen = async (path: string, who = regulator) => (await t.as(who).get(path)).body;
async function act(who: Who, path: string, body: object = {}): Promise<void> {
  const answer = await t.as(who).act(path, body);
  if (answer.status !== 204) throw new Error(`${path} ${answer.status} ${JSON.stringify(answer.body)}`);
}
async function refusal(who: Who, path: string, body: object = {}): Promise<string> {
  const answer = await t.as(who).act(path, body);
  return answer.body.code ?? String(answer.status);
}
type Steps = 'SUBMITTED' | 'ACCEPTED' | 'UNDER_REVIEW' | 'REVIEWED' | 'PUBLIC_NOTICE';
/** Brings an application as far as `to`. */
async function bring(to: Steps, { officer, approver, ...at }: Registrar): Promise<string> {
  const app = await file({ officer, approver, ...at });
  const steps: [Steps, () => Promise<void>][] = [
    ['SUBMITTED', () => act(holder, `${app}/submission`)],
    ['ACCEPTED', () => act(officer, `${app}/acceptance`)],
    ['UNDER_REVIEW', () => act(officer, `${app}/review-start`)],
    ['REVIEWED', () => act(officer, `${app}/review-pass`, { checklist })],
    ['PUBLIC_NOTICE', () => act(approver, `${app}/approval`)],
  ];
  for (const [state, step] of steps) {
    await step();
    if (state === to) break;
  }
  return app;
}
/** Lets the notice of an application pass; its certificate is issued when it may be. */
async function passNotice(app: string): Promise<void> {
  now = new Date(Date.parse((await seen(app)).clocks.notice.due) + 1);
  await t.settle();
}

/** A registrar's officer proposes to cancel a certificate. */
const cancel = ({ officer }: Registrar, id: string) =>
  t.as(officer).post(`/v1/certificates/${id}/cancellation`, { groundCode: 'A-C4', text: '法律规定' });

async function propose(path: string, kind: string, more: Partial<ProposeRegistrarOrderBody> = {}, who = maker) {
  await act(who, `${path}/order`, { kind, reason: '依据检查结论', fileId: await upload(who), ...more });
}
/** An order of the data authority, by its two people. */
async function order(path: string, kind: string, more: Partial<ProposeRegistrarOrderBody> = {}): Promise<void> {
  await propose(path, kind, more);
  await act(checker, `${path}/order-confirmation`);
}

async function profile(who: Who, changes: Partial<RegistrarProfile> = {}): Promise<RegistrarProfile> {
  const fileId = await upload(who);
  const proven = ['LEGAL_PERSON', 'FUNDS', 'PREMISES', 'SERVICE', 'GOVERNANCE', 'SYSTEM', 'RECORD'];
  return {
    paidInCapital: null,
    assuredFunds: true,
    premises: '广州市演示路 1 号',
    servingSince: '2020-01-01',
    governance: '治理、人员、安全、应急制度',
    exitPlan: '退出时档案移交承接机构',
    mlpsLevel: 3,
    cleanSince: '2020-01-01',
    documents: proven.map((requirement) => ({ requirement, fileId })),
    ...changes,
  };
}
const listed = async (who: Who, personId: string, experiencedSince = '2020-01-01') =>
  t
    .as(who)
    .post('/v1/registrar-staff', { personId, disciplines: ['LAW'], experiencedSince, fileId: await upload(who) });

describe('admission', () => {
  it('from candidate to catalogue, every requirement proven, each order by two people', async () => {
    const org = await organisation();
    const approver = of(org, 'registrarApprover');
    const weak = await profile(approver, { mlpsLevel: 2, documents: [] });
    const body = { name: 'Demonstration candidate', regionCode2: '50', profile: weak };
    const { body: made } = await t.as(approver).post('/v1/registrar-candidacies', body);
    const path = `/v1/registrars/${made.id}`;
    expect(await seen(path, approver)).toMatchObject({ state: 'CANDIDATE', digit: null, order: null });
    expect((await t.as(holder).get(path)).status).toBe(404);
    expect((await t.as(holder).get('/v1/registrars?limit=100')).body.items).not.toContainEqual(
      expect.objectContaining({ id: made.id }),
    );

    await propose(path, 'RECOMMEND');
    const refused = await t.as(checker).act(`${path}/order-confirmation`);
    expect(refused.body.code).toBe('registration/admission');
    expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(
      ['LEGAL_PERSON', 'FUNDS', 'PREMISES', 'SERVICE', 'GOVERNANCE', 'REVIEW_TEAM', 'SYSTEM', 'RECORD'].map(
        (code) => `/profile/${code}`,
      ),
    );
    await act(approver, `${path}/profile`, await profile(approver));
    expect((await listed(approver, newId('per'))).status).toBe(201);
    expect(await refusal(maker, `${path}/order-confirmation`)).toBe('same-person');
    await act(checker, `${path}/order-confirmation`);
    expect(await seen(path, approver)).toMatchObject({ state: 'RECOMMENDED', measures: [{ kind: 'RECOMMEND' }] });

    const taken = (await registrar()).id;
    const { regionCode2 } = await seen(`/v1/registrars/${taken}`);
    expect(regionCode2).toBe('44');
    await order(path, 'CATALOGUE', { digit: '0' });
    const { body: shown } = await t.as(holder).get(path);
    expect(shown).toMatchObject({ state: 'CATALOGUED', digit: '0', profile: null, admission: null, changes: null });
    expect(shown.duties).toContainEqual({ duty: 'ANNUAL_REPORT', due: '2027-03-31T15:59:59.999Z' });
    expect((await seen(path, approver)).admission.every(({ ok }: { ok: boolean }) => ok)).toBe(true);
  });

  it('an enterprise needs CNY 100 m paid in, to the fen', async () => {
    const approver = of(await organisation('ENTERPRISE'), 'registrarApprover');
    const funds = async (amount: string) => {
      const given = await profile(approver, { paidInCapital: { amount, currency: 'CNY' }, assuredFunds: true });
      const known = await t.as(approver).get(`/v1/registrars/${approver.org}`);
      if (known.status === 404)
        await t.as(approver).post('/v1/registrar-candidacies', { name: 'x', regionCode2: '50', profile: given });
      else await act(approver, `/v1/registrars/${known.body.id}/profile`, given);
      const { admission } = await seen(`/v1/registrars/${approver.org}`, approver);
      return admission.find(({ code }: { code: string }) => code === 'FUNDS').ok as boolean;
    };
    expect(await funds('9999999999')).toBe(false);
    expect(await funds('10000000000')).toBe(true);
  });

  it('is for officers of the authority; a document of their own; one order at a time', async () => {
    const { path, approver } = await registrar();
    const foreign = { kind: 'SUSPEND_PUBLISHING', reason: 'x', fileId: await upload(approver) };
    expect(await refusal(regulator, `${path}/order`, foreign)).toBe('forbidden');
    expect(await refusal(approver, `${path}/order`, foreign)).toBe('forbidden');
    expect(await refusal(maker, `${path}/order`, foreign)).toBe('invalid-request');
    expect(await refusal(checker, `${path}/order-confirmation`)).toBe('registration/no-order');
    await propose(path, 'SUSPEND_PUBLISHING');
    expect(await refusal(checker, `${path}/order`, { ...foreign, fileId: await upload(checker) })).toBe(
      'registration/order-pending',
    );
    await act(maker, `${path}/order-declination`, { reason: '撤回' });
    expect(await seen(path, checker)).toMatchObject({ state: 'CATALOGUED', order: null, measures: [] });
    expect(await refusal(maker, `${path}/order`, { ...foreign, kind: 'REINSTATE', fileId: await upload(maker) })).toBe(
      'illegal-transition',
    );
  });

  it('the database knows the same states as the table', async () => {
    const { rows } = await db.query<{ definition: string }>(
      `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = 'registrar_state_check'`,
    );
    const states = [...rows[0]!.definition.matchAll(/'([A-Z_]+)'/g)].map((m) => m[1]!);
    expect(states.toSorted()).toEqual(registrarMachine.states.toSorted());
  });
});

describe('staff', () => {
  it('once there is a list, only those on it review and approve', async () => {
    const at = await registrar();
    expect((await listed(at.approver, at.officer.sub, '2023-07-07')).body.errors[0].pointer).toBe('/experiencedSince');
    expect((await listed(at.approver, at.officer.sub, '2023-07-06')).status).toBe(201);
    expect((await listed(at.approver, at.officer.sub)).status).toBe(422);
    const app = await bring('REVIEWED', at);
    expect(await refusal(at.approver, `${app}/approval`)).toBe('registration/not-on-staff');
    const { id } = (await listed(at.approver, at.approver.sub)).body as { id: string };
    expect((await seen(at.path)).reviewers).toEqual({ active: 2, byDiscipline: { LAW: 2 } });
    await act(at.approver, `/v1/registrar-staff/${id}/end`, { reason: '离职' });
    expect(await refusal(at.approver, `${app}/approval`)).toBe('registration/not-on-staff');
    expect(await refusal(of(at.org, 'registrarOfficer'), `${app}/review-start`)).toBe('registration/not-on-staff');
    const other = await registrar();
    expect((await t.as(other.approver).get(`/v1/registrar-staff/${id}`)).status).toBe(404);
    expect((await t.as(regulator).get('/v1/registrar-staff')).body.items[0]).toMatchObject({ id, state: 'ENDED' });
  });
});

describe('disclosure', () => {
  const disclosure = (fee: object) => ({
    process: '受理、审查、公示、发证',
    complaints: { channel: '书面', contact: 'complaints@registrar.example' },
    fees: [{ service: 'INITIAL', amount: null, rateBasisPoints: null, basis: '', ...fee }],
  });

  it('shows fees as the registrar enters them, unknown as unknown, and only of registrations', async () => {
    const { path, approver } = await registrar();
    await act(approver, `${path}/disclosure`, disclosure({}));
    expect((await seen(path, holder)).disclosure).toEqual(disclosure({}));
    expect(await refusal(approver, `${path}/disclosure`, disclosure({ service: 'CONSULTING' }))).toBe(
      'invalid-request',
    );
    expect(await refusal(approver, `${path}/disclosure`, disclosure({ rateBasisPoints: 5 }))).toBe('invalid-request');
    const foreign = (await registrar()).approver;
    expect(await refusal(foreign, `${path}/disclosure`, disclosure({}))).toBe('not-your-organisation');
  });

  it('everybody reads catalogue and registrars as pages, in both languages; no text of a registrar becomes markup', async () => {
    const [at, next] = [await registrar(), await registrar()];
    const told = disclosure({ amount: { amount: '12005', currency: 'CNY' } });
    const complaints = { channel: '<script>alert(1)</script>', contact: '"><img src=x onerror=alert(1)>' };
    await act(at.approver, `${at.path}/disclosure`, { ...told, complaints });
    expect((await listed(at.approver, at.officer.sub)).status).toBe(201);
    await order(at.path, 'REMOVE', { successorId: next.org, reason: '<b>违规</b>' });
    const base = await t.app.getUrl();
    const get = async (path: string, headers: Record<string, string> = {}) => {
      const answer = await fetch(`${base}${path}`, { headers });
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      return answer.text();
    };
    const zh = await get(`/registrars/${at.id}?lang=zh-CN`);
    expect(zh).toContain('<html lang="zh-CN">');
    for (const text of ['已移出目录', '移出目录', '未公布', 'CNY 120.05', '法律 1', '承接机构'])
      expect(zh).toContain(text);
    for (const raw of ['<script>', '<img', '<b>']) expect(zh).not.toContain(raw);
    expect(zh).toContain('&#60;script&#62;');
    // One fee is known; of all other services it is said that they are not published.
    expect(zh.split('未公布')).toHaveLength(registrationServices.length);
    const en = await get(`/registrars/${at.id}`, { 'accept-language': 'en' });
    for (const text of ['Removed from the catalogue', 'not published', `/registrars/${next.id}?lang=en`])
      expect(en).toContain(text);
    expect(await get(`/registrars/${at.org}?lang=en`)).toBe(en);
    const list = await get('/registrars?lang=en');
    expect(list).toContain(`<a href="/registrars/${at.id}?lang=en">`);
    expect(list).toContain('Guangdong');
    expect(await get('/notices?lang=en')).toContain('<a href="/registrars?lang=en">');
    expect((await fetch(`${base}/registrars/reg_unknown`)).status).toBe(404);
    expect((await fetch(`${base}/registrars?cursor=x`)).status).toBeLessThan(500);
  });
});

describe('suspension of publishing', () => {
  it('nothing is published and nothing registered until it is reinstated', async () => {
    const at = await registrar();
    const [noticed, reviewed] = [await bring('PUBLIC_NOTICE', at), await bring('REVIEWED', at)];
    await order(at.path, 'SUSPEND_PUBLISHING');
    expect(await refusal(at.approver, `${reviewed}/approval`)).toBe('registration/publishing-suspended');
    expect((await seen(reviewed)).state).toBe('UNDER_REVIEW');
    await passNotice(noticed);
    expect((await seen(noticed)).state).toBe('PUBLIC_NOTICE');
    // What is no publication goes on.
    await act(at.officer, `${await bring('SUBMITTED', at)}/acceptance`);
    await order(at.path, 'REINSTATE');
    await t.settle();
    expect((await seen(noticed)).state).toBe('CERTIFIED');
    await act(at.approver, `${reviewed}/approval`);
    expect((await seen(at.path, holder)).measures.map(({ kind }: { kind: string }) => kind)).toEqual([
      'SUSPEND_PUBLISHING',
      'REINSTATE',
    ]);
  });

  it('at the same moment as publications: one order of events, and none after it', async () => {
    const at = await registrar();
    const apps = await Promise.all(Array.from({ length: 4 }, () => bring('REVIEWED', at)));
    await propose(at.path, 'SUSPEND_PUBLISHING');
    const suspended = t.as(checker).act(`${at.path}/order-confirmation`);
    const approved = apps.map((app) => t.as(at.approver).act(`${app}/approval`));
    const [{ status }, ...answers] = await Promise.all([suspended, ...approved]);
    expect(status).toBe(204);
    await t.settle();
    const { rows } = await db.query<{ type: string; stream: string }>(
      `SELECT type, stream FROM ledger.payload WHERE type IN ('registration.application-published.v1',
         'registration.registrar-publishing-suspended.v1') AND stream = ANY($1)`,
      [[at.id, ...apps.map((app) => app.split('/').at(-1))]],
    );
    const published = rows.filter(({ type }) => type.includes('published'));
    expect(published).toHaveLength(answers.filter((answer) => answer.status === 204).length);
    for (const [i, app] of apps.entries()) {
      const { state } = await seen(app);
      expect([answers[i]!.status, state]).toEqual(
        answers[i]!.status === 204 ? [204, 'PUBLIC_NOTICE'] : [409, 'UNDER_REVIEW'],
      );
      if (answers[i]!.status === 409) expect(answers[i]!.body.code).toBe('registration/publishing-suspended');
    }
    expect(await refusal(at.approver, `${await bring('REVIEWED', at)}/approval`)).toBe(
      'registration/publishing-suspended',
    );
  });
});

describe('an act of the registrar and the end of what lets it, at the same moment', () => {
  /** Where in the log the event of this type stands that a thing had last. */
  const placeOf = async (path: string, type: string): Promise<number> => {
    await t.settle();
    const { body } = await t.as(regulator).get(`/v1/events?limit=100&stream=${path.split('/')[3]}`);
    return (body.items as { type: string; index: number }[]).findLast((leaf) => leaf.type.includes(type))!.index;
  };

  it('have one order: who has read the registrar is waited for', async () => {
    const at = await registrar();
    const app = await bring('REVIEWED', at);
    await propose(at.path, 'SUSPEND_PUBLISHING');
    const suspend = () => t.as(checker).act(`${at.path}/order-confirmation`);
    const publish = () => t.as(at.approver).act(`${app}/approval`);
    const row = ['registration.application WHERE id', app.split('/')[3]!] as const;
    const { first, second, hasWaited } = await held(t, ...row, publish, suspend);
    expect([first.status, second.status, hasWaited]).toEqual([204, 204, true]);
  });

  it('have one order: who has read the list of reviewers is waited for', async () => {
    const at = await registrar();
    const app = await bring('ACCEPTED', at);
    const member = `/v1/registrar-staff/${(await listed(at.approver, at.officer.sub)).body.id}`;
    const leave = () => t.as(at.approver).act(`${member}/end`, { reason: '离职' });
    const review = () => t.as(at.officer).act(`${app}/review-start`);
    const row = ['registration.application WHERE id', app.split('/')[3]!] as const;
    const { first, second, hasWaited } = await held(t, ...row, review, leave);
    expect([first.status, second.status, hasWaited]).toEqual([204, 204, true]);
  });

  it('have one order: a decision about a certificate has read whose register it is', async () => {
    const at = await registrar();
    const noticed = await bring('PUBLIC_NOTICE', at);
    await passNotice(noticed);
    const { id } = await seen(`/v1/certificates/${(await seen(noticed)).certificateNumber}`);
    const pending = `/v1/register-acts/${(await cancel(at, id)).body.id}`;
    await propose(at.path, 'SUSPEND_PUBLISHING');
    const suspend = () => t.as(checker).act(`${at.path}/order-confirmation`);
    const decide = () => t.as(at.approver).act(`${pending}/approval`, { text: '核准' });
    const row = ['certificates.certificate WHERE id', id as string] as const;
    const { first, second, hasWaited } = await held(t, ...row, decide, suspend);
    expect([first.status, second.status, hasWaited]).toEqual([204, 204, true]);
  });

  it('have one order, in the log too: the suspension waits for others that have read the registrar', async () => {
    const at = await registrar();
    const app = await bring('REVIEWED', at);
    await propose(at.path, 'SUSPEND_PUBLISHING');
    const suspend = () => t.as(checker).act(`${at.path}/order-confirmation`);
    const publish = () => t.as(at.approver).act(`${app}/approval`);
    const { first, second } = await held(t, 'registration.registrar WHERE id', at.id, suspend, publish, 'FOR SHARE');
    expect([first.status, second.status]).toEqual([204, 204]);
    expect(await placeOf(app, 'application-published')).toBeLessThan(await placeOf(at.path, 'publishing-suspended'));
  });

  it('have one order, in the log too: whoever leaves the list waits for others that have read it', async () => {
    const at = await registrar();
    const app = await bring('ACCEPTED', at);
    const member = `/v1/registrar-staff/${(await listed(at.approver, at.officer.sub)).body.id}`;
    const leave = () => t.as(at.approver).act(`${member}/end`, { reason: '离职' });
    const review = () => t.as(at.officer).act(`${app}/review-start`);
    const row = ['registration.staff_member WHERE id', member.split('/')[3]!] as const;
    const { first, second } = await held(t, ...row, leave, review, 'FOR SHARE');
    expect([first.status, second.status]).toEqual([204, 204]);
    expect(await placeOf(app, 'review-started')).toBeLessThan(await placeOf(member, 'ended'));
  });
});

describe('duties', () => {
  it('a material change: notice, confirmation by the authority, update in time; lateness is noted', async () => {
    const { path, approver } = await registrar();
    const change = async (effectiveOn: string) => ({
      effectiveOn,
      reason: '搬迁',
      name: 'Demonstration registrar renamed',
      profile: await profile(approver),
    });
    await act(approver, `${path}/profile`, await profile(approver));
    expect(await refusal(approver, `${path}/profile`, await profile(approver))).toBe(
      'registration/change-notice-needed',
    );
    // Five working days after Monday 6 July are Monday 13 July.
    await act(approver, `${path}/change`, await change('2026-07-13'));
    expect(await refusal(approver, `${path}/change`, await change('2026-07-13'))).toBe('registration/change-pending');
    expect(await refusal(approver, `${path}/update`)).toBe('registration/change-pending');
    await order(path, 'CONFIRM_CHANGE');
    expect((await seen(path)).changes.at(-1)).toMatchObject({ late: false, updateDue: '2026-07-13T15:59:59.999Z' });
    setTime('2026-07-14T00:00');
    await fire();
    await fire();
    const due = '2026-07-13T15:59:59.999Z';
    expect((await seen(path, holder)).overdue).toEqual([{ duty: 'CHANGE_UPDATE', due, at: now.toISOString() }]);
    await act(approver, `${path}/update`);
    expect(await seen(path, holder)).toMatchObject({ name: 'Demonstration registrar renamed' });

    setTime('2026-07-14T10:00');
    await act(approver, `${path}/change`, await change('2026-07-20'));
    expect((await seen(path)).changes.at(-1)).toMatchObject({ late: true });
    expect((await seen(path)).overdue.at(-1)).toMatchObject({ duty: 'CHANGE_NOTICE' });
    await order(path, 'DECLINE_CHANGE');
    expect((await seen(path)).changes.at(-1).state).toBe('DECLINED');
  });

  it('the yearly report: numbers of our own, by 31 March; the assessment by 30 April', async () => {
    const at = await registrar();
    const certified = await bring('PUBLIC_NOTICE', at);
    await passNotice(certified);
    const refused = await bring('UNDER_REVIEW', at);
    await act(at.officer, `${refused}/refusal`, { groundCode: 'A-R2', text: '来源违法' });
    const late = await bring('ACCEPTED', at);
    setTime('2026-12-31T23:00');
    await fire();
    expect((await seen(late)).clocks.review.overdue).toBe(true);
    const report = { year: 2026, text: '年度报告', complaintsReceived: 2, complaintsSettled: 1 };
    expect(await refusal(at.approver, `${at.path}/reports`, report)).toBe('registration/report-year');
    setTime('2027-03-31T23:59:59.999');
    await fire();
    expect((await seen(at.path)).overdue).toEqual([]);
    setTime('2027-04-01T00:00');
    await fire();
    const due = { report: '2027-03-31T15:59:59.999Z', assessment: '2027-04-30T15:59:59.999Z' };
    expect((await seen(at.path)).overdue).toEqual([{ duty: 'ANNUAL_REPORT', due: due.report, at: now.toISOString() }]);
    expect(await refusal(maker, `${at.path}/assessments`, await assessment())).toBe('registration/report-year');
    await act(at.approver, `${at.path}/reports`, report);
    expect(await refusal(at.approver, `${at.path}/reports`, report)).toBe('registration/report-year');
    const [shown] = (await seen(at.path, holder)).reports;
    expect(shown).toMatchObject({ ...report, late: true, assessment: null });
    expect(shown.numbers).toEqual({
      applications: 3,
      accepted: 3,
      onTimeShare: '0.6667',
      acceptancesOverdue: 0,
      registered: 1,
      refusals: { 'A-R2': 1 },
      objections: 0,
      objectionsUpheld: 0,
      certificatesIssued: 1,
      certificatesEnded: {},
      staff: 0,
    });
    await act(maker, `${at.path}/assessments`, await assessment());
    expect((await seen(at.path, holder)).reports[0].assessment).toMatchObject({ result: '合格', late: false });
    setTime('2028-05-01T00:00');
    await fire();
    await fire();
    expect((await seen(at.path)).overdue.slice(1).map(({ duty }: { duty: string }) => duty)).toEqual([
      'ANNUAL_REPORT',
      'ANNUAL_ASSESSMENT',
    ]);
  });
  const assessment = async () => ({ year: 2026, result: '合格', reason: '符合', fileId: await upload(maker) });
});

describe('exit', () => {
  it('six months, an approved plan, the archive in the hands of a successor; certificates stay valid', async () => {
    const [at, next] = [await registrar(), await registrar()];
    const certified = await bring('PUBLIC_NOTICE', at);
    await passNotice(certified);
    const { certificateNumber: number } = await seen(certified);
    const running = await bring('UNDER_REVIEW', at);
    setTime('2026-08-03T10:00');
    const notice = { successorId: next.org, reason: '转型', planFileId: await upload(at.approver) };
    const exit = (exitOn: string, more = {}) => ({ ...notice, exitOn, ...more });
    const path = `${at.path}/exit-notice`;
    expect(await refusal(at.approver, path, exit('2027-02-02'))).toBe('registration/exit-too-early');
    expect(await refusal(at.approver, path, exit('2027-02-03', { successorId: at.org }))).toBe(
      'registration/successor',
    );
    await act(at.approver, path, exit('2027-02-03'));
    // Twenty working days.
    expect((await seen(at.path, holder)).exit.decisionDue).toBe('2026-08-31T15:59:59.999Z');
    setTime('2026-09-01T00:00');
    await fire();
    expect((await seen(at.path)).overdue).toMatchObject([{ duty: 'EXIT_DECISION' }]);
    await order(at.path, 'APPROVE_EXIT');
    expect((await seen(at.path)).exit.reportDue).toBe('2026-09-08T15:59:59.999Z');
    await act(maker, `${at.path}/exit-report`, { reason: '已报送国家数据管理部门' });

    // No new applications; what runs goes on.
    const answer = await t.as(holder).post('/v1/applications', await draft(at));
    expect(answer.body.code).toBe('registration/registrar-closed');
    await act(at.officer, `${running}/extension`, { workingDays: 5, reason: '复杂' });
    await act(at.approver, `${at.path}/archive`);
    expect(await refusal(at.officer, `${running}/review-pass`, { checklist })).toBe('registration/registrar-closed');
    const { archive } = await seen(at.path, next.approver);
    for (const other of [at.approver, holder])
      expect((await seen(at.path, other)).archive).toEqual({ ...archive, fileId: null });
    const content = await t.as(next.approver).get(`/v1/files/${archive.fileId}/content`);
    const lines = (Buffer.isBuffer(content.body) ? content.body.toString() : content.text).trimEnd().split('\n');
    const tree = new Tree();
    for (const line of lines) tree.append(leafHash(Buffer.from(line)));
    expect([lines.length, tree.root.toString('hex')]).toEqual([4, archive.root]);
    expect(lines.some((line) => line.includes(number))).toBe(true);

    const handOver = `${at.path}/hand-over`;
    expect(await refusal(next.approver, handOver, { root: archive.root })).toBe('registration/exit-too-early');
    // An act that nobody has decided on yet passes on with the register.
    const pending = `/v1/register-acts/${(await cancel(at, (await seen(`/v1/certificates/${number}`)).id)).body.id}`;
    const idsOf = async (who: Who) =>
      (await seen('/v1/register-acts?state=PROPOSED', who)).items.map(({ id }: { id: string }) => id);
    expect((await seen(pending, at.approver)).actions).toEqual(['approve', 'reject']);
    expect((await t.as(next.approver).get(pending)).status).toBe(404);
    expect(await idsOf(next.approver)).toEqual([]);
    setTime('2027-02-03T09:00');
    expect(await refusal(next.approver, handOver, { root: 'f'.repeat(64) })).toBe('registration/archive-changed');
    expect(await refusal(at.approver, handOver, { root: archive.root })).toBe('not-your-organisation');
    await act(next.approver, handOver, { root: archive.root });
    const gone = await seen(at.path, holder);
    expect(gone).toMatchObject({ state: 'EXITED', successorId: next.org, archive: { confirmedBy: next.approver.sub } });

    await t.settle();
    expect((await seen(running, next.officer)).registrarId).toBe(next.org);
    await act(next.officer, `${running}/review-start`);
    await act(next.officer, `${running}/review-pass`, { checklist });
    await act(next.approver, `${running}/approval`);
    expect((await seen(pending, next.approver)).actions).toEqual(['approve', 'reject']);
    expect((await seen(pending, next.officer)).actions).toEqual([]);
    expect(await idsOf(next.approver)).toEqual([pending.split('/').at(-1)]);
    for (const who of [at.approver, at.officer]) {
      expect((await t.as(who).get(pending)).status).toBe(404);
      expect(await idsOf(who)).toEqual([]);
    }
    await act(next.approver, `${pending}/rejection`, { text: '依据不足' });
    // The old certificate is as good as before, and the successor's to act upon.
    const certificate = `/v1/certificates/${number}`;
    expect(await seen(certificate)).toMatchObject({ status: 'ACTIVE', registrarId: at.org });
    const { id } = await seen(certificate);
    expect((await cancel(at, id)).body.code).toBe('not-your-organisation');
    // What follows upon it is applied for where its register is kept now.
    const renewal = { type: 'RENEWAL', certificateNumber: number, rights: ['OPERATE'], years: 2, materials: [] };
    const ask = (registrarId: string) =>
      t.as(holder).post('/v1/applications', { regime: 'CN-PROPERTY-2026', registrarId, ...renewal });
    expect((await ask(at.org)).body.code).toBe('registration/registrar-closed');
    expect((await ask((await registrar()).org)).body.errors).toMatchObject([{ pointer: '/registrarId' }]);
    expect((await ask(next.org)).status).toBe(201);
    const proposed = await cancel(next, id);
    expect((await seen(`/v1/register-acts/${proposed.body.id}`, next.officer)).registrarId).toBe(next.org);
    const foreign = await t
      .as(at.approver)
      .post(`/v1/register-acts/${proposed.body.id}/approval`, { text: 'x' }, { 'if-match': '"1"' });
    expect(foreign.body.code).toBe('not-your-organisation');
    await act(next.approver, `/v1/register-acts/${proposed.body.id}/approval`, { text: '同意' });
    expect((await seen(certificate)).status).toBe('CANCELLED');
  });

  it('the archive of a registrar that never had an application is handed over too', async () => {
    const [at, next] = [await registrar(), await registrar()];
    await order(at.path, 'REMOVE', { successorId: next.org });
    await act(at.approver, `${at.path}/archive`);
    const { archive } = await seen(at.path, next.approver);
    const content = await t.as(next.approver).get(`/v1/files/${archive.fileId}/content`);
    const told = Buffer.isBuffer(content.body) ? content.body.toString() : content.text;
    expect(JSON.parse(told)).toEqual({ kind: 'registrar', organisationId: at.org });
    await act(next.approver, `${at.path}/hand-over`, { root: archive.root });
    expect((await seen(at.path, holder)).archive.confirmedBy).toBe(next.approver.sub);
  });

  it('a suspension voids the notice of exit; a declined plan keeps the registrar in the catalogue', async () => {
    const [at, next] = [await registrar(), await registrar()];
    const exitOn = shanghaiDate(addMonths(now, 6));
    const notice = async () => {
      const planFileId = await upload(at.approver);
      await act(at.approver, `${at.path}/exit-notice`, { successorId: next.org, reason: 'x', planFileId, exitOn });
    };
    await notice();
    await order(at.path, 'SUSPEND_PUBLISHING');
    expect(await seen(at.path)).toMatchObject({ state: 'PUBLISHING_SUSPENDED', exit: null, successorId: null });
    await order(at.path, 'REINSTATE');
    await notice();
    await order(at.path, 'DECLINE_EXIT');
    expect(await seen(at.path)).toMatchObject({ state: 'CATALOGUED', exit: null });
    expect(endOfDay(exitOn) > now).toBe(true);
  });
});

describe('removal', () => {
  it('closes the registrar at once; the authority hands its archive to a successor', async () => {
    const [at, next] = [await registrar(), await registrar()];
    const certified = await bring('PUBLIC_NOTICE', at);
    await passNotice(certified);
    const noticed = await bring('PUBLIC_NOTICE', at);
    const { certificateNumber: number } = await seen(certified);
    await order(at.path, 'REMOVE');
    const { id } = await seen(`/v1/certificates/${number}`);
    const early = await cancel(at, id);
    expect(early.body.code).toBe('registration/registrar-closed');
    expect((await t.as(holder).post('/v1/applications', await draft(at))).body.code).toBe(
      'registration/registrar-closed',
    );
    await passNotice(noticed);
    expect((await seen(noticed)).state).toBe('PUBLIC_NOTICE');
    expect(await refusal(maker, `${at.path}/archive`)).toBe('registration/successor');
    await order(at.path, 'NAME_SUCCESSOR', { successorId: next.org });
    await act(maker, `${at.path}/archive`);
    const { root } = (await seen(at.path)).archive;
    await act(next.approver, `${at.path}/hand-over`, { root });
    expect(await refusal(next.approver, `${at.path}/hand-over`, { root })).toBe('registration/registrar-closed');
    await t.settle();
    expect(await seen(noticed)).toMatchObject({ state: 'CERTIFIED', registrarId: next.org });
    expect((await cancel(next, id)).status).toBe(201);
  });

  it('a successor is no applicant in what it takes over (SOD-1)', async () => {
    const [at, next] = [await registrar(), await registrar()];
    await file(at, of(next.org, 'holder'));
    await order(at.path, 'REMOVE', { successorId: next.org });
    await act(maker, `${at.path}/archive`);
    const { root } = (await seen(at.path)).archive;
    expect(await refusal(next.approver, `${at.path}/hand-over`, { root })).toBe('registration/successor');
    expect((await seen(at.path)).archive.confirmedAt).toBeNull();
  });
});

it('all events give every row back', async () => {
  await t.settle();
  expect(await differences(t)).toEqual([]);
});
