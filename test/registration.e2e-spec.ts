import { createHash } from 'node:crypto';
import { addMonths } from '@app/calendar';
import { completeUscc, rulePack } from '@app/rulepacks';
import type { DeclareResourceBody, FileInitialBody, Role } from '@app/sdk';
import { canonicalJson } from '@app/signing';
import pg from 'pg';
import { audit } from '../scripts/audit.js';
import { Clock } from '../src/platform/clock.js';
import { DeadlineWorker } from '../src/platform/deadline-worker.js';
import { newId } from '../src/platform/id.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import { declaration as declared, withBlocks } from './support/declaration.js';

let t: TestApp;
let db: pg.Client;
let registrarOrg: string;
let holder: Who;
let officer: Who;
let approver: Who;
let stranger: Who;
const of = (org: string, ...roles: Role[]): Who => ({ sub: newId('per'), org, roles });
const operator = of(newId('org'), 'operator');
const regulator = of(newId('org'), 'regulator');

/** Freezes the time of the platform, in Asia/Shanghai. */
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
  stranger = of(await organisation('stranger'), 'holder', 'buyer');
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
  const uscc = completeUscc(`91440101DEM${String((serial += 1)).padStart(6, '0')}`);
  const body = { uscc, name: `Demonstration ${name}`, kind: 'ENTERPRISE', regionCode: '440100' };
  return (await t.as(operator).post('/v1/organisations', body)).body.id as string;
}

async function upload(who: Who, content: string | Buffer, name = 'data.csv'): Promise<string> {
  const token = await t.issuer.token(who.sub, who.org, who.roles);
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'text/csv',
    'content-disposition': `attachment; filename="${name}"`,
  };
  const answer = await fetch(`${await t.app.getUrl()}/v1/files`, {
    method: 'POST',
    headers,
    body: new Uint8Array(Buffer.from(content)),
  });
  return ((await answer.json()) as { id: string }).id;
}

const CSV = 'city,trips\n广州,12\n深圳,15\n深圳,15\n';
const declaration = (fileId: string, changes: Partial<DeclareResourceBody> = {}): DeclareResourceBody => ({
  ...declared,
  fileId,
  ...changes,
});

async function declare(changes: Partial<DeclareResourceBody> = {}, who = holder): Promise<string> {
  const body = declaration(await upload(who, `${CSV}广州,${(serial += 1)}\n`), changes);
  return (await t.as(who).post('/v1/resources', body)).body.id as string;
}

const REQUIRED = ['form', 'identity', 'acquisition', 'sample', 'description'];
async function draft(changes: Partial<FileInitialBody> = {}, who = holder): Promise<FileInitialBody> {
  const fileId = await upload(who, 'Demonstration material', 'material.txt');
  return withBlocks<FileInitialBody>(t.app, who.org, {
    regime: 'CN-PROPERTY-2026',
    type: 'INITIAL',
    resourceId: changes.resourceId ?? (await declare({}, who)),
    registrarId: registrarOrg,
    rights: [
      { right: 'HOLD', termYears: null, limits: '' },
      { right: 'OPERATE', termYears: 3, limits: '仅限广东省内' },
    ],
    scenario: '交通规划',
    materials: REQUIRED.map((code) => ({ code, fileId })),
    validityYears: 5,
    proofs: { contractRights: [], consentOfOthers: false, publicPlatformRegistration: false },
    ...changes,
  });
}

const file = async (changes: Partial<FileInitialBody> = {}, who = holder): Promise<string> =>
  `/v1/applications/${(await t.as(who).post('/v1/applications', await draft(changes, who))).body.id}`;
const seen = async (app: string, who = regulator) => (await t.as(who).get(app)).body;
const stateOf = async (app: string): Promise<string> => (await seen(app, holder)).state;
async function act(who: Who, path: string, body: object = {}): Promise<void> {
  const answer = await t.as(who).act(path, body);
  if (answer.status !== 204) throw new Error(`${path} ${answer.status} ${JSON.stringify(answer.body)}`);
}
async function refusal(who: Who, path: string, body: object = {}): Promise<string> {
  const answer = await t.as(who).act(path, body);
  return answer.body.code ?? String(answer.status);
}
const checklist = rulePack('CN-PROPERTY-2026')
  .reviewChecklist.filter(({ appliesTo }) => appliesTo === null || appliesTo.includes('COLLECTED'))
  .map(({ id }) => ({ code: id, ok: true, note: '' }));

