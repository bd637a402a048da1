import { QueryBus } from '@nestjs/cqrs';
import { audit } from '../scripts/audit.js';
import { ListApplicationParties } from '../src/registration/list-application-parties.js';
import { NAMED } from '../src/registration/sight.js';
import type { Who } from './support/client.js';
import { checklistFor, startRegistrar, type RegistrarWorld } from './support/filing.js';

let w: RegistrarWorld;
let second: Who;
let third: Who;
let jointApplicants: { organisationId: string }[];
beforeAll(async () => {
  w = await startRegistrar();
  second = w.of(await w.organisation('second'), 'holder');
  third = w.of(await w.organisation('third'), 'holder');
  jointApplicants = [second, third].map(({ org }) => ({ organisationId: org }));
});
afterAll(() => w.close());
beforeEach(() => w.setTime('2026-07-06T10:00'));

const checklist = checklistFor('COLLECTED');
const at = (i: number) => `/content/jointApplicants/${i}/organisationId`;
const pointers = async (who: Who, path: string): Promise<string[]> => {
  const { body } = await w.t.as(who).act(path, {});
  return [body.code, ...((body.errors ?? []) as { pointer: string }[]).map(({ pointer }) => pointer)];
};
async function revise(app: string, body: object): Promise<void> {
  const { headers } = await w.t.as(w.holder).get(app);
  const token = await w.t.issuer.token(w.holder.sub, w.holder.org, w.holder.roles);
  const answer = await fetch(`${await w.t.app.getUrl()}${app}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'if-match': String(headers['etag']),
    },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(204);
}
async function joined(): Promise<string> {
  const app = await w.file({ jointApplicants });
  for (const who of [second, third]) await w.act(who, `${app}/joining`);
  return app;
}
async function toNotice(app: string): Promise<string> {
  await w.underReview(app);
  await w.act(w.officer, `${app}/review-pass`, { checklist });
  await w.act(w.approver, `${app}/approval`);
  return app;
}
async function certified(app: string): Promise<string> {
  w.setInstant((await w.seen(app)).clocks.notice.due, 1);
  await w.fire();
  await w.t.settle();
  return (await w.seen(app)).certificateNumber as string;
}
const names = ['holder', 'second', 'third'].map((name) => `Demonstration ${name}`);
const namesOf = (them: { name: string }[]) => them.map(({ name }) => name);

describe('an application of several', () => {
  it('is submitted once each has joined what it says; a revision undoes the joining', async () => {
    const body = await w.draft({ jointApplicants });
    const app = `/v1/applications/${(await w.t.as(w.holder).post('/v1/applications', body)).body.id}`;
    expect((await w.t.as(w.stranger).get(app)).status).toBe(404);
    expect(await w.seen(app, second)).toMatchObject({
      actions: ['join'],
      parties: [
        { organisationId: w.holder.org, role: 'APPLICANT', joined: null },
        { organisationId: second.org, role: 'JOINT_APPLICANT', joined: null },
        { organisationId: third.org, role: 'JOINT_APPLICANT', joined: null },
      ],
    });
    expect(await pointers(w.holder, `${app}/submission`)).toEqual(['registration/incomplete', at(0), at(1)]);
    const { body: check } = await w.t.as(w.holder).get(`${app}/pre-check`);
    expect(check.faults.map(({ pointer }: { pointer: string }) => pointer)).toEqual([at(0), at(1)]);
    await w.act(second, `${app}/joining`);
    expect(await pointers(w.holder, `${app}/submission`)).toEqual(['registration/incomplete', at(1)]);
    expect((await w.seen(app, second)).actions).toEqual(['withdraw']);
    expect(await w.refusal(second, `${app}/joining`)).toBe('registration/already-joined');
    expect(await w.refusal(second, `${app}/submission`)).toBe('not-your-organisation');

    const { regime: _regime, registrarId: _registrar, ...content } = body;
    await revise(app, { ...content, scenario: '另一场景' });
    expect(await pointers(w.holder, `${app}/submission`)).toEqual(['registration/incomplete', at(0), at(1)]);
    for (const who of [second, third]) await w.act(who, `${app}/joining`);
    await w.act(w.holder, `${app}/submission`);
    expect(await w.refusal(second, `${app}/joining`)).toBe('illegal-transition');
    await w.act(third, `${app}/withdrawal`);
    expect(await w.seen(app, w.holder)).toMatchObject({ state: 'WITHDRAWN', decisions: [{ by: third.sub }] });
  });

  it('loses nobody when two join at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const app = await w.file({ jointApplicants });
      const join = (who: Who) => w.t.as(who).act(`${app}/joining`, {});
      const answers = await Promise.all([second, third].map(join));
      for (const [i, { status }] of answers.entries()) {
        expect([204, 409, 412]).toContain(status);
        if (status !== 204) expect((await join([second, third][i]!)).status).toBe(204);
      }
      const { parties } = await w.seen(app);
      expect(parties.slice(1)).toMatchObject([{ joined: { by: second.sub } }, { joined: { by: third.sub } }]);
      expect(await w.eventsOf(app, 'joined')).toHaveLength(2);
    }
  });

  it('names neither the registrar, nor the applicant, nor anybody twice or unknown', async () => {
    const post = async (...ids: string[]) => {
      const named = ids.map((organisationId) => ({ organisationId }));
      const { body } = await w.t.as(w.holder).post('/v1/applications', await w.draft({ jointApplicants: named }));
      return [body.code, ...((body.errors ?? []) as { pointer: string }[]).map(({ pointer }) => pointer)];
    };
    const pointer = '/jointApplicants/1/organisationId';
    expect(await post(second.org, w.registrarOrg)).toEqual(['registration/own-registrar', pointer]);
    expect(await post(second.org, w.holder.org)).toEqual(['invalid-request', pointer]);
    expect(await post(second.org, second.org)).toEqual(['invalid-request', '/jointApplicants']);
    const unknown = await w.file({ jointApplicants: [{ organisationId: w.regulator.org }] });
    expect(await pointers(w.holder, `${unknown}/submission`)).toEqual(['registration/incomplete', at(0)]);
  });

  it('names all in the notice, the evidence and on the certificate, also after a change', async () => {
    const app = await toNotice(await joined());
    const { items } = (await w.t.as(w.stranger).get('/v1/public-notices?limit=100')).body;
    const notice = items.find((one: { applicationId: string }) => app.endsWith(one.applicationId));
    expect(namesOf([notice.applicant, ...notice.jointApplicants])).toEqual(names);
    const url = await w.t.app.getUrl();
    const page = async (path: string) => (await fetch(`${url}${path}?lang=en`)).text();
    for (const name of names) expect(await page('/notices')).toContain(name);
    for (const who of [w.holder, second, third])
      expect(await w.refusal(who, `${app}/objections`, { reason: 'x', fileIds: [] })).toBe(
        'registration/own-application',
      );
    // INV-02: whoever decides has no interest in any of them.
    const parties = await w.t.app
      .get(QueryBus, { strict: false })
      .execute(new ListApplicationParties(app.split('/')[3]!));
    for (const { org } of [w.holder, second, third]) expect(parties).toContain(org);

    const number = await certified(app);
    expect(namesOf(JSON.parse((await w.seen(app)).evidence.document).holders)).toEqual(names);
    const certificate = await w.seen(`/v1/certificates/${number}`);
    expect(certificate).toMatchObject({ holderId: w.holder.org, subject: { holder: { name: names[0] } } });
    expect(namesOf(certificate.subject.holders)).toEqual(names);
    for (const name of names) expect(await page(`/certificates/${number}`)).toContain(name);
    const proof = { reason: 'x', fileIds: [await w.upload(second, 'x', 'proof.csv')] };
    expect((await w.t.as(second).post(`/v1/certificates/${number}/objections`, proof)).body.code).toBe(
      'registration/own-certificate',
    );

    const fileId = await w.upload(w.holder, 'Demonstration material', 'material.txt');
    const change = await w.followUp({
      type: 'CHANGE',
      certificateNumber: number,
      items: [{ field: 'scenario', before: '交通规划', after: '城市规划', reason: '用途变化' }],
      materials: ['form', 'certificate', 'change-proof'].map((code) => ({ code, fileId })),
    });
    const filed = await w.t.as(w.holder).post('/v1/applications', change);
    const next = await certified(await toNotice(`/v1/applications/${filed.body.id}`));
    expect(namesOf((await w.seen(`/v1/certificates/${next}`)).subject.holders)).toEqual(names);
  });
});

it('an objection that is executed as a change leads to the application, and on to the new certificate (N1 §29, §35)', async () => {
  const number = await certified(await toNotice(await w.file()));
  const proof = { reason: '场景描述有误', fileIds: [await w.upload(w.stranger, 'x', 'proof.csv')] };
  const objected = await w.t.as(w.stranger).post(`/v1/certificates/${number}/objections`, proof);
  const objection = `/v1/objections/${objected.body.id}`;
  const said = { text: '同意', fileIds: [] };
  await w.act(w.officer, `${objection}/acceptance`, said);
  await w.act(w.holder, `${objection}/admission`, said);
  await w.act(w.approver, `${objection}/execution`, { ...said, remedy: 'CHANGE' });
  const seen = async () => (await w.t.as(w.stranger).get(objection)).body;
  const { change } = await seen();
  expect(change).toMatchObject({ state: 'DRAFT', certificateNumber: null });
  const app = `/v1/applications/${change.applicationId}`;
  const draft = await w.seen(app, w.holder);
  expect(draft).toMatchObject({
    objectionId: objected.body.id,
    applicantId: w.holder.org,
    registrarId: w.registrarOrg,
    type: 'CHANGE',
    content: { particulars: { type: 'CHANGE', certificateNumber: number, items: [] } },
  });
  expect(await pointers(w.holder, `${app}/submission`)).toContain('/content/items');
  const fileId = await w.upload(w.holder, 'Demonstration material', 'material.txt');
  await revise(app, {
    type: 'CHANGE',
    certificateNumber: number,
    items: [{ field: 'scenario', before: '交通规划', after: '城市规划', reason: '按异议处理结果' }],
    materials: ['form', 'certificate', 'change-proof'].map((code) => ({ code, fileId })),
    applicants: (await w.draft()).applicants,
  });
  const next = await certified(await toNotice(app));
  expect((await seen()).change).toEqual({
    applicationId: change.applicationId,
    state: 'CERTIFIED',
    certificateNumber: next,
  });
  expect(await w.seen(`/v1/certificates/${next}`)).toMatchObject({
    supersedes: number,
    subject: { scenario: '城市规划' },
  });
});

describe('the database itself', () => {
  it('keeps whoever has not joined, and the registrar, out', async () => {
    const set = (joint: object[], where: string) =>
      w.db.query(`UPDATE registration.application SET joint = $1 WHERE ${where}`, [JSON.stringify(joint)]);
    const stranger = { organisationId: w.stranger.org, joined: null };
    await expect(set([stranger], "state = 'CERTIFIED' AND type = 'INITIAL'")).rejects.toThrow(
      /application_joint_joined/,
    );
    await expect(set([{ ...stranger, organisationId: w.registrarOrg }], "state = 'DRAFT'")).rejects.toThrow(
      /application_joint_others/,
    );
  });

  it.each([
    ['evidence beside the hash of another', "evidence = evidence || ' '", 'application_evidence_hash'],
    [
      'a hash that is not that of the evidence',
      "evidence_hash = encode(sha256('{}'), 'hex')",
      'application_evidence_hash',
    ],
    [
      'a registrar as agent of an applicant',
      "agents = jsonb_build_array(jsonb_build_object('agentId', registrar_id))",
      'application_agents_others',
    ],
    [
      'an applicant that joins itself',
      `joint = jsonb_build_array(jsonb_build_object('organisationId', applicant_id, 'joined', '{}'::jsonb))`,
      'application_joint_others',
    ],
  ])('refuses %s', async (_, change, constraint) => {
    const certified = "WHERE state = 'CERTIFIED' AND type = 'INITIAL'";
    await expect(w.db.query(`UPDATE registration.application SET ${change} ${certified}`)).rejects.toThrow(constraint);
  });

  it.each([
    ['application_joint', NAMED.replaceAll('$1', "'org_x'")],
    ['application_agents', `a.agents <> '[]' AND a.agents @> '[{"agentId": "org_x"}]'`],
    ['application_replaces', "a.prior_certificate_id = 'cert_x' AND a.state IN ('REGISTERED', 'CERTIFIED', 'CLOSED')"],
  ])('finds by the index %s what queries look for', async (index, condition) => {
    const plans = (await w.db.query(
      `BEGIN; SET LOCAL enable_seqscan = off; EXPLAIN SELECT FROM registration.application a WHERE ${condition}; ROLLBACK`,
    )) as unknown as { rows: object[] }[];
    expect(JSON.stringify(plans[2]!.rows)).toContain(`${index} `);
  });

  it('gives every row back when the log is replayed', async () => {
    await w.t.settle();
    let text = '';
    const out = { write: (chunk: string) => void (text += chunk) };
    const code = await audit(['replay', '--database', w.t.databaseUrl], { DATABASE_URL: w.t.databaseUrl }, out);
    expect({ code, text }).toEqual({ code: 0, text: expect.any(String) });
  });
});
