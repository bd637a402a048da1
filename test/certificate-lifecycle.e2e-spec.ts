import { canonicalJson, sha256Hex, StatusList } from '@app/signing';
import { Module } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { decodeJwt } from 'jose';
import pg from 'pg';
import { certificateMachine } from '../src/certificates/certificate.js';
import { LiftExpiredRemarks } from '../src/certificates/lift-expired-remarks.js';
import { PrepareCertificate } from '../src/certificates/prepare-certificate.js';
import { registerActMachine } from '../src/certificates/register-act.js';
import { Certificate } from '../src/certificates/certificate.js';
import { Clock } from '../src/platform/clock.js';
import { asSystem } from '../src/platform/context.js';
import { newId } from '../src/platform/id.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { ApplicationRegistered } from '../src/registration/application-events.js';
import { GetResource } from '../src/registration/get-resource.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import { differences } from './support/differences.js';
import { contractOrder, deliverAndAccept, fen, openVenue, pay, register, who, type Venue } from './support/sales.js';

/** Data that may be traded, whatever its id. */
@QueryHandler(GetResource)
class GivenResources implements IQueryHandler<GetResource> {
  execute({ resourceId: id }: GetResource): Promise<never> {
    const flags = { isPublicData: false, isGovernmentDutyData: false, personalInfo: 'NONE', grade: 'GENERAL_1' };
    return Promise.resolve({ id, ...flags, sha256: 'a'.repeat(64), bytes: 1, name: '演示数据' } as never);
  }
}

@Module({ providers: [GivenResources] })
class GivenRegistrations {}

let t: TestApp;
let db: pg.Client;
let venue: Venue;
let seller: { id: string; who: Who };
let registrarId: string;
let officer: Who;
let approver: Who;

async function start(env: Record<string, string>): Promise<void> {
  t = await startApp({ PUBLIC_URL: 'http://127.0.0.1:8080', ...env }, GivenRegistrations);
  db = new pg.Client(t.databaseUrl);
  await db.connect();
  registrarId = newId('org');
  [officer, approver] = [who(registrarId, 'registrarOfficer'), who(registrarId, 'registrarApprover')];
  venue = await openVenue(t);
  seller = await register(t, 'holder', 'buyer');
  const membership = { venueId: venue.id, roles: ['SELLER'], commitmentHash: 'a'.repeat(64) };
  const { id } = (await t.as(seller.who).post('/v1/memberships', membership)).body;
  expect((await t.as(exchange()).act(`/v1/memberships/${id}/approval`)).status).toBe(204);
}
const stop = async (): Promise<void> => {
  await db.end();
  await t.close();
};
const exchange = (): Who => who(venue.operatorId, 'exchangeOfficer');

interface Issued {
  readonly id: string;
  readonly number: string;
}
async function issue(changes: Partial<ApplicationRegistered> = {}): Promise<Issued> {
  const at = new Date(t.app.get(Clock).now().getTime() - 60_000).toISOString();
  const evidence = canonicalJson({ at });
  const event = new ApplicationRegistered({
    applicationId: newId('app'),
    evidenceAt: at,
    validFrom: at,
    validTo: at.replace(/^\d{4}/, (year) => String(Number(year) + 5)),
    regime: 'CN-PROPERTY-2026',
    rulePack: 'CN-PROPERTY-2026@1.0.0',
    registrarId,
    registrarDigit: '1',
    regionCode2: '44',
    holder: { organisationId: seller.id, name: 'Demonstration holder', uscc: '91350100M000100Y43' },
    resource: { id: newId('res'), name: '演示数据', abstract: '摘要' } as ApplicationRegistered['resource'],
    rights: (['HOLD', 'OPERATE'] as const).map((right) => ({ right, termYears: null, limits: '无' })),
    restriction: '无',
    scenario: '分析',
    remarks: [],
    evidence,
    evidenceHash: sha256Hex(evidence),
    ...changes,
  } as ApplicationRegistered);
  await asSystem(() => t.app.get(UnitOfWork).execute(new PrepareCertificate(event)));
  await t.settle();
  const { rows } = await db.query('SELECT id, number FROM certificates.certificate WHERE application_id = $1', [
    event.applicationId,
  ]);
  return rows[0] as Issued;
}

