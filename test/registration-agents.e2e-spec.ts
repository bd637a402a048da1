import { createHash } from 'node:crypto';
import { QueryBus } from '@nestjs/cqrs';
import { rulePack } from '@app/rulepacks';
import type { ApplicationType, AuthorityAct } from '@app/sdk';
import { audit } from '../scripts/audit.js';
import { asSystem } from '../src/platform/context.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { ExpireAuthority } from '../src/registration/expire-authority.js';
import { ListApplicationParties } from '../src/registration/list-application-parties.js';
import { ListOwnApplicationsAt } from '../src/registration/list-own-applications-at.js';
import type { Who } from './support/client.js';
import { held } from './support/held.js';
import { checklistFor, startRegistrar, type RegistrarWorld } from './support/filing.js';

let w: RegistrarWorld;
/** A broker's person; another of the same organisation; and of another agent. */
let agent: Who;
let colleague: Who;
let rival: Who;
let second: Who;
beforeAll(async () => {
  w = await startRegistrar();
  const org = await w.organisation('agent');
  [agent, colleague] = [w.of(org, 'broker'), w.of(org, 'holder')];
  rival = w.of(await w.organisation('rival'), 'broker');
  second = w.of(await w.organisation('second'), 'holder');
});
afterAll(() => w.close());
beforeEach(() => w.setTime('2026-07-06T10:00'));

const ALL: AuthorityAct[] = ['FILE', 'REVISE', 'SUBMIT', 'ANSWER', 'WITHDRAW', 'JOIN', 'OBJECT', 'REQUEST_RECORD'];
const TYPES: ApplicationType[] = ['INITIAL', 'TRANSFER', 'CHANGE', 'CORRECTION', 'RENEWAL', 'CANCELLATION'];
const LETTER = '授权委托书 demonstration letter of authority';
const sha256 = createHash('sha256').update(LETTER).digest('hex');
const checklist = checklistFor('COLLECTED');

async function terms(changes: object = {}, who = w.holder): Promise<object> {
  const fileId = await w.upload(who, LETTER, 'letter.txt');
  return {
    agentId: agent.org,
    acts: ALL,
    types: TYPES,
    validFrom: '2026-07-06T02:00:00Z',
    validTo: '2026-12-31T15:59:59Z',
    letter: { fileId, sha256 },
    ...changes,
  };
}
async function grant(changes: object = {}, who = w.holder): Promise<string> {
  const answer = await w.t.as(who).post('/v1/authorities', await terms(changes, who));
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return `/v1/authorities/${answer.body.id}`;
}
async function given(changes: object = {}, who = w.holder, by = agent): Promise<string> {
  const authority = await grant({ agentId: by.org, ...changes }, who);
  await w.act(by, `${authority}/acceptance`);
  return authority;
}
const revoke = (authority: string, who = w.holder) => w.act(who, `${authority}/revocation`, { reason: '演示撤销' });
/** What is left in force of one test would help in the next. */
afterEach(async () => {
  for (const who of [w.holder, second]) {
    const { items } = (await w.t.as(who).get('/v1/authorities?as=PRINCIPAL&state=ACTIVE&limit=100')).body;
    for (const { id } of items) await revoke(`/v1/authorities/${id}`, who);
  }
});