/** Brings an application as far as `to`. */
async function bring(
  to: 'SUBMITTED' | 'ACCEPTED' | 'UNDER_REVIEW' | 'REVIEWED' | 'PUBLIC_NOTICE' | 'REGISTERED',
  app?: string,
): Promise<string> {
  const path = app ?? (await file());
  const steps: [string, () => Promise<unknown>][] = [
    ['SUBMITTED', () => act(holder, `${path}/submission`)],
    ['ACCEPTED', () => act(officer, `${path}/acceptance`)],
    ['UNDER_REVIEW', () => act(officer, `${path}/review-start`)],
    ['REVIEWED', () => act(officer, `${path}/review-pass`, { checklist })],
    ['PUBLIC_NOTICE', () => act(approver, `${path}/approval`)],
    [
      'REGISTERED',
      async () => {
        now = new Date(Date.parse((await seen(path)).clocks.notice.due) + 1);
        await fire();
      },
    ],
  ];
  for (const [state, step] of steps) {
    await step();
    if (state === to) break;
  }
  return path;
}
const eventsOf = async (app: string, type: string): Promise<Record<string, unknown>[]> => {
  const { rows } = await db.query<{ payload: string }>(
    'SELECT payload FROM ledger.payload WHERE stream = $1 AND type = $2 ORDER BY version',
    [app.split('/').at(-1), `registration.application-${type}.v1`],
  );
  return rows.map(({ payload }) => JSON.parse(payload) as Record<string, unknown>);
};

describe('the main path', () => {
  it('from the file to the register, with evidence of exactly what is kept', async () => {
    const app = await file();
    expect(await seen(app, holder)).toMatchObject({
      state: 'DRAFT',
      version: 1,
      actions: ['revise', 'submit', 'withdraw'],
    });
    await act(holder, `${app}/submission`);
    expect((await seen(app, officer)).clocks.acceptance.due).toBe('2026-07-09T15:59:59.999Z');
    setTime('2026-07-08T09:00');
    await act(officer, `${app}/acceptance`);
    await act(officer, `${app}/review-start`);
    await act(officer, `${app}/review-pass`, { checklist, remarks: [{ kind: 'OTHER', text: '演示备注' }] });
    expect((await seen(app, officer)).actions).not.toContain('approve');
    expect((await seen(app, approver)).actions).toContain('approve');
    setTime('2026-07-10T17:00');
    await act(approver, `${app}/approval`);
    const noticed = await seen(app);
    expect(noticed).toMatchObject({ state: 'PUBLIC_NOTICE', actions: [] });
    expect(noticed.clocks).toMatchObject({
      review: { startedAt: '2026-07-08T01:00:00.000Z', due: '2026-07-22T15:59:59.999Z', paused: true, overdue: false },
      notice: { due: '2026-07-17T15:59:59.999Z', provisional: false },
    });
    const { body: notices } = await t.as(stranger).get('/v1/public-notices');
    expect(notices.items.at(-1)).toEqual({
      applicationId: app.split('/').at(-1),
      registrarId: registrarOrg,
      type: 'INITIAL',
      typeName: { zh: '初次登记', en: 'Initial registration' },
      certificateNumber: null,
      jointApplicants: [],
      transferee: null,
      applicant: { name: 'Demonstration holder', uscc: expect.any(String) },
      dataName: declaration('').name,
      dataAbstract: declaration('').abstract,
      restrictions: [
        { zh: '不得转售', en: '不得转售' },
        { zh: '经营权 (3 年; 仅限广东省内)', en: 'operate (3 years; 仅限广东省内)' },
        { zh: '演示备注', en: '演示备注' },
      ],
      publishedAt: '2026-07-10T09:00:00.000Z',
      endsAt: '2026-07-17T15:59:59.999Z',
      provisional: false,
      remainingSeconds: 629_999,
      remainingWorkingDays: 5,
    });
    setTime('2026-07-17T23:59:59.999');
    await fire();
    expect(await stateOf(app)).toBe('PUBLIC_NOTICE');
    setTime('2026-07-18T00:00');
    await fire();
    const registered = await seen(app);
    expect(registered).toMatchObject({
      state: 'REGISTERED',
      rulePack: 'CN-PROPERTY-2026@1.0.0',
      validFrom: '2026-07-17T16:00:00.000Z',
      validTo: '2031-07-17T16:00:00.000Z',
    });
    const { hash, document } = registered.evidence;
    expect(createHash('sha256').update(document).digest('hex')).toBe(hash);
    expect(canonicalJson(JSON.parse(document))).toBe(document);
    const [event] = await eventsOf(app, 'registered');
    expect(event).toMatchObject({
      evidenceHash: hash,
      registrarDigit: '1',
      regionCode2: '44',
      holder: { organisationId: holder.org, name: 'Demonstration holder' },
      resource: { name: declaration('').name, rows: 4, grade: 'GENERAL_2' },
      remarks: [
        { kind: 'AGREED_LIMIT', text: expect.any(String) },
        { kind: 'OTHER', text: '演示备注' },
      ],
      restriction: '不得转售',
    });
    expect(registered.decisions.map(({ action, by }: { action: string; by: string }) => [action, by])).toEqual([
      ['accept', officer.sub],
      ['passReview', officer.sub],
      ['approve', approver.sub],
    ]);
    const { rows } = await db.query<{ leaf: Buffer }>(
      `SELECT i.leaf FROM ledger.intake i JOIN ledger.payload p USING (gen, xid, seq) WHERE p.stream = $1`,
      [app.split('/').at(-1)],
    );
    const packs = rows.map(({ leaf }) => (JSON.parse(leaf.toString()) as { rulePack: string }).rulePack);
    expect(new Set(packs)).toEqual(new Set(['CN-PROPERTY-2026@1.0.0']));
  });

  it('ends with the number of the certificate', async () => {
    const app = await bring('REGISTERED');
    await t.settle();
    expect(await seen(app)).toMatchObject({ state: 'CERTIFIED', certificateNumber: expect.stringMatching(/^SJ441/) });
  });
});