async function upload(by: Who, content = '裁定书'): Promise<string> {
  const token = await t.issuer.token(by.sub, by.org, by.roles);
  const answer = await fetch(`${await t.app.getUrl()}/v1/files`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'text/plain',
      'content-disposition': 'attachment; filename="order.txt"',
    },
    body: content,
  });
  return ((await answer.json()) as { id: string }).id;
}

const remark = async (changes: object = {}) => ({
  kind: 'JUDICIAL_PRESERVATION',
  text: '财产保全',
  authority: '演示人民法院',
  fileId: await upload(officer),
  ...changes,
});
const place = async ({ id }: Issued, changes: object = {}) =>
  t.as(officer).post(`/v1/certificates/${id}/remarks`, await remark(changes));
const decide = (act: string, decision = 'approval', by = approver) =>
  t.as(by).act(`/v1/register-acts/${act}/${decision}`, { text: '已核对' });
const see = async ({ id }: Issued) => (await t.as(seller.who).get(`/v1/certificates/${id}`)).body;
const freeze = async (certificate: Issued): Promise<string> => {
  const { status, body } = await place(certificate);
  expect(status).toBe(201);
  await t.settle();
  return body.id as string;
};
async function free(certificate: Issued): Promise<void> {
  const open = (await see(certificate)).remarks.find((r: { lifted: unknown }) => r.lifted === null);
  const path = `/v1/certificates/${certificate.id}/remarks/${open.id}/lifting`;
  const { body } = await t.as(officer).post(path, { text: '解除保全' });
  expect((await decide(body.id)).status).toBe(204);
  await t.settle();
}
const supersede = ({ id }: Issued, number: string) =>
  asSystem(() =>
    t.app.get(UnitOfWork).run(async () => {
      (await t.app.get(UnitOfWork).get(Certificate, id)).supersede(number, newId('app'), new Date());
    }),
  );

const offer = (certificateNumber: string) => ({
  venueId: venue.id,
  certificateNumber,
  title: '演示企业用电数据集',
  description: 'Demonstration electricity data',
  productType: 'DATASET',
  scenarios: ['信贷风控'],
  complianceStatement: { text: '来源合法', accepted: true, statedAt: t.app.get(Clock).now().toISOString() },
  price: fen(10005),
  deliveryModes: ['FILE'],
});
async function submitted({ number }: Issued): Promise<string> {
  const { id } = (await t.as(seller.who).post('/v1/listings', offer(number))).body;
  expect((await t.as(seller.who).act(`/v1/listings/${id}/submission`)).status).toBe(204);
  return `/v1/listings/${id}`;
}
async function published(certificate: Issued): Promise<string> {
  const listing = await submitted(certificate);
  expect((await t.as(exchange()).act(`${listing}/approval`)).status).toBe(204);
  return listing;
}
const stateOf = async (listing: string) => (await t.as(seller.who).get(listing)).body.state as string;

/** A sale by this certificate that the buyer has accepted. */
async function accepted({ number: certificateNumber }: Issued) {
  const sale = await contractOrder(t, {
    venueId: venue.id,
    venueOperatorId: venue.operatorId,
    sellerId: seller.id,
    certificateNumber,
    gross: fen(10000),
  });
  await pay(t, sale, '10000');
  await deliverAndAccept(t, sale);
  return sale;
}
const orderOf = async (orderId: string) => (await t.as(seller.who).get(`/v1/orders/${orderId}`)).body;
const payOut = async (orderId: string) => {
  const { items } = (await t.as(venue.checker).get(`/v1/distributions?orderId=${orderId}`)).body;
  return t.as(venue.checker).act(`/v1/distributions/${items[0].id}/approval`);
};

