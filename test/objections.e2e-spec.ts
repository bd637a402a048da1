import { canonicalJson, sha256Hex } from '@app/signing';
import pg from 'pg';
import { PrepareCertificate } from '../src/certificates/prepare-certificate.js';
import { Clock } from '../src/platform/clock.js';
import { asSystem } from '../src/platform/context.js';
import { DeadlineWorker } from '../src/platform/deadline-worker.js';
import { newId } from '../src/platform/id.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { ApplicationRegistered } from '../src/registration/application-events.js';
import { objectionMachine } from '../src/registration/objection.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import { differences } from './support/differences.js';
import { who } from './support/sales.js';

let t: TestApp;
let db: pg.Client;
const registrarId = newId('org');
const [officer, approver] = [who(registrarId, 'registrarOfficer'), who(registrarId, 'registrarApprover')];
const registrant = who(newId('org'), 'holder');
const objector = who(newId('org'), 'buyer');
const regulator = who(newId('org'), 'regulator');

/** Freezes the time of the platform, in Asia/Shanghai. */
let now = new Date();
const setTime = (local: string) => (now = new Date(`${local}+08:00`));
const fire = () => t.app.get(DeadlineWorker, { strict: false }).step();

beforeAll(async () => {
  t = await startApp({ PUBLIC_URL: 'http://127.0.0.1:8080' });
  Object.assign(t.app.get(Clock, { strict: false }), { now: () => now });
  db = new pg.Client(t.databaseUrl);
  await db.connect();
});
afterAll(async () => {
  await db.end();
  await t.close();
});
beforeEach(() => setTime('2026-08-03T10:00')); // A Monday.

interface Issued {
  readonly id: string;
  readonly number: string;
}
async function issue(): Promise<Issued> {
  const evidence = canonicalJson({ at: now.toISOString() });
  const event = new ApplicationRegistered({
    applicationId: newId('app'),
    evidenceAt: now.toISOString(),
    validFrom: now.toISOString(),
    validTo: now.toISOString().replace(/^\d{4}/, (year) => String(Number(year) + 5)),
    regime: 'CN-PROPERTY-2026',
    rulePack: 'CN-PROPERTY-2026@1.0.0',
    registrarId,
    registrarDigit: '1',
    regionCode2: '44',
    holder: { organisationId: registrant.org, name: 'Demonstration holder', uscc: '91350100M000100Y43' },
    resource: { id: newId('res'), name: '演示数据', abstract: '摘要' } as ApplicationRegistered['resource'],
    rights: [{ right: 'HOLD', termYears: null, limits: '无' }],
    restriction: '无',
    scenario: '分析',
    remarks: [],
    evidence,
    evidenceHash: sha256Hex(evidence),
  } as unknown as ApplicationRegistered);
  await asSystem(() => t.app.get(UnitOfWork).execute(new PrepareCertificate(event)));
  await t.settle();
  const sql = 'SELECT id, number FROM certificates.certificate WHERE application_id = $1';
  return (await db.query<Issued>(sql, [event.applicationId])).rows[0]!;
}

async function upload(by: Who): Promise<string> {
  const headers = {
    authorization: `Bearer ${await t.issuer.token(by.sub, by.org, by.roles)}`,
    'content-type': 'text/plain',
    'content-disposition': 'attachment; filename="proof.txt"',
  };
  const answer = await fetch(`${await t.app.getUrl()}/v1/files`, { method: 'POST', headers, body: '初步证据' });
  return ((await answer.json()) as { id: string }).id;
}
const file = async ({ number }: Issued, by = objector) =>
  t.as(by).post(`/v1/certificates/${number}/objections`, { reason: '该数据由我方取得', fileIds: [await upload(by)] });
const filed = async (certificate: Issued): Promise<string> => {
  const { status, body } = await file(certificate);
  expect(status).toBe(201);
  return `/v1/objections/${body.id}`;
};
const act = (by: Who, objection: string, what: string, body: object = {}) =>
  t.as(by).act(`${objection}/${what}`, { text: '说明', ...body });