describe('the clocks', () => {
  it('silence over National Day with its make-up Saturday accepts on the first working day after the limit', async () => {
    setTime('2026-09-30T16:00');
    const app = await bring('SUBMITTED');
    // 1–7 October are holidays; 8, 9 and Saturday the 10th (make-up) are working days.
    expect((await seen(app, holder)).clocks.acceptance.due).toBe('2026-10-10T15:59:59.999Z');
    setTime('2026-10-10T23:59');
    await fire();
    expect(await stateOf(app)).toBe('SUBMITTED');
    setTime('2026-10-11T10:00');
    await fire();
    expect(await stateOf(app)).toBe('SUBMITTED');
    for (const path of ['acceptance', 'declination', 'correction-request'])
      expect(await refusal(officer, `${app}/${path}`, { ...decline, ...correction })).toMatch(
        /too-late|invalid-request/,
      );
    expect(await refusal(officer, `${app}/acceptance`)).toBe('registration/too-late');
    setTime('2026-10-12T08:30');
    await fire();
    const view = await seen(app);
    expect(view).toMatchObject({
      state: 'ACCEPTED',
      deemedAccepted: true,
      decisions: [{ action: 'acceptBySilence', by: 'system' }],
    });
    expect(view.clocks.review).toMatchObject({
      startedAt: '2026-10-11T16:00:00.000Z',
      due: '2026-10-26T15:59:59.999Z',
    });
    await fire();
    expect(await eventsOf(app, 'accepted')).toHaveLength(1);
  });

  it('says 未公布 when the calendar of the time is not published', async () => {
    setTime('2998-12-30T10:00');
    const app = await bring('SUBMITTED');
    expect((await seen(app, holder)).clocks.acceptance).toMatchObject({ provisional: true });
  });

  it('an officer who acts in time leaves nothing to silence', async () => {
    const app = await bring('ACCEPTED');
    setTime('2026-07-10T00:01');
    await fire();
    expect(await eventsOf(app, 'accepted')).toMatchObject([{ deemed: false, by: officer.sub }]);
  });

  it('of an officer and the deadline at the same moment exactly one accepts', async () => {
    for (let round = 0; round < 5; round += 1) {
      setTime('2026-07-06T10:00');
      const app = await bring('SUBMITTED');
      setTime('2026-07-09T23:59:59.999'); // the officer's last moment
      const acting = t.as(officer).act(`${app}/acceptance`);
      const firing = (async () => {
        await new Promise((resolve) => setTimeout(resolve, 3 * round));
        setTime('2026-07-10T00:00'); // the first moment of silence
        await fire();
      })();
      const [{ status }] = await Promise.all([acting, firing]);
      const accepted = await eventsOf(app, 'accepted');
      expect(accepted).toHaveLength(1);
      expect(accepted[0]!['deemed']).toBe(status !== 204);
      expect(await stateOf(app)).toBe('ACCEPTED');
    }
  });

  it('a correction that is missed lapses the application; one in time starts the acceptance anew', async () => {
    const [missed, met] = [await bring('SUBMITTED'), await bring('SUBMITTED')];
    for (const app of [missed, met]) await act(officer, `${app}/correction-request`, correction);
    expect((await seen(met, holder)).correction).toEqual({
      items: correction.items,
      dueAt: '2026-07-13T15:59:59.999Z',
    });
    setTime('2026-07-13T23:59');
    const {
      regime: _regime,
      type: _type,
      registrarId: _registrar,
      ...content
    } = await draft({ scenario: '更正后的场景' });
    const { headers } = await t.as(holder).get(met);
    const revised = await put(holder, met, content, headers['etag']!);
    expect(revised.status).toBe(204);
    await act(holder, `${met}/resubmission`);
    setTime('2026-07-14T00:00');
    expect(await refusal(holder, `${missed}/resubmission`)).toBe('registration/too-late');
    await fire();
    expect(await stateOf(missed)).toBe('LAPSED');
    expect(await seen(met, holder)).toMatchObject({
      state: 'SUBMITTED',
      content: { scenario: '更正后的场景' },
      clocks: { acceptance: { due: '2026-07-16T15:59:59.999Z' } },
    });
    expect(await refusal(officer, `${met}/correction-request`, correction)).toBe('registration/already-corrected');
  });

  it('the review clock stands still during a supplement, and its end is only noted', async () => {
    const app = await bring('UNDER_REVIEW');
    const dueOf = async () => (await seen(app)).clocks.review;
    expect(await dueOf()).toMatchObject({ due: '2026-07-20T15:59:59.999Z', paused: false });
    setTime('2026-07-08T10:00');
    await act(officer, `${app}/supplement-request`, { items: ['补充采集协议'], dueDays: 5 });
    setTime('2026-07-22T10:00');
    await fire();
    expect(await eventsOf(app, 'overdue')).toEqual([]);
    const fileId = await upload(holder, 'Demonstration supplement', 's.txt');
    await act(holder, `${app}/supplement`, { materials: [{ code: 'acquisition', fileId }] });
    expect(await dueOf()).toMatchObject({ due: '2026-08-03T15:59:59.999Z', paused: false });
    expect((await seen(app)).content.materials).toHaveLength(6);
    await act(officer, `${app}/extension`, { workingDays: 10, reason: '数据来源复杂' });
    expect(await refusal(officer, `${app}/extension`, { workingDays: 1, reason: '再次' })).toBe(
      'registration/already-extended',
    );
    expect(await dueOf()).toMatchObject({ due: '2026-08-17T15:59:59.999Z', extendedDays: 10 });
    setTime('2026-08-18T00:00');
    await fire();
    expect(await seen(app)).toMatchObject({ state: 'UNDER_REVIEW', clocks: { review: { overdue: true } } });
    expect(await eventsOf(app, 'overdue')).toMatchObject([{ clock: 'REVIEW', due: '2026-08-17T15:59:59.999Z' }]);
    await act(officer, `${app}/review-pass`, { checklist });
  });

  it('an objection stops the notice; dismissed, the rest of it runs; upheld, it refuses', async () => {
    const [dismissed, upheld] = [await bring('PUBLIC_NOTICE'), await bring('PUBLIC_NOTICE')];
    expect((await seen(dismissed)).clocks.notice.due).toBe('2026-07-13T15:59:59.999Z');
    setTime('2026-07-08T10:00'); // three working days remain
    const objection = { reason: '该数据的权属有争议' };
    for (const app of [dismissed, upheld]) {
      const { status, body } = await t.as(stranger).post(`${app}/objections`, objection);
      expect([status, body.id]).toEqual([201, expect.stringMatching(/^obj_/)]);
    }
    setTime('2026-07-23T00:00');
    await fire();
    expect(await seen(dismissed)).toMatchObject({
      state: 'OBJECTION_HANDLING',
      objections: [{ upheld: null, dueAt: '2026-07-22T15:59:59.999Z' }],
    });
    expect(await eventsOf(dismissed, 'overdue')).toMatchObject([{ clock: 'OBJECTION' }]);
    await act(approver, `${dismissed}/objection-decision`, { upheld: false, text: '异议不成立' });
    await act(approver, `${upheld}/objection-decision`, { upheld: true, text: '异议成立' });
    expect((await seen(dismissed)).clocks.notice.due).toBe('2026-07-28T15:59:59.999Z');
    const refused = await seen(upheld);
    expect(refused).toMatchObject({ state: 'REFUSED', objections: [{ upheld: true }] });
    expect(refused.decisions.at(-1)).toMatchObject({
      groundCode: 'A-O1',
      ground: { en: expect.stringMatching(/objection/) },
    });
    setTime('2026-07-29T00:00');
    await fire();
    expect(await stateOf(dismissed)).toBe('REGISTERED');
    expect((await seen(dismissed)).clocks.review.pauses.map(({ because }: { because: string }) => because)).toEqual([
      'NOTICE',
      'OBJECTION',
      'NOTICE',
    ]);
  });
});