describe.each(['continue', 'halt'] as const)(
  'a court freezes a certificate between acceptance and settlement, by policy %s',
  (policy) => {
    beforeAll(() => start({ RESTRICTED_ORDERS: policy }));
    afterAll(stop);

    it('suspends the listing, refuses the transfer, and the running orders go on or stop', async () => {
      const certificate = await issue();
      const listing = await published(certificate);
      const sale = await accepted(certificate);
      const early = await contractOrder(t, {
        venueId: venue.id,
        sellerId: seller.id,
        certificateNumber: certificate.number,
        gross: fen(100),
      });
      await freeze(certificate);
      expect((await see(certificate)).status).toBe('RESTRICTED');
      expect(await stateOf(listing)).toBe('SUSPENDED');
      await expect(supersede(certificate, 'SJ4412026089998')).rejects.toMatchObject({
        code: 'certificates/restricted',
      });
      const risks = [{ ground: 'CERTIFICATE_RESTRICTED', stops: policy === 'halt' }];
      expect(await orderOf(sale.orderId)).toMatchObject({ state: 'ACCEPTED', risks });
      if (policy === 'halt') {
        expect((await orderOf(early.orderId)).state).toBe('CANCELLED');
        expect((await payOut(sale.orderId)).body.code).toBe('settlement/order-held');
        await free(certificate);
        expect(await orderOf(sale.orderId)).toMatchObject({ state: 'ACCEPTED', risks: [] });
      } else expect((await orderOf(early.orderId)).state).toBe('CONTRACTED');
      expect((await payOut(sale.orderId)).status).toBe(204);
      expect(await differences(t)).toEqual([]);
    });

    it('holds back the money from the moment of the entry, before anybody has heard of it', async () => {
      const certificate = await issue();
      const sale = await accepted(certificate);
      expect((await place(certificate)).status).toBe(201);
      expect((await payOut(sale.orderId)).status).toBe(policy === 'halt' ? 409 : 204);
    });
  },
);