const does = async (by: Who, objection: string, what: string, body: object = {}) => {
  const answer = await act(by, objection, what, body);
  expect([what, answer.status, answer.body.code]).toEqual([what, 204, undefined]);
  await t.settle();
};
const see = async (objection: string, by = regulator) => (await t.as(by).get(objection)).body;
const certificateOf = async ({ id }: Issued) => (await t.as(objector).get(`/v1/certificates/${id}`)).body;
const concluded = async (certificate: Issued, upheld = true): Promise<string> => {
  const objection = await filed(certificate);
  await does(officer, objection, 'acceptance');
  await does(registrant, objection, 'contest');
  await does(officer, objection, 'investigation');
  await does(objector, objection, 'statements', { fileIds: [await upload(objector)] });
  await does(approver, objection, 'conclusion', { upheld, remedy: upheld ? 'CANCEL' : 'NONE' });
  return objection;
};

describe('an objection after registration (N1 §29)', () => {
  it('that both agree with ends the certificate; everybody sees the flag meanwhile', async () => {
    const certificate = await issue();
    const objection = await filed(certificate);
    expect(await certificateOf(certificate)).toMatchObject({ status: 'ACTIVE', openObjections: 0 });
    expect((await t.as(registrant).get(objection)).status).toBe(404);
    await does(officer, objection, 'acceptance');
    expect(await certificateOf(certificate)).toMatchObject({ status: 'OBJECTED', openObjections: 1 });
    const seen = await see(objection, registrant);
    expect(seen).toMatchObject({ state: 'ACCEPTED', actions: ['admit', 'contest'], awaits: ['REGISTRANT'] });
    // Whose grounds a cancellation may name.
    expect(seen.rulePack).toBe((await certificateOf(certificate)).rulePack);
    expect((await act(officer, objection, 'conclusion', { upheld: true, remedy: 'CANCEL' })).body.code).toBe(
      'forbidden',
    );
    await does(registrant, objection, 'contest');
    await does(officer, objection, 'investigation');
    await does(approver, objection, 'conclusion', { upheld: true, remedy: 'CANCEL' });
    await does(objector, objection, 'answer', { agrees: true });
    expect(await see(objection)).toMatchObject({ state: 'CONCLUDED', awaits: ['REGISTRANT'] });
    await does(registrant, objection, 'answer', { agrees: true });
    await does(approver, objection, 'execution', { remedy: 'CANCEL', groundCode: 'A-C3' });
    expect(await certificateOf(certificate)).toMatchObject({
      status: 'CANCELLED',
      openObjections: 0,
      ended: { groundCode: 'A-C3', text: '说明' },
    });
    const view = await see(objection, objector);
    expect(view).toMatchObject({
      state: 'EXECUTED',
      actions: [],
      awaits: [],
      remedy: { ground: { en: expect.any(String) } },
    });
    expect(view.acts.map(({ action }: { action: string }) => action)).toEqual([
      'accept',
      'contest',
      'investigate',
      'conclude',
      'acceptConclusion',
      'agree',
      'execute',
    ]);
  });

  it('that is withdrawn, dismissed or unfounded leaves the certificate as it was', async () => {
    const certificate = await issue();
    const withdrawn = await filed(certificate);
    await does(officer, withdrawn, 'acceptance');
    await does(objector, withdrawn, 'withdrawal');
    expect((await certificateOf(certificate)).status).toBe('ACTIVE');
    await does(approver, await filed(certificate), 'dismissal');
    const unfounded = await concluded(certificate, false);
    expect((await certificateOf(certificate)).status).toBe('OBJECTED');
    for (const party of [registrant, objector]) await does(party, unfounded, 'answer', { agrees: true });
    expect((await see(unfounded)).state).toBe('DISMISSED');
    expect((await certificateOf(certificate)).status).toBe('ACTIVE');
  });

  it('that a party rejects goes to court, and the judgment is carried out', async () => {
    const certificate = await issue();
    const objection = await concluded(certificate);
    await does(registrant, objection, 'answer', { agrees: false });
    await does(officer, objection, 'referral', { to: 'LITIGATION' });
    expect((await act(approver, objection, 'execution', { remedy: 'NONE' })).body.errors[0].pointer).toBe('/fileIds');
    await does(approver, objection, 'execution', { remedy: 'NONE', fileIds: [await upload(approver)] });
    expect((await certificateOf(certificate)).status).toBe('ACTIVE');
  });

  it('that is incomplete goes back once more; the time counts from complete material', async () => {
    const objection = await filed(await issue());
    expect((await see(objection)).notice.due).toBe('2026-08-10T15:59:59.999Z');
    await does(officer, objection, 'completion-request', { text: '请补充权属材料' });
    expect(await see(objection)).toMatchObject({ state: 'INCOMPLETE', notice: null, awaits: ['OBJECTOR'] });
    setTime('2026-08-05T10:00');
    await does(objector, objection, 'completion', { fileIds: [await upload(objector)] });
    expect((await see(objection)).notice).toEqual({
      due: '2026-08-12T15:59:59.999Z',
      provisional: false,
      overdue: false,
    });
  });

  it('is noted as late when the registrant does not know in time, and accepted late all the same', async () => {
    const objection = await filed(await issue());
    setTime('2026-08-10T23:59:59.999');
    await fire();
    expect((await see(objection)).notice.overdue).toBe(false);
    setTime('2026-08-11T00:00');
    await fire();
    expect((await see(objection)).notice.overdue).toBe(true);
    await does(officer, objection, 'acceptance');
  });

  it('is accepted or noted as late, when both come at the same moment: once', async () => {
    const objection = await filed(await issue());
    setTime('2026-08-11T00:00');
    await Promise.all([act(officer, objection, 'acceptance'), fire()]);
    await fire();
    const { state, version, notice } = await see(objection);
    expect([state, version]).toEqual(notice.overdue ? ['ACCEPTED', 3] : ['ACCEPTED', 2]);
  });

  it('concerns its parties only, is one at a time, and is not for the holder or the registrar', async () => {
    const certificate = await issue();
    const objection = await filed(certificate);
    expect((await file(certificate)).body.code).toBe('registration/already-objected');
    const own = { ...who(registrant.org, 'holder') };
    expect((await file(certificate, own)).body.code).toBe('registration/own-certificate');
    const stranger = who(newId('org'), 'holder');
    expect((await t.as(stranger).get(objection)).status).toBe(404);
    expect((await t.as(stranger).get('/v1/objections')).body.items).toEqual([]);
    const foreign = { ...officer, org: newId('org') };
    const accepted = await t.as(foreign).post(`${objection}/acceptance`, { text: '受理' }, { 'if-match': '"1"' });
    expect(accepted.body.code).toBe('not-your-organisation');
    const ids = async (by: Who) =>
      (await t.as(by).get(`/v1/objections?certificateNumber=${certificate.number}`)).body.items.length as number;
    expect([await ids(objector), await ids(officer), await ids(registrant), await ids(regulator)]).toEqual([
      1, 1, 0, 1,
    ]);
  });

  it('needs evidence of the objector itself, and a certificate that lasts', async () => {
    const certificate = await issue();
    const path = `/v1/certificates/${certificate.number}/objections`;
    const none = await t.as(objector).post(path, { reason: 'x', fileIds: [] });
    expect([none.status, none.body.errors[0].pointer]).toEqual([422, '/fileIds']);
    const foreign = await t.as(objector).post(path, { reason: 'x', fileIds: [await upload(registrant)] });
    expect(foreign.body.errors[0].pointer).toBe('/fileIds/0');
    const objection = await filed(certificate);
    await does(officer, objection, 'acceptance');
    await does(registrant, objection, 'admission');
    await does(approver, objection, 'execution', { remedy: 'CANCEL', groundCode: 'A-C3' });
    expect((await file(certificate)).body.code).toBe('registration/certificate-ended');
  });

  it('does not end by consent what a court has frozen (INV-10)', async () => {
    const certificate = await issue();
    const objection = await filed(certificate);
    await does(officer, objection, 'acceptance');
    await does(registrant, objection, 'admission');
    const remark = {
      kind: 'JUDICIAL_PRESERVATION',
      text: '保全',
      authority: '演示人民法院',
      fileId: await upload(officer),
    };
    await t.as(officer).post(`/v1/certificates/${certificate.id}/remarks`, remark);
    const told = { remedy: 'CANCEL', groundCode: 'A-C3' };
    expect((await act(approver, objection, 'execution', told)).body.code).toBe('registration/restricted');
    expect((await certificateOf(certificate)).status).toBe('RESTRICTED');
    await does(objector, objection, 'withdrawal');
    expect(await certificateOf(certificate)).toMatchObject({ status: 'RESTRICTED', openObjections: 0 });
  });

  it('is prepared with a copy of the record, granted for a stated purpose with the consent of the holder (N1 §30)', async () => {
    const certificate = await issue();
    const path = `/v1/certificates/${certificate.number}/record-requests`;
    const body = { purpose: '核实权属', interest: '主张权利的一方' };
    expect((await t.as(objector).post(path, { ...body, purpose: '' })).body.errors[0].pointer).toBe('/purpose');
    const request = `/v1/record-requests/${(await t.as(objector).post(path, body)).body.id}`;
    expect((await t.as(officer).get(request)).body.actions).toEqual(['refuse']);
    expect((await act(officer, request, 'grant')).body.code).toBe('registration/consent-needed');
    expect((await t.as(registrant).get(request)).body).toMatchObject({ actions: ['consent', 'decline'], ...body });
    expect((await see(request, objector)).actions).toEqual(['withdraw']);
    await does(registrant, request, 'consent');
    expect((await t.as(registrant).get(request)).body.actions).toEqual(['decline']);
    await does(officer, request, 'grant');
    expect(await see(request, objector)).toMatchObject({
      state: 'GRANTED',
      actions: [],
      decisions: [{}, { action: 'grant' }],
    });
    expect((await see(request, registrant)).record).toBeNull();
    expect((await t.as(who(newId('org'), 'holder')).get(request)).status).toBe(404);
    const own = `/v1/record-requests/${(await t.as(registrant).post(path, body)).body.id}`;
    await does(officer, own, 'grant');
    expect((await t.as(officer).get('/v1/record-requests?state=GRANTED')).body.items).toHaveLength(2);
  });

  it('or the request is withdrawn, or the consent taken back, as long as nothing is disclosed', async () => {
    const path = `/v1/certificates/${(await issue()).number}/record-requests`;
    const ask = async () =>
      `/v1/record-requests/${(await t.as(objector).post(path, { purpose: '核实权属', interest: '主张权利的一方' })).body.id}`;
    const [withdrawn, declined, granted] = [await ask(), await ask(), await ask()];
    await does(registrant, withdrawn, 'consent');
    expect((await act(registrant, withdrawn, 'withdrawal')).body.code).toBe('not-your-organisation');
    expect((await act(officer, withdrawn, 'withdrawal')).body.code).toBe('forbidden');
    await does(objector, withdrawn, 'withdrawal');
    expect(await see(withdrawn, officer)).toMatchObject({
      state: 'WITHDRAWN',
      actions: [],
      record: null,
      decisions: [{ action: 'consent' }, { action: 'withdraw' }],
    });
    await does(registrant, declined, 'consent');
    await does(registrant, declined, 'declination');
    for (const request of [withdrawn, declined])
      expect((await act(officer, request, 'grant')).body.code).toBe('illegal-transition');
    await does(registrant, granted, 'consent');
    await does(officer, granted, 'grant');
    expect((await act(objector, granted, 'withdrawal')).body.code).toBe('illegal-transition');
  });

  it('leaves no difference between the rows and a replay; the database knows the same states', async () => {
    expect(await differences(t)).toEqual([]);
    const { rows } = await db.query<{ definition: string }>(
      `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = 'objection_state_check'`,
    );
    const states = [...rows[0]!.definition.matchAll(/'([A-Z_]+)'/g)].map((m) => m[1]!);
    expect(states.toSorted()).toEqual(objectionMachine.states.toSorted());
  });
});