const decline = { groundCode: 'A-N1', reason: '材料不符合规定' };
const correction = { items: ['申请表未盖章'], dueDays: 5 };
async function put(who: Who, path: string, body: object, etag: string): Promise<Response> {
  const authorization = `Bearer ${await t.issuer.token(who.sub, who.org, who.roles)}`;
  const headers = { authorization, 'content-type': 'application/json', 'if-match': etag };
  return fetch(`${await t.app.getUrl()}${path}`, { method: 'PUT', headers, body: JSON.stringify(body) });
}

describe('who may do what', () => {
  it('the registrar does not register its own data (SOD-1, INV-02), and is one of the catalogue', async () => {
    const own = of(registrarOrg, 'holder');
    const answer = await t.as(own).post('/v1/applications', await draft({}, own));
    expect(answer.body.code).toBe('registration/own-registrar');
    const unknown = await t.as(holder).post('/v1/applications', await draft({ registrarId: stranger.org }));
    expect(unknown.body.errors[0].pointer).toBe('/registrarId');
  });

  it('reviewer and approver are two people (SOD-7, INV-02); only the reviewer passes the review', async () => {
    const both = of(registrarOrg, 'registrarOfficer', 'registrarApprover');
    const app = await bring('ACCEPTED');
    await act(both, `${app}/review-start`);
    expect(await refusal(officer, `${app}/review-pass`, { checklist })).toBe('registration/not-the-reviewer');
    expect(await refusal(approver, `${app}/approval`)).toBe('registration/not-reviewed');
    await act(both, `${app}/review-pass`, { checklist });
    expect(await refusal(both, `${app}/approval`)).toBe('same-person');
    expect(await refusal(officer, `${app}/approval`)).toBe('forbidden');
    await act(approver, `${app}/review-return`, { text: '请核对数据样例' });
    expect(await refusal(approver, `${app}/approval`)).toBe('registration/not-reviewed');
    await act(officer, `${app}/review-start`);
    await act(officer, `${app}/review-pass`, { checklist });
    await act(both, `${app}/approval`);
    expect(await stateOf(app)).toBe('PUBLIC_NOTICE');
  });

  it('everybody acts for their own organisation', async () => {
    const other = of(await organisation('other registrar'), 'registrarOfficer', 'registrarApprover');
    const app = await file();
    const as = async (who: Who, path: string, body: object = {}) => {
      const { version } = await seen(app, holder);
      return (await t.as(who).post(`${app}/${path}`, body, { 'if-match': `"${version}"` })).body.code;
    };
    expect(await as(stranger, 'submission')).toBe('not-your-organisation');
    expect(await as(stranger, 'withdrawal')).toBe('not-your-organisation');
    expect(await as(regulator, 'submission')).toBe('forbidden');
    await act(holder, `${app}/submission`);
    expect(await as(other, 'acceptance')).toBe('not-your-organisation');
    expect(await as(holder, 'acceptance')).toBe('forbidden');
    const files = await draft({}, stranger);
    expect(
      (await t.as(stranger).post('/v1/applications', { ...files, resourceId: (await draft()).resourceId })).body.code,
    ).toBe('not-your-organisation');
    expect((await t.as(stranger).post('/v1/resources', declaration(await upload(holder, CSV)))).body.code).toBe(
      'not-your-organisation',
    );
  });

  it('sees its own: the holder always, the registrar from the submission on, watchers everything, others nothing', async () => {
    const app = await file();
    const status = async (who: Who, path = app) => (await t.as(who).get(path)).status;
    expect([await status(holder), await status(officer), await status(regulator), await status(stranger)]).toEqual([
      200, 404, 200, 404,
    ]);
    expect(await status(of(holder.org, 'buyer'))).toBe(403);
    const resource = `/v1/resources/${(await seen(app, holder)).resourceId}`;
    expect([await status(holder, resource), await status(officer, resource), await status(stranger, resource)]).toEqual(
      [200, 404, 404],
    );
    await act(holder, `${app}/submission`);
    expect([await status(officer), await status(officer, resource)]).toEqual([200, 200]);
    expect((await t.as(officer).get('/v1/applications?state=DRAFT')).body.items).toEqual([]);
    const mine = await t.as(stranger).get('/v1/applications');
    expect(mine.body).toEqual({ items: [], nextCursor: null });
    const first = await t.as(officer).get('/v1/applications?limit=1');
    const second = await t.as(officer).get(`/v1/applications?limit=1&cursor=${first.body.nextCursor}`);
    expect(second.body.items[0].id < first.body.items[0].id).toBe(true);
  });

  it('nobody objects to their own application', async () => {
    const app = await bring('PUBLIC_NOTICE');
    const own = await t.as(holder).post(`${app}/objections`, { reason: '测试' });
    expect(own.body.code).toBe('registration/own-application');
    const fileIds = [await upload(holder, 'x')];
    const foreign = await t.as(stranger).post(`${app}/objections`, { reason: '测试', fileIds });
    expect(foreign.body.errors[0].pointer).toBe('/fileIds/0');
    await act(holder, `${app}/withdrawal`, { reason: '撤回' });
    expect((await t.as(stranger).post(`${app}/objections`, { reason: '测试' })).body.code).toBe('illegal-transition');
  });
});