const filed = (body: object, by = agent) => w.t.as(by).post('/v1/applications', { ...body, onBehalfOf: w.holder.org });
async function fileAs(by = agent, changes: object = {}): Promise<string> {
  const answer = await filed(await w.draft(changes), by);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return `/v1/applications/${answer.body.id}`;
}
/** With the version that somebody else read: whoever may not act may not see either. */
async function attempt(who: Who, path: string, body: object = {}) {
  const { headers } = await w.t.as(w.regulator).get(path.split('/').slice(0, 4).join('/'));
  const answer = await w.t.as(who).post(path, body, { 'if-match': String(headers['etag']) });
  return { status: answer.status, ...answer.body } as {
    status: number;
    code?: string;
    errors?: { pointer: string; reason: string }[];
  };
}
async function put(who: Who, app: string, body: object): Promise<{ status: number; code?: string }> {
  const { headers } = await w.t.as(w.regulator).get(app);
  const token = await w.t.issuer.token(who.sub, who.org, who.roles);
  const answer = await fetch(`${await w.t.app.getUrl()}${app}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'if-match': String(headers['etag']),
    },
    body: JSON.stringify(body),
  });
  return { status: answer.status, ...(answer.status === 204 ? {} : ((await answer.json()) as object)) };
}
const pointersOf = ({ errors = [] }: { errors?: { pointer: string }[] }) => errors.map(({ pointer }) => pointer);
interface Leaf {
  readonly index: number;
  readonly type: string;
  readonly actor: string;
  readonly onBehalfOf?: string;
}
/** As the ledger has them, the oldest first. */
async function leavesOf(path: string): Promise<Leaf[]> {
  await w.t.settle();
  const { body } = await w.t.as(w.regulator).get(`/v1/events?limit=100&stream=${path.split('/')[3]}`);
  return (body.items as Leaf[]).toSorted((x, y) => x.index - y.index);
}

describe('a letter of authority', () => {
  it('is granted by a holder, accepted by the agent, and seen by both', async () => {
    const authority = await grant();
    expect(await w.seen(authority, w.holder)).toMatchObject({
      state: 'PROPOSED',
      inForce: false,
      principalName: 'Demonstration holder',
      agentName: 'Demonstration agent',
      actions: ['revoke'],
    });
    expect((await w.seen(authority, agent)).actions).toEqual(['accept', 'decline']);
    const read = async (who: Who) => {
      const answer = await w.t.as(who).get(`${authority}/letter`);
      return answer.status === 200 ? answer.text : answer.status;
    };
    expect([await read(w.holder), await read(agent), await read(w.stranger)]).toEqual([LETTER, LETTER, 404]);
    expect((await w.t.as(w.stranger).get(authority)).status).toBe(404);
    expect((await w.t.as(w.officer).get(authority)).status).toBe(404);
    expect((await attempt(rival, `${authority}/acceptance`)).code).toBe('not-your-organisation');
    expect((await attempt(w.holder, `${authority}/acceptance`)).code).toBe('not-your-organisation');
    await w.act(agent, `${authority}/acceptance`);
    const remainingSeconds = (Date.parse('2026-12-31T15:59:59Z') - Date.parse('2026-07-06T02:00:00Z')) / 1000;
    expect(await w.seen(authority, agent)).toMatchObject({
      state: 'ACTIVE',
      inForce: true,
      remainingSeconds,
      actions: ['renounce'],
      granted: { by: w.holder.sub },
      answered: { by: agent.sub },
    });
    const listed = async (who: Who, query: string) =>
      (await w.t.as(who).get(`/v1/authorities?${query}`)).body.items.map(({ id }: { id: string }) => id);
    const id = authority.split('/').at(-1);
    expect(await listed(agent, 'as=AGENT&state=ACTIVE')).toEqual([id]);
    expect(await listed(agent, 'as=PRINCIPAL')).toEqual([]);
    expect(await listed(w.holder, 'as=PRINCIPAL')).toContain(id);
    expect(await listed(w.stranger, '')).toEqual([]);

    await w.act(agent, `${authority}/renunciation`, { reason: '演示辞任' });
    expect(await w.seen(authority, w.holder)).toMatchObject({
      state: 'RENOUNCED',
      inForce: false,
      remainingSeconds: 0,
      ended: { by: agent.sub, reason: '演示辞任' },
      actions: [],
    });
    const declined = await grant();
    await w.act(agent, `${declined}/declination`, { reason: '演示谢绝' });
    expect((await w.seen(declined, w.holder)).state).toBe('DECLINED');
  });

  it('is refused for a wrong agent, letter, term, data or person', async () => {
    const post = async (changes: object, who = w.holder) => {
      const { body } = await w.t.as(who).post('/v1/authorities', await terms(changes, who));
      return [body.code, ...pointersOf(body)];
    };
    const government = await w.organisation('government', 'GOVERNMENT');
    const suspended = await w.organisation('suspended');
    await w.act(w.operator, `/v1/organisations/${suspended}/suspension`, { reason: 'x' });
    for (const agentId of [w.registrarOrg, government, suspended, w.regulator.org])
      expect(await post({ agentId })).toEqual(['registration/unfit-agent', '/agentId']);
    expect(await post({ agentId: w.holder.org })).toEqual(['invalid-request', '/agentId']);
    expect(await post({ validTo: '2026-07-06T01:59:59.999Z', validFrom: '2026-07-01T00:00:00Z' })).toEqual([
      'invalid-request',
      '/validTo',
    ]);
    const foreign = await w.upload(w.stranger, LETTER, 'letter.txt');
    expect(await post({ letter: { fileId: foreign, sha256 } })).toEqual(['invalid-request', '/letter/fileId']);
    const fileId = await w.upload(w.holder, 'another text', 'letter.txt');
    expect(await post({ letter: { fileId, sha256 } })).toEqual(['invalid-request', '/letter/sha256']);
    const silent = { fileId: await w.upload(w.holder, LETTER, 'letter.txt') };
    expect((await w.seen(await grant({ letter: silent }), w.holder)).letter).toEqual({ ...silent, sha256 });
    const resourceIds = [await w.declare(), await w.declare({}, second)];
    expect(await post({ resourceIds })).toEqual(['invalid-request', '/resourceIds/1']);
    // Nobody passes on more than they may do themselves.
    expect(await post({}, w.of(w.holder.org, 'broker'))).toEqual(['forbidden']);
    expect((await attempt(w.of(w.holder.org, 'buyer'), `${await grant()}/revocation`, { reason: 'x' })).code).toBe(
      'forbidden',
    );
  });

  it('lasts to its last instant, also without its deadline', async () => {
    const validTo = '2026-07-06T02:00:10Z';
    const [early, authority] = [await grant({ validTo }), await given({ validTo })];
    w.setInstant(validTo);
    await w.fire();
    const uow = w.t.app.get(UnitOfWork, { strict: false });
    await asSystem(() => uow.execute(new ExpireAuthority(authority.split('/')[3]!)));
    const body = await w.draft();
    expect((await filed(body)).status).toBe(201);
    w.setInstant(validTo, 1);
    const late = await filed(body);
    expect(late.body).toMatchObject({ code: 'registration/no-authority', status: 403 });
    expect(JSON.stringify(late.body)).toContain('ended at 2026-07-06T02:00:10.000Z');
    expect(await attempt(agent, `${early}/acceptance`)).toMatchObject({ code: 'registration/authority-over' });
    expect(await w.seen(authority, agent)).toMatchObject({ state: 'ACTIVE', inForce: false, remainingSeconds: 0 });
    await w.fire();
    for (const one of [early, authority])
      expect(await w.seen(one, w.holder)).toMatchObject({ state: 'EXPIRED', ended: { by: 'system' } });
    expect((await filed(body)).body.code).toBe('registration/no-authority');
  });

  it('that ends and expires at the same moment ends exactly once', async () => {
    for (let round = 0; round < 5; round += 1) {
      w.setTime('2026-07-06T10:00');
      const validTo = '2026-07-06T02:00:10Z';
      const authority = await given({ validTo });
      const { headers } = await w.t.as(w.holder).get(authority);
      w.setInstant(validTo, 1);
      const [answer] = await Promise.all([
        w.t.as(w.holder).post(`${authority}/revocation`, { reason: 'x' }, { 'if-match': String(headers['etag']) }),
        w.fire(),
      ]);
      const { state, version } = await w.seen(authority, w.holder);
      expect(version).toBe(3);
      expect(state).toBe(answer.status === 204 ? 'REVOKED' : 'EXPIRED');
    }
  });
});

describe('an agent', () => {
  it('goes the whole way for its principal, who is and stays applicant and holder', async () => {
    const authority = await given();
    const authorityId = authority.split('/').at(-1)!;
    // Its own files stand among the materials.
    const fileId = await w.upload(agent, 'Demonstration material', 'material.txt');
    const body = await w.draft();
    const materials = body.materials.map(({ code }) => ({ code, fileId }));
    const check = await w.t.as(agent).post('/v1/applications/pre-check', {
      regime: body.regime,
      resourceId: body.resourceId,
      rights: body.rights,
      scenario: body.scenario,
      materials,
      validityYears: body.validityYears,
      proofs: body.proofs,
      applicants: body.applicants,
      onBehalfOf: w.holder.org,
    });
    expect(check.body).toMatchObject({ ready: true, faults: [] });
    expect((await w.t.as(agent).get(`/v1/resources/${body.resourceId}`)).status).toBe(200);
    const answer = await filed({ ...body, materials });
    expect(answer.status).toBe(201);
    const app = `/v1/applications/${answer.body.id}`;
    const agency = { authorityId, agentId: agent.org, principalId: w.holder.org, letter: sha256 };
    expect(await w.seen(app, agent)).toMatchObject({
      state: 'DRAFT',
      applicantId: w.holder.org,
      parties: [{ organisationId: w.holder.org, role: 'APPLICANT' }],
      agents: [{ ...agency, agentName: 'Demonstration agent' }],
      actions: ['revise', 'submit', 'withdraw'],
    });
    const { regime: _regime, registrarId: _registrar, ...content } = { ...body, materials };
    expect((await put(agent, app, { ...content, scenario: '代理人修订的场景' })).status).toBe(204);
    await w.act(colleague, `${app}/submission`);
    await w.act(w.officer, `${app}/correction-request`, { items: ['x'], dueDays: 5 });
    expect((await w.seen(app, agent)).actions).toEqual(['correct', 'resubmit', 'withdraw']);
    expect((await put(agent, app, { ...content, scenario: '补正后的场景' })).status).toBe(204);
    await w.act(agent, `${app}/resubmission`);
    await w.act(w.officer, `${app}/acceptance`);
    await w.act(w.officer, `${app}/review-start`);
    await w.act(w.officer, `${app}/supplement-request`, { items: ['x'], dueDays: 5 });
    await w.act(agent, `${app}/supplement`, { materials: [{ code: 'description', fileId }], note: '代理人补充' });
    await w.act(w.officer, `${app}/review-pass`, { checklist });
    await w.act(w.approver, `${app}/approval`);

    // The registrar reads by what authority; nobody objects to what they filed.
    expect((await w.t.as(w.officer).get(authority)).body).toMatchObject({ id: authorityId, letter: { sha256 } });
    expect((await w.t.as(w.officer).get(`${authority}/letter`)).status).toBe(200);
    const objection = { reason: 'x', fileIds: [] };
    for (const who of [agent, colleague, w.of(agent.org, 'buyer')])
      expect((await w.t.as(who).post(`${app}/objections`, objection)).body.code).toBe('registration/agent-conflict');
    const parties = await w.t.app
      .get(QueryBus, { strict: false })
      .execute(new ListApplicationParties(app.split('/')[3]!));
    expect(parties).toContain(agent.org);
    const open = await w.t.app
      .get(QueryBus, { strict: false })
      .execute(new ListOwnApplicationsAt(w.registrarOrg, agent.org));
    expect(open).toContain(app.split('/')[3]);
    const { items } = (await w.t.as(w.stranger).get('/v1/public-notices?limit=100')).body;
    const notice = items.find((one: { applicationId: string }) => app.endsWith(one.applicationId));
    expect(notice.applicant).toMatchObject({ name: 'Demonstration holder' });
    expect(JSON.stringify(notice)).not.toContain('Demonstration agent');

    w.setInstant((await w.seen(app)).clocks.notice.due, 1);
    await w.fire();
    await w.t.settle();
    const view = await w.seen(app);
    expect(view).toMatchObject({ state: 'CERTIFIED', applicantId: w.holder.org });
    expect(view.decisions.find(({ action }: { action: string }) => action === 'supply')).toMatchObject({
      by: agent.sub,
      authorityId,
    });
    const evidence = JSON.parse(view.evidence.document);
    expect(evidence).toMatchObject({
      holder: { organisationId: w.holder.org, name: 'Demonstration holder' },
      agents: [{ ...agency, name: 'Demonstration agent' }],
    });
    const certificate = await w.seen(`/v1/certificates/${view.certificateNumber}`);
    expect(certificate).toMatchObject({
      holderId: w.holder.org,
      subject: { holder: { name: 'Demonstration holder' } },
    });
    expect(JSON.stringify(certificate)).not.toContain(agent.org);
    const { certificateNumber } = view;
    const cancellation = {
      type: 'CANCELLATION',
      regime: body.regime,
      registrarId: w.registrarOrg,
      certificateNumber,
      groundCode: 'A-C1',
      reason: '演示注销',
      materials: ['form', 'certificate'].map((code) => ({ code, fileId })),
    };
    const ending = await filed(cancellation);
    expect(await w.seen(`/v1/applications/${ending.body.id}`)).toMatchObject({ applicantId: w.holder.org });
    expect((await w.t.as(agent).post('/v1/applications', cancellation)).body.code).toBe('not-your-organisation');
    const proof = { reason: 'x', fileIds: [fileId] };
    expect((await w.t.as(agent).post(`/v1/certificates/${view.certificateNumber}/objections`, proof)).body.code).toBe(
      'registration/agent-conflict',
    );

    // The ledger: by the agent's person on behalf of the principal; the registrar's acts are nobody's.
    const leaves = await leavesOf(app);
    const byAgent = leaves.filter(({ onBehalfOf }) => onBehalfOf !== undefined);
    expect(new Set(byAgent.map(({ onBehalfOf }) => onBehalfOf))).toEqual(new Set([w.holder.org]));
    expect(byAgent.map(({ type, actor }) => [type.split('.')[1], actor])).toEqual([
      ['application-filed', agent.sub],
      ['application-revised', agent.sub],
      ['application-submitted', colleague.sub],
      ['application-revised', agent.sub],
      ['application-submitted', agent.sub],
      ['application-supplied', agent.sub],
    ]);
    expect(leaves.length).toBeGreaterThan(byAgent.length);
  });

  it('sees what it may act in while it may, and no more', async () => {
    const authority = await given();
    const own = await w.file();
    const app = await fileAs();
    const others = await w.file({}, second);
    const listed = async () =>
      (await w.t.as(agent).get('/v1/applications?limit=100')).body.items.map(({ id }: { id: string }) => id);
    for (const one of [own, app]) expect(await listed()).toContain(one.split('/')[3]);
    expect(await listed()).not.toContain(others.split('/')[3]);
    expect((await w.t.as(agent).get(`${app}/pre-check`)).status).toBe(200);
    const { resourceId } = await w.seen(app);
    // INV-02: also who only may act has an interest; who acted keeps it.
    const interested = async (path: string): Promise<boolean> => {
      const asked = new ListApplicationParties(path.split('/')[3]!);
      return (await w.t.app.get(QueryBus, { strict: false }).execute(asked)).includes(agent.org);
    };
    for (const path of [own, app]) expect(await interested(path)).toBe(true);
    expect(await interested(others)).toBe(false);
    await revoke(authority);
    expect([await interested(own), await interested(app)]).toEqual([false, true]);
    expect(await listed()).toEqual([]);
    for (const path of [own, app, `${app}/pre-check`, `/v1/resources/${resourceId}`])
      expect((await w.t.as(agent).get(path)).status).toBe(404);
    // An authority to object shows nothing of the principal's.
    await given({ acts: ['OBJECT'], types: [] });
    expect(await listed()).toEqual([]);
    expect((await w.t.as(agent).get(`/v1/resources/${resourceId}`)).status).toBe(404);
  });

  it('does nothing outside its scope, before it begins, or once it is revoked', async () => {
    const fresh = await w.draft();
    expect((await filed(fresh)).body.code).toBe('registration/no-authority');
    expect((await filed(fresh, rival)).body.code).toBe('not-your-organisation');
    // Who may not act for a principal learns nothing of it: what it has declared is refused like what is not there.
    const elsewhere = await Promise.all(
      [fresh, { ...fresh, resourceId: `res_${'0'.repeat(32)}` }].map((one) => filed(one, rival)),
    );
    expect(elsewhere.map(({ status, body }) => [status, body.code])).toEqual([[403, 'not-your-organisation'], [403, 'not-your-organisation']]); // prettier-ignore
    // Without saying for whom, it is its own affair.
    await given();
    expect((await w.t.as(agent).post('/v1/applications', fresh)).body.code).toBe('not-your-organisation');
    const app = await fileAs();
    const { regime: _regime, registrarId: _registrar, ...content } = fresh;

    const limited = async (changes: object): Promise<Record<string, string | undefined>> => {
      const { items } = (await w.t.as(w.holder).get('/v1/authorities?as=PRINCIPAL&state=ACTIVE&limit=100')).body;
      for (const { id } of items) await revoke(`/v1/authorities/${id}`);
      await given(changes);
      const { resourceId } = await w.seen(app);
      return {
        file: (await filed(fresh)).body.code,
        revise: (await put(agent, app, { ...content, resourceId })).code,
        submit: (await attempt(agent, `${app}/submission`)).code,
        withdraw: (await attempt(agent, `${app}/withdrawal`)).code,
      };
    };
    const no = 'registration/no-authority';
    expect(await limited({ acts: ['REVISE'] })).toEqual({ file: no, revise: undefined, submit: no, withdraw: no });
    expect(await limited({ acts: ['FILE'] })).toEqual({ file: undefined, revise: no, submit: no, withdraw: no });
    const none = { file: no, revise: no, submit: no, withdraw: no };
    expect(await limited({ types: ['TRANSFER'] })).toEqual(none);
    expect(await limited({ resourceIds: [await w.declare()] })).toEqual(none);
    expect(await limited({ validFrom: '2026-07-06T02:00:01Z' })).toEqual(none);
    w.setInstant('2026-07-06T02:00:01Z');
    expect((await filed(fresh)).status).toBe(201);
    w.setTime('2026-07-06T10:00');
    // Neither does a revision lead to data that it is not for.
    const { resourceId } = await w.seen(app);
    expect(await limited({ resourceIds: [resourceId], acts: ['REVISE'] })).toMatchObject({ revise: undefined });
    expect((await put(agent, app, content)).code).toBe(no);

    const authority = await given();
    await revoke(authority);
    await limited({ acts: ['WITHDRAW'] });
    expect(await w.seen(app)).toMatchObject({ state: 'WITHDRAWN', decisions: [{ by: agent.sub }] });
    const late = await attempt(agent, `${app}/submission`);
    expect(late).toMatchObject({ status: 403, code: no });
    expect(JSON.stringify(late.errors)).toContain('is not for this: submit');
    expect(JSON.stringify(late.errors)).toContain('the principal has revoked it');
    expect(pointersOf(late)).toContain('');
  });

  it('is told of every authority why it does not do, in both languages', async () => {
    const body = await w.draft();
    const by = w.of(await w.organisation('refused agent'), 'broker');
    const renounced = await given({}, w.holder, by);
    await w.act(by, `${renounced}/renunciation`, { reason: 'x' });
    await revoke(await given({}, w.holder, by));
    await given({ validFrom: '2026-08-01T00:00:00Z' }, w.holder, by);
    await given({ acts: ['SUBMIT'] }, w.holder, by);
    await given({ types: ['RENEWAL'] }, w.holder, by);
    await given({ resourceIds: [await w.declare()] }, w.holder, by);
    await given({ validTo: '2026-07-06T02:00:00.001Z' }, w.holder, by);
    // These say nothing: nobody accepted them.
    await grant({ agentId: by.org });
    await w.act(by, `${await grant({ agentId: by.org })}/declination`, { reason: 'x' });
    w.setInstant('2026-07-06T02:00:00Z', 2);
    const answer = await filed(body, by);
    expect(answer.body.code).toBe('registration/no-authority');
    const reasons = (answer.body.errors as { reasons: Record<string, string> }[]).map((error) => error.reasons);
    const said = (language: string) =>
      reasons.map((one) => one[language]!.replace(/^aut_[0-9a-f]{32}:\s*/, '')).toSorted();
    expect(said('en')).toEqual(
      [
        'the agent has renounced it',
        'the principal has revoked it',
        'begins at 2026-08-01T00:00:00.000Z',
        'is not for this: file',
        'is not for this registration: Initial registration',
        'is not for this data',
        'ended at 2026-07-06T02:00:00.001Z',
      ].toSorted(),
    );
    for (const text of said('zh-CN')) expect(text).toMatch(/[\u4e00-\u9fff]/);
  });

  it('needs a role of its own, and gives nobody of the principal’s any', async () => {
    await given();
    const app = await fileAs();
    for (const role of ['buyer', 'financeOfficer'] as const)
      expect((await attempt(w.of(agent.org, role), `${app}/submission`)).code).toBe('forbidden');
    // A broker of the principal's own organisation does not file its applications.
    const own = w.of(w.holder.org, 'broker');
    expect((await w.t.as(own).post('/v1/applications', await w.draft())).body.code).toBe('forbidden');
    expect((await attempt(own, `${app}/submission`)).code).toBe('forbidden');
    expect((await attempt(own, `${app}/withdrawal`)).code).toBe('forbidden');
    // What stays with the principal: declaring its data.
    expect((await w.t.as(agent).post('/v1/resources', {})).status).toBeGreaterThanOrEqual(400);
    expect((await w.t.as(agent).post('/v1/authorities', await terms({ agentId: rival.org }))).body.code).toBe(
      'forbidden',
    );
  });

  it('that became a registrar is no agent any more', async () => {
    const late = w.of(await w.organisation('late registrar'), 'broker');
    await given({}, w.holder, late);
    const pending = await grant({ agentId: late.org });
    const catalogued = { organisationId: late.org, name: 'Late registrar', regionCode2: '44', digit: '2' };
    await w.t.as(w.operator).post('/v1/registrars', catalogued);
    expect((await filed(await w.draft(), late)).body.code).toBe('registration/unfit-agent');
    expect((await attempt(late, `${pending}/acceptance`)).code).toBe('registration/unfit-agent');
    expect((await w.seen(pending, w.holder)).state).toBe('PROPOSED');
  });

  it('joins for a joint applicant by that one’s authority, and withdraws for it', async () => {
    const jointApplicants = [{ organisationId: second.org }];
    await given();
    const app = await fileAs(agent, { jointApplicants });
    expect((await attempt(agent, `${app}/joining`)).code).toBe('not-your-organisation');
    await given({ acts: ['JOIN'] }, second);
    expect((await w.seen(app, agent)).actions).toContain('join');
    await w.act(agent, `${app}/joining`);
    expect(await w.seen(app)).toMatchObject({
      parties: [{ organisationId: w.holder.org }, { organisationId: second.org, joined: { by: agent.sub } }],
    });
    await given({ acts: ['WITHDRAW'] }, second, rival);
    expect((await w.seen(app, rival)).actions).toEqual(['withdraw']);
    await w.act(rival, `${app}/withdrawal`);
    expect((await w.seen(app)).state).toBe('WITHDRAWN');
    expect((await leavesOf(app)).map(({ onBehalfOf }) => onBehalfOf)).toEqual([w.holder.org, second.org, second.org]);
  });

  it('files under several regimes, and submits and withdraws all at once', async () => {
    const authority = await given();
    const body = await w.draft();
    const PUBLIC = 'CN-PUBLIC-2025';
    const { fileId } = body.materials[0]!;
    const known = body.materials.map(({ code }) => code);
    const more = rulePack(PUBLIC).types.find(({ id }) => id === 'INITIAL')?.materials ?? [];
    const materials = [...known, ...more.filter((code) => !known.includes(code))].map((code) => ({ code, fileId }));
    const answer = await filed({ ...body, materials, alsoUnder: [{ regime: PUBLIC }] });
    expect(answer.status).toBe(201);
    const first = await w.seen(`/v1/applications/${answer.body.id}`);
    const apps = [first.id, first.siblings[0].id] as string[];
    const onGroup = async (act: string, who = agent) => {
      const applications = [];
      for (const id of apps) applications.push({ id, version: (await w.seen(`/v1/applications/${id}`)).version });
      const path = `/v1/application-groups/${first.groupId}/${act}`;
      const { status, body: said } = await w.t.as(who).post(path, { applications });
      return said.code ?? status;
    };
    expect(await onGroup('withdrawal', rival)).toBe('not-your-organisation');
    expect(await onGroup('withdrawal', w.of(w.holder.org, 'broker'))).toBe('forbidden');
    await revoke(authority);
    expect(await onGroup('withdrawal')).toBe('registration/no-authority');
    await given({ acts: ['WITHDRAW'] });
    expect(await onGroup('submission')).toBe('registration/no-authority');
    expect(await onGroup('withdrawal')).toBe(204);
    for (const id of apps)
      expect(await w.seen(`/v1/applications/${id}`)).toMatchObject({
        state: 'WITHDRAWN',
        decisions: [{ by: agent.sub, authorityId: expect.stringMatching(/^aut_/) }],
      });
  });

  it('objects for a principal who is not the agent’s other one', async () => {
    const app = await w.underReview(await w.file({}, second), second);
    await w.act(w.officer, `${app}/review-pass`, { checklist });
    await w.act(w.approver, `${app}/approval`);
    const fileId = await w.upload(agent, 'proof', 'proof.txt');
    const body = { reason: '演示异议', fileIds: [fileId], onBehalfOf: w.holder.org };
    const object = (who: Who) => w.t.as(who).post(`${app}/objections`, body);
    expect((await object(agent)).body.code).toBe('registration/no-authority');
    await given({ acts: ['OBJECT'], types: [] });
    expect((await object(agent)).status).toBe(201);
    expect(await w.seen(app)).toMatchObject({
      state: 'OBJECTION_HANDLING',
      objections: [{ organisationId: w.holder.org, by: agent.sub }],
      agents: [{ agentId: agent.org, principalId: w.holder.org }],
    });
    await given({ acts: ['WITHDRAW'] }, second);
    expect((await attempt(agent, `${app}/withdrawal`)).code).toBe('registration/agent-conflict');
  });

  it('objects to a certificate and asks for its record, for a principal', async () => {
    const app = await w.underReview(await w.file({}, second), second);
    await w.act(w.officer, `${app}/review-pass`, { checklist });
    await w.act(w.approver, `${app}/approval`);
    w.setInstant((await w.seen(app)).clocks.notice.due, 1);
    await w.fire();
    await w.t.settle();
    const number = (await w.seen(app)).certificateNumber as string;
    const fileIds = [await w.upload(agent, 'proof', 'proof.txt')];
    const post = async (path: string, body: object, who = agent) => {
      const answer = await w.t
        .as(who)
        .post(`/v1/certificates/${number}/${path}`, { ...body, onBehalfOf: w.holder.org });
      return (answer.body.code ?? answer.body.id) as string;
    };
    const [reason, copy] = [
      { reason: '演示异议', fileIds },
      { purpose: '演示', interest: '演示' },
    ];
    await given({ acts: ['FILE'], validFrom: '2026-07-01T00:00:00Z' });
    expect(await post('objections', reason)).toBe('registration/no-authority');
    expect(await post('record-requests', copy)).toBe('registration/no-authority');
    await given({ acts: ['OBJECT', 'REQUEST_RECORD'], types: [] });
    expect(await post('objections', reason, rival)).toBe('not-your-organisation');
    // The holder of a certificate objects to it for nobody.
    const body = { ...reason, fileIds: [await w.upload(second, 'proof', 'proof.txt')] };
    await given({ acts: ['OBJECT'], types: [], agentId: second.org }, w.holder, second);
    expect(await post('objections', body, second)).toBe('registration/own-certificate');
    const request = `/v1/record-requests/${await post('record-requests', copy)}`;
    expect(await w.seen(request, w.holder)).toMatchObject({ requesterId: w.holder.org });
    const objection = `/v1/objections/${await post('objections', reason)}`;
    expect(await w.seen(objection, w.holder)).toMatchObject({ objectorId: w.holder.org });
    for (const path of [request, objection])
      expect(await leavesOf(path)).toMatchObject([{ actor: agent.sub, onBehalfOf: w.holder.org }]);
    // Another agent without the authority neither sees nor withdraws it; the one with it does, for its principal.
    expect((await attempt(rival, `${request}/withdrawal`, { text: '演示' })).code).toBe('not-your-organisation');
    expect((await w.seen(request, agent)).actions).toEqual(['withdraw']);
    expect((await w.seen(request, w.of(agent.org, 'buyer'))).actions).toEqual([]);
    await w.act(agent, `${request}/withdrawal`, { text: '演示' });
    expect(await w.seen(request, w.holder)).toMatchObject({ state: 'WITHDRAWN', actions: [] });
    expect((await leavesOf(request)).at(-1)).toMatchObject({ actor: agent.sub, onBehalfOf: w.holder.org });
  });
});

describe('an act and the end of the authority at the same moment', () => {
  const indexOf = async (path: string, type: string) =>
    (await leavesOf(path)).find((leaf) => leaf.type.includes(type))?.index;
  const revocation = async (authority: string) => {
    const { headers } = await w.t.as(w.holder).get(authority);
    const etag = { 'if-match': String(headers['etag']) };
    return () => w.t.as(w.holder).post(`${authority}/revocation`, { reason: 'x' }, etag);
  };

  it('have one order: the act has read the authority when that ends', async () => {
    const [authority, app] = [await given(), await fileAs()];
    const act = () => attempt(agent, `${app}/withdrawal`);
    const end = await revocation(authority);
    const { first, second: ended } = await held(w.t, 'registration.application WHERE id', app.split('/')[3]!, act, end);
    expect([first.status, ended.status]).toEqual([204, 204]);
    expect(await indexOf(app, 'withdrawn')).toBeLessThan((await indexOf(authority, 'revoked'))!);
  });

  it('have one order: the authority has been written, not yet committed, when the act reads it', async () => {
    const [authority, app] = [await given(), await fileAs()];
    const id = authority.split('/')[3]!;
    const act = () => attempt(agent, `${app}/withdrawal`);
    const end = await revocation(authority);
    const { first: ended, second } = await held(w.t, 'platform.deadline WHERE subject', id, end, act);
    expect([ended.status, second.status, second.code]).toEqual([204, 403, 'registration/no-authority']);
    expect(await indexOf(app, 'withdrawn')).toBeUndefined();
    expect((await w.seen(app)).state).toBe('DRAFT');
  });

  it('have one order: the act reads the authority while its end waits for others that have read it', async () => {
    const [authority, app] = [await given(), await fileAs()];
    const act = () => attempt(agent, `${app}/withdrawal`);
    const row = ['registration.authority WHERE id', authority.split('/')[3]!] as const;
    const { first: ended, second } = await held(w.t, ...row, await revocation(authority), act, 'FOR SHARE');
    expect([ended.status, second.status]).toEqual([204, 204]);
    expect(await indexOf(app, 'withdrawn')).toBeLessThan((await indexOf(authority, 'revoked'))!);
  });

  it('have one order whichever comes first, and leave nothing half done', async () => {
    for (let round = 0; round < 8; round += 1) {
      const authority = await given();
      const app = await fileAs();
      const revoked = await revocation(authority);
      const [act, end] = await Promise.all([attempt(agent, `${app}/submission`), revoked()]);
      expect(end.status).toBe(204);
      expect([204, 403]).toContain(act.status);
      const done = act.status === 204;
      expect((await w.seen(app)).state).toBe(done ? 'SUBMITTED' : 'DRAFT');
      const submitted = (await leavesOf(app)).filter(({ type }) => type.includes('submitted'));
      expect(submitted).toHaveLength(done ? 1 : 0);
      const [ended] = (await leavesOf(authority)).filter(({ type }) => type.includes('revoked'));
      for (const { index } of submitted) expect(index).toBeLessThan(ended!.index);
    }
  });
});

it('is what the ledger says', async () => {
  await w.t.settle();
  let text = '';
  const out = { write: (chunk: string) => void (text += chunk) };
  const code = await audit(['replay', '--database', w.t.databaseUrl], { DATABASE_URL: w.t.databaseUrl }, out);
  expect({ code, text }).toEqual({ code: 0, text: expect.any(String) });
});