describe('remarks and the acts of a registrar', () => {
  beforeAll(() => start({}));
  afterAll(stop);

  it('show on the register with authority and document, and who reads the lists sees the suspension', async () => {
    const certificate = await issue();
    const credential = (await t.as(seller.who).get(`/v1/certificates/${certificate.number}/credential`)).text;
    const act = await freeze(certificate);
    const { body } = await t.as(seller.who).get(`/v1/certificates/${certificate.id}`);
    expect(body).toMatchObject({
      status: 'RESTRICTED',
      remarks: [
        { kind: 'JUDICIAL_PRESERVATION', authority: '演示人民法院', documentSha256: sha256Hex('裁定书'), lifted: null },
      ],
    });
    const list = decodeJwt((await t.as(seller.who).get('/v1/status-lists/suspension')).text);
    const { encodedList, statusPurpose } = list['credentialSubject'] as Record<string, string>;
    expect(statusPurpose).toBe('suspension');
    expect(StatusList.decode(encodedList!).get(body.statusListIndex)).toBe(true);
    const verdict = async () =>
      (await t.as(seller.who).post('/v1/certificates/verification', { credential })).body as {
        ok: boolean;
        reasons: object[];
      };
    expect(await verdict()).toMatchObject({ ok: false, reasons: [{ code: 'SUSPENDED' }] });
    expect((await decide(act, 'approval', { ...officer, roles: ['registrarApprover'] })).body.code).toBe('same-person');
    expect((await decide(act)).status).toBe(204);
    await free(certificate);
    expect(await verdict()).toMatchObject({ ok: true });
  });

  it('of a court that nobody confirms are undone', async () => {
    const certificate = await issue();
    const act = await freeze(certificate);
    expect((await decide(act, 'rejection')).status).toBe(204);
    expect(await see(certificate)).toMatchObject({
      status: 'ACTIVE',
      remarks: [{ lifted: { because: 'NOT_CONFIRMED' } }],
    });
    expect((await decide(act)).body.code).toBe('illegal-transition');
  });

  it('end a certificate with reasons that its holder reads', async () => {
    const certificate = await issue();
    const { body } = await t
      .as(officer)
      .post(`/v1/certificates/${certificate.id}/cancellation`, { groundCode: 'A-C2', text: '数据已销毁' });
    expect((await see(certificate)).status).toBe('ACTIVE');
    const seen = (await t.as(approver).get(`/v1/register-acts/${body.id}`)).body;
    expect(seen).toMatchObject({
      state: 'PROPOSED',
      actions: ['approve', 'reject'],
      ground: { en: expect.any(String) },
    });
    expect((await t.as(officer).get(`/v1/register-acts/${body.id}`)).body.actions).toEqual(['withdraw']);
    expect((await decide(body.id)).status).toBe(204);
    expect(await see(certificate)).toMatchObject({
      status: 'CANCELLED',
      ended: { groundCode: 'A-C2', text: '数据已销毁' },
    });
    expect((await place(certificate)).body.code).toBe('certificates/not-lasting');
  });

  it('revoke only where the rule pack knows a ground to', async () => {
    const path = ({ id }: Issued) => `/v1/certificates/${id}/revocation`;
    const property = await t.as(officer).post(path(await issue()), { groundCode: 'A-R4', text: '隐瞒' });
    expect(property.body.code).toBe('certificates/ground');
    const certificate = await issue({ rulePack: 'CN-PUBLIC-2025@1.0.0' });
    const { body } = await t.as(officer).post(path(certificate), { groundCode: 'B-V1', text: '提供虚假材料' });
    await decide(body.id);
    expect((await see(certificate)).status).toBe('REVOKED');
  });

  it('are refused with the place of the fault', async () => {
    const certificate = await issue();
    const pointers = async (changes: object) =>
      (await place(certificate, changes)).body.errors.map((e: { pointer: string }) => e.pointer);
    expect(await pointers({ authority: null })).toEqual(['/authority']);
    expect(await pointers({ fileId: null })).toEqual(['/fileId']);
    expect(await pointers({ fileId: await upload(seller.who) })).toEqual(['/fileId']);
    expect(await pointers({ to: '2020-01-01T00:00:00Z' })).toEqual(['/to']);
    const foreign = await t
      .as({ ...officer, org: newId('org') })
      .post(`/v1/certificates/${certificate.id}/remarks`, await remark());
    expect(foreign.body.code).toBe('not-your-organisation');
    expect((await t.as(seller.who).post(`/v1/certificates/${certificate.id}/remarks`, await remark())).body.code).toBe(
      'forbidden',
    );
    expect((await see(certificate)).remarks).toEqual([]);
  });

  it('are seen by the registrar and those who watch over it, not by others', async () => {
    const act = await freeze(await issue());
    const stranger = who(newId('org'), 'registrarOfficer');
    expect((await t.as(stranger).get(`/v1/register-acts/${act}`)).status).toBe(404);
    expect((await t.as(stranger).get('/v1/register-acts')).body.items).toEqual([]);
    expect((await t.as(who(newId('org'), 'regulator')).get(`/v1/register-acts/${act}`)).body.actions).toEqual([]);
    const { items } = (await t.as(approver).get('/v1/register-acts?state=UNCONFIRMED')).body;
    expect(items.map(({ id }: { id: string }) => id)).toContain(act);
  });

  it('with an end lift themselves once, whoever comes first: the clock or an approver', async () => {
    const certificate = await issue();
    const to = new Date(t.app.get(Clock).now().getTime() + 3_600_000).toISOString();
    await place(certificate, { to });
    const [open] = (await see(certificate)).remarks;
    const path = `/v1/certificates/${certificate.id}/remarks/${open.id}/lifting`;
    const { body } = await t.as(officer).post(path, { text: '解除' });
    const clock = t.app.get(Clock);
    clock.follow(3_600_001);
    const [lifted] = await Promise.all([
      decide(body.id),
      asSystem(() => t.app.get(UnitOfWork).execute(new LiftExpiredRemarks(certificate.id))),
    ]);
    clock.follow(0);
    const { status, remarks } = await see(certificate);
    expect([status, remarks[0].lifted.because]).toEqual(['ACTIVE', lifted.status === 204 ? 'DECISION' : 'EXPIRED']);
    const { rows } = await db.query(
      `SELECT type FROM ledger.payload WHERE stream = $1 AND type ~ 'remark-lifted|released' ORDER BY version`,
      [certificate.id],
    );
    expect(rows).toHaveLength(2);
    const { rows: waiting } = await db.query(
      `SELECT 1 FROM platform.deadline WHERE kind = 'certificates.remark' AND subject = $1`,
      [certificate.id],
    );
    expect(waiting).toEqual([]);
  });

  it('of other kinds wait for the second person, and have their deadline from then on', async () => {
    const certificate = await issue();
    const to = new Date(t.app.get(Clock).now().getTime() + 3_600_000).toISOString();
    const { body } = await place(certificate, { to, kind: 'OTHER', authority: null, fileId: null });
    const deadlines = async () => {
      const sql = `SELECT due_at FROM platform.deadline WHERE kind = 'certificates.remark' AND subject = $1`;
      return (await db.query<{ due_at: Date }>(sql, [certificate.id])).rows.map((row) => row.due_at.toISOString());
    };
    expect([(await see(certificate)).remarks, await deadlines()]).toEqual([[], []]);
    expect((await decide(body.id)).status).toBe(204);
    expect(await see(certificate)).toMatchObject({ status: 'ACTIVE', remarks: [{ kind: 'OTHER', to }] });
    expect(await deadlines()).toEqual([to]);
  });
});