describe('what is refused, and why', () => {
  it('government duty data, with its ground, in both languages (INV-01)', async () => {
    for (const changes of [{ isGovernmentDutyData: true }, { rightsSituation: 'GOVERNMENT_DUTY' }]) {
      const app = await file({ resourceId: await declare(changes) });
      const { status, body } = await t.as(holder).act(`${app}/submission`);
      expect([status, body.code, body.groundCode]).toEqual([422, 'registration/not-registrable', 'A-R6']);
      expect(body.errors[0].reasons).toEqual({
        'zh-CN': expect.stringContaining('党政机关'),
        en: expect.stringContaining('government bodies'),
      });
      expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
        '/content/resourceId',
        '/content/rights/HOLD',
        '/content/rights/OPERATE',
      ]);
    }
  });

  it('rights that the table does not give, each one explained; the rest stays possible', async () => {
    const resourceId = await declare({ sourceKind: 'CRAWLED_PUBLIC', rightsSituation: 'AUTOMATED_PUBLIC' });
    const rights = (['HOLD', 'OPERATE'] as const).map((right) => ({ right, termYears: null, limits: '' }));
    const { body } = await t.as(holder).act(`${await file({ resourceId, rights })}/submission`);
    expect(body.code).toBe('registration/incomplete');
    expect(body.errors).toEqual([
      {
        pointer: '/content/rights/OPERATE',
        detail: expect.stringContaining('经营权不可登记'),
        reasons: { 'zh-CN': expect.any(String), en: expect.stringContaining('may not be registered') },
      },
    ]);
    await act(holder, `${await file({ resourceId, rights: rights.slice(0, 1) })}/submission`);
  });

  it('a submission that lacks several things: all at once', async () => {
    const foreign = await upload(stranger, 'x');
    const materials = [
      { code: 'form', fileId: foreign },
      { code: 'nonsense', fileId: newId('file') },
    ];
    const proofs = { contractRights: ['OPERATE' as const], consentOfOthers: false, publicPlatformRegistration: false };
    const app = await file({ materials, rights: [], scenario: '', proofs });
    const { body } = await t.as(holder).act(`${app}/submission`);
    expect(
      body.errors.map(
        ({ pointer, reasons }: { pointer: string; reasons: { en: string } }) => `${pointer} ${reasons.en}`,
      ),
    ).toEqual([
      '/content/rights claim at least one right',
      '/content/materials missing: Proof of identity (identity)',
      '/content/materials missing: Proof of lawful acquisition (acquisition)',
      '/content/materials missing: Sample of the data (sample)',
      '/content/materials missing: Description of the data (description)',
      '/content/materials missing: Proof of who has which right (rights-proof)',
      '/content/materials/1/code not a material of this type',
      '/content/materials/0/fileId no such file of the applicant',
      '/content/materials/1/fileId no such file of the applicant',
      '/content/scenario no registration without a scenario of use',
    ]);
    expect(await stateOf(app)).toBe('DRAFT');
  });

  it('decisions without a fitting ground', async () => {
    const app = await bring('SUBMITTED');
    expect(await refusal(officer, `${app}/declination`, { ...decline, groundCode: 'A-R1' })).toBe('invalid-request');
    expect(await refusal(officer, `${app}/correction-request`, { ...correction, groundCode: 'X' })).toBe(
      'invalid-request',
    );
    await act(officer, `${app}/acceptance`);
    await act(officer, `${app}/review-start`);
    expect(await refusal(officer, `${app}/refusal`, { groundCode: 'A-N1', text: '理由' })).toBe('invalid-request');
    expect(await refusal(officer, `${app}/extension`, { workingDays: 11, reason: '理由' })).toBe('invalid-request');
    await act(officer, `${app}/refusal`, { groundCode: 'A-R3', text: '权属纠纷尚未解决' });
    expect((await seen(app, holder)).decisions.at(-1)).toMatchObject({
      action: 'refuse',
      by: officer.sub,
      groundCode: 'A-R3',
      ground: { zh: expect.stringContaining('权属纠纷') },
      text: '权属纠纷尚未解决',
      rulePack: 'CN-PROPERTY-2026@1.0.0',
    });
  });

  it('a checklist with a gap, a no, or a question of another source', async () => {
    const app = await bring('UNDER_REVIEW');
    const pointers = async (answers: object[]) =>
      (await t.as(officer).act(`${app}/review-pass`, { checklist: answers })).body.errors.map(
        ({ pointer }: { pointer: string }) => pointer,
      );
    expect(await pointers(checklist.slice(1))).toEqual([`/checklist/${checklist[0]!.code}`]);
    expect(await pointers(checklist.map((item, i) => ({ ...item, ok: i !== 2 })))).toEqual([
      `/checklist/${checklist[2]!.code}`,
    ]);
    expect(await pointers([...checklist, { code: 'A-K8', ok: true }])).toEqual([`/checklist/${checklist.length}/code`]);
    expect(await refusal(officer, `${app}/review-pass`, { checklist, remarks: [{ kind: 'NONE', text: 'x' }] })).toBe(
      'invalid-request',
    );
  });

  it('the supplement that cannot be given ends in a termination', async () => {
    const app = await bring('UNDER_REVIEW');
    await act(officer, `${app}/supplement-request`, { items: ['补充协议'], dueDays: 3 });
    const fileId = await upload(stranger, 'x');
    expect(await refusal(holder, `${app}/supplement`, { materials: [{ code: 'acquisition', fileId }] })).toBe(
      'registration/incomplete',
    );
    await act(officer, `${app}/termination`, { groundCode: 'A-T1', text: '无法核实' });
    expect(await stateOf(app)).toBe('TERMINATED');
    expect(await refusal(holder, `${app}/withdrawal`)).toBe('illegal-transition');
  });

  it('a registrar twice, an unknown region, an unknown regime, too long a validity', async () => {
    const body = { organisationId: registrarOrg, name: 'Demonstration', regionCode2: '44', digit: '2' };
    expect((await t.as(operator).post('/v1/registrars', body)).body.code).toBe('registration/registrar-known');
    const organisationId = await organisation('second');
    expect((await t.as(operator).post('/v1/registrars', { ...body, organisationId, digit: '1' })).body.code).toBe(
      'registration/registrar-known',
    );
    expect(
      (await t.as(operator).post('/v1/registrars', { ...body, organisationId, regionCode2: '99' })).body.errors[0]
        .pointer,
    ).toBe('/regionCode2');
    expect((await t.as(operator).get('/v1/registrars')).body.items).toHaveLength(1);
    const application = await draft();
    for (const [pointer, wrong] of [
      ['/regime', { regime: 'XX' }],
      ['/validityYears', { validityYears: 6 }],
    ] as const)
      expect((await t.as(holder).post('/v1/applications', { ...application, ...wrong })).body.errors[0].pointer).toBe(
        pointer,
      );
  });
});

