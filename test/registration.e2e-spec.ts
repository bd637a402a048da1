import { createHash } from 'node:crypto';
import { addMonths } from '@app/calendar';
import { completeUscc, rulePack } from '@app/rulepacks';
import type { DeclareResourceBody, FileApplicationBody, Role } from '@app/sdk';
import { canonicalJson } from '@app/signing';
import pg from 'pg';
import { Clock } from '../src/platform/clock.js';
import { DeadlineWorker } from '../src/platform/deadline-worker.js';
import { newId } from '../src/platform/id.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';

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
  name: '2025年广东省城市出行量演示数据表',
  abstract: '各城市每日出行量,用于演示登记流程',
  industry: { section: 'I', text: '软件和信息技术服务业' },
  sourceKind: 'COLLECTED',
  rightsSituation: 'SELF_GENERATED',
  regionLevel: 'PROVINCE',
  regionText: '广东省',
  timeFrom: '2025-01-01',
  timeTo: '2025-12-31',
  updateFrequency: 'YEARLY',
  form: { media: ['TABLE'], structure: 'STRUCTURED' },
  grade: 'GENERAL_2',
  personalInfo: 'NONE',
  isPublicData: false,
  isGovernmentDutyData: false,
  restriction: '不得转售',
  fileId,
  ...changes,
});

async function declare(changes: Partial<DeclareResourceBody> = {}, who = holder): Promise<string> {
  const body = declaration(await upload(who, `${CSV}广州,${(serial += 1)}\n`), changes);
  return (await t.as(who).post('/v1/resources', body)).body.id as string;
}

const REQUIRED = ['form', 'identity', 'acquisition', 'sample', 'description'];
async function draft(changes: Partial<FileApplicationBody> = {}, who = holder): Promise<FileApplicationBody> {
  const fileId = await upload(who, 'Demonstration material', 'material.txt');
  return {
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
  };
}

const file = async (changes: Partial<FileApplicationBody> = {}, who = holder): Promise<string> =>
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
      applicant: { name: 'Demonstration holder', uscc: expect.any(String) },
      dataName: declaration('').name,
      dataAbstract: declaration('').abstract,
      restrictions: ['不得转售', 'OPERATE: 期限 3 年 term 3 years; 仅限广东省内', '演示备注'],
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