describe('listings', () => {
  beforeAll(() => start({}));
  afterAll(stop);

  it('are not published by a restricted certificate, and are resumed by their seller when it is free (INV-10, INV-20)', async () => {
    const certificate = await issue();
    const [listing, waiting] = [await published(certificate), await submitted(certificate)];
    await freeze(certificate);
    expect((await t.as(exchange()).act(`${waiting}/approval`)).body.gates).toEqual(['G1']);
    expect((await t.as(seller.who).act(`${listing}/resumption`)).body.gates).toEqual(['G1']);
    await free(certificate);
    expect((await t.as(seller.who).act(`${listing}/resumption`)).status).toBe(204);
    expect(await stateOf(listing)).toBe('PUBLISHED');
    expect((await t.as(exchange()).act(`${listing}/suspension`, { reason: '核查' })).status).toBe(204);
    expect((await t.as(seller.who).act(`${listing}/resumption`)).body.code).toBe('forbidden');
    expect((await t.as(exchange()).act(`${listing}/resumption`)).status).toBe(204);
  });

  it('are not on the market after a freeze that came at the same moment', async () => {
    for (let round = 0; round < 4; round += 1) {
      const certificate = await issue();
      const listing = await submitted(certificate);
      const [approval, frozen] = await Promise.all([t.as(exchange()).act(`${listing}/approval`), place(certificate)]);
      expect([204, 422, 503]).toContain(approval.status);
      expect([201, 503]).toContain(frozen.status);
      await t.settle();
      if (frozen.status === 201) expect(await stateOf(listing)).not.toBe('PUBLISHED');
    }
  });

  it('of a superseded certificate are suspended until they rely on the one in its place', async () => {
    const [old, next] = [await issue(), await issue()];
    const listing = await published(old);
    expect((await t.as(seller.who).act(`${listing}/repointing`)).body.code).toBe('market/not-superseded');
    await supersede(old, next.number);
    await t.settle();
    expect(await stateOf(listing)).toBe('SUSPENDED');
    expect((await t.as(seller.who).act(`${listing}/resumption`)).body.gates).toEqual(['G1']);
    expect((await t.as(seller.who).act(`${listing}/repointing`)).status).toBe(204);
    expect((await t.as(seller.who).act(`${listing}/repointing`)).body.code).toBe('market/not-superseded');
    expect((await t.as(seller.who).act(`${listing}/resumption`)).status).toBe(204);
    expect((await t.as(seller.who).get(listing)).body).toMatchObject({
      state: 'PUBLISHED',
      certificateNumber: next.number,
    });
    expect((await see(old)).supersededBy).toBe(next.number);
  });

  it('leave no difference between the rows and a replay', async () => {
    expect(await differences(t)).toEqual([]);
  });

  it('the database knows the same states as the tables', async () => {
    const states = async (name: string) => {
      const sql = 'SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = $1';
      const { rows } = await db.query<{ definition: string }>(sql, [name]);
      return [...rows[0]!.definition.matchAll(/'([A-Z_]+)'/g)].map((m) => m[1]!).toSorted();
    };
    expect(await states('certificate_status_check')).toEqual(certificateMachine.states.toSorted());
    expect(await states('register_act_state_check')).toEqual(registerActMachine.states.toSorted());
  });
});