describe('resources', () => {
  it('are measured when they are declared', async () => {
    const { status, body, headers } = await t.as(holder).post('/v1/resources', declaration(await upload(holder, CSV)));
    expect(status).toBe(201);
    const { body: view } = await t.as(holder).get(headers['location']!);
    expect(view).toMatchObject({
      id: body.id,
      holderId: holder.org,
      rows: 3,
      bytes: Buffer.byteLength(CSV),
      declaredAt: '2026-07-06T02:00:00.000Z',
    });
    expect(view.report).toMatchObject({
      format: 'CSV',
      duplicateRows: 1,
      completeness: '1.0000',
      columns: [{ max: '深圳' }, { min: '12' }],
    });
    expect(view.sha256).toBe(createHash('sha256').update(CSV).digest('hex'));
    const { body: list } = await t.as(holder).get('/v1/resources?limit=1');
    expect(list.items[0]).not.toHaveProperty('report');
  });

  it('keep no values of personal information in their report', async () => {
    const { body } = await t.as(holder).get(`/v1/resources/${await declare({ personalInfo: 'PI' })}`);
    expect(body.report.columns).toMatchObject([
      { min: null, max: null, distinct: 2 },
      { min: null, max: null },
    ]);
  });

  it.each([
    ['a header only', 'a,b\n', 'no rows', '没有数据行'],
    ['latin1', Buffer.from('a\ncaf\xe9\n', 'latin1'), 'not UTF-8 from byte 5', 'UTF-8'],
    ['GBK', Buffer.from([0x61, 0x0a, 0xb3, 0xc7, 0x0a]), 'not UTF-8 from byte 2', 'UTF-8'],
    ['UTF-16', Buffer.from('a\n1\n', 'utf16le'), 'byte 1 is NUL', 'NUL'],
    ['a ragged row', 'a,b\n1,2\n3\n', 'line 3 has 1 fields, the header has 2', '第 3 行有 1 列'],
  ])('refuse %s, in both languages', async (_name, content, en, zh) => {
    const { status, body } = await t.as(holder).post('/v1/resources', declaration(await upload(holder, content)));
    expect([status, body.code]).toEqual([422, 'registration/unreadable-file']);
    expect(body.errors[0].reasons).toEqual({ 'zh-CN': expect.stringContaining(zh), en: expect.stringContaining(en) });
  });

  it.each<[string, object]>([
    ['/name', { name: '长'.repeat(41) }],
    ['/abstract', { abstract: '长'.repeat(401) }],
    ['/industry/section', { industry: { section: 'Z', text: 'x' } }],
    ['/sourceKind', { sourceKind: 'STOLEN' }],
    ['/rightsSituation', { rightsSituation: 'NONSENSE' }],
    ['/rightsSituation', { sourceKind: 'CRAWLED_PUBLIC' }],
    ['/rightsSituation', { rightsSituation: 'AUTOMATED_PUBLIC' }],
    ['/regionLevel', { regionLevel: 'GALAXY' }],
    ['/timeFrom', { timeFrom: '2025-02-30' }],
    ['/timeTo', { timeTo: '2024-12-31' }],
    ['/updateFrequency', { updateFrequency: 'NEVER' }],
    ['/form/media', { form: { media: [], structure: 'STRUCTURED' } }],
    ['/form/media', { form: { media: ['TABLE', 'TABLE'], structure: 'STRUCTURED' } }],
    ['/grade', { grade: 'SECRET' }],
    ['/personalInfo', { personalInfo: 'SOME' }],
    ['/isPublicData', { isPublicData: 'no' }],
    ['/restriction', { restriction: '' }],
    ['/fileId', { fileId: 'file_1' }],
    ['/surprise', { surprise: 1 }],
  ])('point at %s', async (pointer, wrong) => {
    const body = { ...declaration(await upload(holder, CSV)), ...wrong };
    const { status, body: answer } = await t.as(holder).post('/v1/resources', body);
    expect([status, answer.errors?.[0].pointer]).toEqual([422, pointer]);
    expect(answer.errors[0].reasons).toEqual({ 'zh-CN': expect.any(String), en: expect.any(String) });
  });

  it('take forty Chinese characters and forty outside the basic plane', async () => {
    for (const name of ['长'.repeat(40), '𠀀'.repeat(40)])
      expect((await t.as(holder).post('/v1/resources', declaration(await upload(holder, CSV), { name }))).status).toBe(
        201,
      );
  });

  it('the same content again is pointed out to the reviewer; of another holder as such (INV-06)', async () => {
    const twins = await Promise.all(
      [holder, holder, stranger].map(async (who) => {
        const { body } = await t.as(who).post('/v1/resources', declaration(await upload(who, 'a\n1\n')));
        return file({ resourceId: body.id }, who);
      }),
    );
    await act(holder, `${twins[0]}/submission`);
    await act(holder, `${twins[1]}/submission`);
    await act(stranger, `${twins[2]}/submission`);
    expect(await Promise.all(twins.map(async (app) => (await seen(app)).flags))).toEqual([
      [],
      ['DUPLICATE_SUSPECT'],
      ['SIMILAR_DATA'],
    ]);
  });
});

it('the rules are public, with their sources', async () => {
  const url = await t.app.getUrl();
  const list = (await (await fetch(`${url}/v1/rule-packs`)).json()) as { items: { id: string }[] };
  // Packs are known to the whole process: others may have published more.
  expect(list.items).toContainEqual(expect.objectContaining({ id: 'CN-PROPERTY-2026', version: '1.0.0' }));
  const pack = await fetch(`${url}/v1/rule-packs/CN-PROPERTY-2026@1.0.0`);
  expect(await pack.json()).toEqual(JSON.parse(JSON.stringify(rulePack('CN-PROPERTY-2026', '1.0.0'))));
  expect((await fetch(`${url}/v1/rule-packs/XX`)).status).toBe(404);
});

describe('the database itself', () => {
  const wrong = async (set: string, app: string) =>
    expect(
      db.query(`UPDATE registration.application SET ${set} WHERE id = $1`, [app.split('/').at(-1)]),
    ).rejects.toThrow(/violates check constraint/);

  it('knows no registrar that applies to itself, no reviewer who approves, no sixth year, no other evidence', async () => {
    const app = await bring('REGISTERED');
    await wrong('applicant_id = registrar_id', app);
    await wrong('approver_id = reviewer_id', app);
    await wrong(`valid_to = valid_from + interval '5 years 1 second'`, app);
    await wrong(`evidence = evidence || ' '`, app);
    await wrong(`state = 'CERTIFIED'`, app);
    await wrong(`state = 'NONSENSE'`, app);
    const { validFrom, validTo } = await seen(app);
    expect(addMonths(new Date(validFrom), 60).toISOString()).toBe(validTo);
  });

  it('gives every row back when the log is replayed', async () => {
    await t.settle();
    let text = '';
    const out = { write: (chunk: string) => void (text += chunk) };
    const code = await audit(['replay', '--database', t.databaseUrl], { DATABASE_URL: t.databaseUrl }, out);
    expect({ code, text }).toEqual({ code: 0, text: expect.any(String) });
  });
});
