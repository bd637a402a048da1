import { createHash } from 'node:crypto';
import { completeUscc, rulePacks } from '@app/rulepacks';
import { verifyJws } from '@app/signing';
import {
  EventView,
  disciplines,
  type CaseView,
  type ObligationView,
  type OpenedVote,
  type PanelDraw,
  type Role,
} from '@app/sdk';
import { canonicalJson } from '@app/signing';
import { jest } from '@jest/globals';
import { QueryBus } from '@nestjs/cqrs';
import pg from 'pg';
import { RESOLUTION_TYP } from '../src/committee/ballot-box.js';
import { CloseCaseOfEndedApplication } from '../src/committee/close-case-of-ended-application.js';
import { caseMachine, CommitteeResolutionSealed } from '../src/committee/committee-case.js';
import { EndTie } from '../src/committee/end-tie.js';
import { EndVoting } from '../src/committee/end-voting.js';
import { expertMachine } from '../src/committee/expert.js';
import { IsPanelMember } from '../src/committee/is-panel-member.js';
import { obligationMachine } from '../src/committee/obligation.js';
import { OpenCaseOfReferredApplication } from '../src/committee/open-case-of-referred-application.js';
import { orderOf, panelOf, seedOf } from '../src/committee/panel.js';
import { GetCheckpointAfter } from '../src/ledger/get-checkpoint-after.js';
import { Clock } from '../src/platform/clock.js';
import { asSystem, currentContext } from '../src/platform/context.js';
import { newId } from '../src/platform/id.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { ApplicationReferred, ApplicationWithdrawn } from '../src/registration/application-events.js';
import { ReplaceSilent } from '../src/committee/replace-silent.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import { differences } from './support/differences.js';
import { checklistFor, startRegistrar, type RegistrarWorld } from './support/filing.js';

let t: TestApp;
let db: pg.Client;
let clock: Clock;
const operator: Who = { sub: newId('per'), org: newId('org'), roles: ['operator'] };
const of = (org: string, ...roles: Role[]): Who => ({ sub: newId('per'), org, roles });
const regulator = of(newId('org'), 'regulator');
const auditor = of(newId('org'), 'auditor');
const DAY = 86_400_000;
const pack = rulePacks.find(({ id }) => id === 'CN-PROPERTY-2026')!;

interface Member {
  readonly expertId: string;
  readonly who: Who;
}
const members = new Map<string, Member>();
let serial = 0;

async function organisation(): Promise<string> {
  const uscc = completeUscc(`91440101CMM${String((serial += 1)).padStart(6, '0')}`);
  const body = { uscc, name: `机构 ${serial}`, kind: 'ENTERPRISE', regionCode: '440100' };
  return (await t.as(operator).post('/v1/organisations', body)).body.id as string;
}

async function person(organisationId: string, role: Role): Promise<string> {
  const login = `expert-${(serial += 1)}`;
  const body = { organisationId, login, displayName: `专家 ${serial}`, password: 'a long password', roles: [role] };
  return (await t.as(operator).post('/v1/people', body)).body.id as string;
}

const term = () => ({
  termFrom: new Date(clock.now().getTime() - 30 * DAY).toISOString().slice(0, 10),
  termTo: new Date(clock.now().getTime() + 900 * DAY).toISOString().slice(0, 10),
});

async function appoint(discipline: string, employerId: string, interests: object[] = []): Promise<Member> {
  const personId = await person(office, 'committeeExpert');
  const body = { personId, disciplines: [discipline], employerId, interests, ...term() };
  const { status, body: created } = await t.as(operator).post('/v1/committee/experts', body);
  expect(status).toBe(201);
  const member = {
    expertId: created.id as string,
    who: { sub: personId, org: office, roles: ['committeeExpert'] as const },
  };
  members.set(member.expertId, member);
  return member;
}

async function upload(who: Who, text: string): Promise<{ id: string }> {
  const token = await t.issuer.token(who.sub, who.org, who.roles);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' };
  const answer = await fetch(`${await t.app.getUrl()}/v1/files`, { method: 'POST', headers, body: text });
  return (await answer.json()) as { id: string };
}

let office: string;
let university: string;
beforeAll(async () => {
  t = await startApp();
  db = new pg.Client(t.databaseUrl);
  await db.connect();
  clock = t.app.get(Clock, { strict: false });
  [office, university] = [await organisation(), await organisation()];
  for (let i = 0; i < 9; i += 1) await appoint(disciplines[i % 5]!, university);
});
afterEach(() => clock.follow(0));
afterAll(async () => {
  expect(await differences(t)).toEqual([]);
  await db.end();
  await t.close();
});

interface Referred {
  readonly applicationId: string;
  readonly applicant: Who;
  readonly registrar: Who;
}

async function refer(changes: object = {}): Promise<Referred> {
  const facts = {
    applicationId: newId('app'),
    by: newId('per'),
    at: clock.now().toISOString(),
    rulePack: `${pack.id}@${pack.version}`,
    applicantId: newId('org'),
    registrarId: newId('org'),
    resourceId: newId('res'),
    triggers: ['PERSONAL_INFORMATION'],
    text: '含个人信息,请合规委员会会审',
    dueAt: new Date(clock.now().getTime() + 7 * DAY).toISOString(),
    ...changes,
  };
  await react(OpenCaseOfReferredApplication, new ApplicationReferred(facts));
  const { applicationId, applicantId, registrarId } = facts;
  return { applicationId, applicant: of(applicantId, 'holder'), registrar: of(registrarId, 'registrarOfficer') };
}

function react(reaction: new (...args: never[]) => { on(event: never, meta: never): Promise<unknown> }, event: object) {
  const uow = t.app.get(UnitOfWork, { strict: false });
  return asSystem(() =>
    uow.run(async () => void (await t.app.get(reaction, { strict: false }).on(event as never, {} as never))),
  );
}

const see = async (who: Who, id: string): Promise<CaseView> =>
  (await t.as(who).get(`/v1/committee/cases/${id}`)).body as CaseView;
async function caseOf({ applicationId }: Referred): Promise<string> {
  const { body } = await t.as(operator).get(`/v1/committee/cases?applicationId=${applicationId}`);
  return body.items[0].id as string;
}
const act = (who: Who, path: string, body: object = {}) => t.as(who).act(path, body);
const post = (who: Who, id: string, what: string, body: object = {}) =>
  t.as(who).post(`/v1/committee/cases/${id}/${what}`, body);
const panelist = (expertId: string): Member => members.get(expertId)!;
const seated = async (id: string): Promise<Member[]> =>
  (await see(operator, id)).seats!.map(({ expertId }) => panelist(expertId));
const ANY = { 'if-match': '"1"' };
const PASS = { opinion: 'PASS', reasons: '来源合法,用途正当' };

async function drawn(changes: object = {}): Promise<Referred & { id: string }> {
  const referred = await refer(changes);
  await t.settle();
  const id = await caseOf(referred);
  expect((await see(operator, id)).state).toBe('PANEL_DRAWN');
  return { ...referred, id };
}
async function voting(changes: object = {}): Promise<Referred & { id: string }> {
  const opened = await drawn(changes);
  for (const { who } of await seated(opened.id))
    expect((await post(who, opened.id, 'declaration', { impartial: true })).status).toBe(204);
  expect((await see(operator, opened.id)).state).toBe('VOTING');
  return opened;
}
const eventsOf = async <T>(stream: string, type: string): Promise<T[]> =>
  (
    await db.query<{ payload: string }>(
      'SELECT payload FROM ledger.payload WHERE stream = $1 AND type = $2 ORDER BY version',
      [stream, type],
    )
  ).rows.map(({ payload }) => JSON.parse(payload) as T);

it('goes from the referral to a sealed resolution, whose conditions are obligations', async () => {
  const { id, applicant, registrar, applicationId } = await voting();
  const panel = await seated(id);
  const dueAt = new Date(clock.now().getTime() + 60 * DAY).toISOString();
  const held = [
    { opinion: 'PASS_WITH_CONDITIONS', reasons: '须去标识化', conditions: [{ text: '完成去标识化并复核', dueAt }] },
    PASS,
    PASS,
    { opinion: 'FAIL', reasons: '反对到底', groundCode: 'A-R2' },
    { opinion: 'RETURN_FOR_SUPPLEMENT', reasons: '材料不足' },
  ];
  for (const [i, { who }] of panel.entries()) expect((await post(who, id, 'votes', held[i])).status).toBe(204);
  await t.settle();

  const view = await see(applicant, id);
  expect(view).toMatchObject({
    state: 'SEALED',
    draw: null,
    seats: null,
    ballots: null,
    resolution: {
      opinion: 'PASS_WITH_CONDITIONS',
      conditions: [{ text: '完成去标识化并复核', dueAt }],
      dissent: expect.arrayContaining([{ opinion: 'FAIL', reasons: '反对到底' }]),
    },
  });
  expect(JSON.stringify(view)).not.toMatch(/专家 \d/);
  expect((await t.as(applicant).get(`/v1/committee/cases/${id}/resolution`)).status).toBe(404);

  const { body: sealed } = await t.as(regulator).get(`/v1/committee/cases/${id}/resolution`);
  const { keys } = (await t.as(regulator).get('/v1/committee/seal-keys')).body;
  const document = await verifyJws(sealed.jws, keys[0], { typ: RESOLUTION_TYP });
  expect(canonicalJson(document)).toBe(sealed.document);
  expect(createHash('sha256').update(sealed.document).digest('hex')).toBe(sealed.resolutionHash);
  expect(document).toMatchObject({
    dissent: expect.arrayContaining([expect.objectContaining({ name: expect.stringMatching(/专家/) })]),
  });

  const [told] = await eventsOf<CommitteeResolutionSealed>(id, 'committee.resolution-sealed.v1');
  expect(Object.keys(told!).toSorted()).toEqual([
    'applicationId',
    'at',
    'caseId',
    'conditions',
    'groundCode',
    'opinion',
    'reasons',
    'resolutionHash',
    'rulePack',
  ]);
  expect(told).toMatchObject({ applicationId, opinion: 'PASS_WITH_CONDITIONS', resolutionHash: sealed.resolutionHash });

  const list = async (who: Who): Promise<ObligationView[]> =>
    (await t.as(who).get(`/v1/committee/obligations?applicationId=${applicationId}`)).body.items as ObligationView[];
  const [obligation] = await list(applicant);
  expect(obligation).toMatchObject({ state: 'OPEN', dueAt, caseId: id, actions: ['submit'] });
  expect(await list(registrar)).toHaveLength(1);
  expect(await list(of(newId('org'), 'holder'))).toEqual([]);
});

it('draws a panel that anyone can draw again from the event and the published checkpoints', async () => {
  const { id } = await drawn();
  const [{ draw, caseId }] = (await eventsOf<{ draw: PanelDraw; caseId: string }>(id, 'committee.panel-drawn.v1')) as [
    { draw: PanelDraw; caseId: string },
  ];
  const { body } = await t.as(regulator).get('/v1/log/checkpoints?limit=100');
  const covering = (body.items as { size: number; root: string }[])
    .filter(({ size }) => size > draw.origin.leafIndex)
    .at(-1)!;
  expect(covering.size).toBe(draw.origin.checkpointSize);
  const root = Buffer.from(covering.root, 'base64').toString('hex');
  const seed = seedOf({ caseId, round: draw.round, root, candidates: draw.candidates.length });
  const order = orderOf(draw.candidates, seed);
  expect(draw).toMatchObject({ seed, order, panel: panelOf({ ...draw, order }) });
  expect(
    new Set(draw.candidates.filter(({ expertId }) => draw.panel.includes(expertId)).flatMap((c) => c.disciplines)).size,
  ).toBe(5);
  // Later checkpoints change nothing: the first that covers the leaf counts.
  await organisation();
  await t.settle();
  const first = new GetCheckpointAfter(id, 'committee.candidates-fixed.v1');
  expect(await t.app.get(QueryBus, { strict: false }).execute(first)).toEqual(draw.origin);
  // The leaf is that of the list of candidates, which was written before the root could be known.
  const { body: event } = await t.as(auditor).get(`/v1/events/${draw.origin.eventId}`);
  // Nothing else that the log knows of an event goes out with it.
  expect(Object.keys(EventView.parse(event)).toSorted()).toEqual(Object.keys(event as object).toSorted());
  expect(event).toMatchObject({ type: 'committee.candidates-fixed.v1', stream: id, index: draw.origin.leafIndex });
});

it('the database knows the same states as the tables', async () => {
  for (const [table, machine] of [
    ['committee.expert', expertMachine],
    ['committee.committee_case', caseMachine],
    ['committee.obligation', obligationMachine],
  ] as const) {
    const { rows } = await db.query<{ definition: string }>(
      `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'c'
         AND conname LIKE '%_state_check'`,
      [table],
    );
    const states = [...rows[0]!.definition.matchAll(/'([A-Z_]+)'/g)].map((m) => m[1]!);
    expect(states.toSorted()).toEqual([...machine.states].toSorted());
  }
});

/** People act in the last millisecond, the platform in the one after it. */
const atTheEnd = (end: Date) =>
  jest
    .spyOn(clock, 'now')
    .mockImplementation(() => new Date(end.getTime() + (currentContext().actor?.id === 'system' ? 1 : 0)));

describe('a vote', () => {
  const MARK = '只有开票后才能读到的理由';
  const long = {
    opinion: 'PASS_WITH_CONDITIONS',
    reasons: '"'.repeat(2000),
    conditions: Array.from({ length: 10 }, () => ({ text: '条'.repeat(400), dueAt: '2099-01-01T00:00:00Z' })),
  };

  it('can be read by nobody before the ballot closes, and by its commitment be proven unchanged after it', async () => {
    const { id, applicant, registrar } = await voting();
    const panel = await seated(id);
    for (const [i, { who }] of panel.slice(0, 4).entries())
      expect(
        (await post(who, id, 'votes', i === 3 ? long : { opinion: 'FAIL', reasons: MARK, groundCode: 'A-R2' })).status,
      ).toBe(204);
    await t.settle();

    const answers = [];
    for (const who of [operator, auditor, regulator, applicant, registrar, ...panel.map((member) => member.who)]) {
      answers.push((await t.as(who).get(`/v1/committee/cases/${id}`)).text);
      answers.push((await t.as(who).get(`/v1/committee/cases/${id}/resolution`)).text);
      answers.push((await t.as(who).get(`/v1/events?stream=${id}`)).text);
    }
    const { rows: tables } = await db.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    for (const { name } of tables)
      answers.push(JSON.stringify((await db.query(`SELECT to_jsonb(x) FROM ${name} x`)).rows));
    const all = answers.join('\n');
    expect(all.includes(id)).toBe(true);
    const secrets = [MARK, Buffer.from(MARK).toString('base64').slice(0, 20), '条'.repeat(400)];
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
    const cast = await eventsOf<{ commitment: string; sealed: string; expertId: string }>(id, 'committee.vote-cast.v1');
    const known = ['at', 'ballot', 'caseId', 'commitment', 'expertId', 'sealed'];
    expect(cast.map((event) => Object.keys(event).toSorted())).toEqual(cast.map(() => known));
    expect(new Set(cast.map(({ sealed }) => sealed.length)).size).toBe(1);
    expect(new Set(cast.map(({ commitment }) => commitment)).size).toBe(4);
    expect((await see(applicant, id)).resolution).toBeNull();

    expect((await post(panel[4]!.who, id, 'votes', { opinion: 'FAIL', reasons: MARK })).status).toBe(204);
    const [{ votes }] = (await eventsOf<{ votes: OpenedVote[] }>(id, 'committee.votes-opened.v1')) as [
      { votes: OpenedVote[] },
    ];
    const all5 = await eventsOf<{ commitment: string; expertId: string }>(id, 'committee.vote-cast.v1');
    expect(votes).toHaveLength(5);
    for (const [i, { salt, vote, expertId }] of votes.entries()) {
      const bytes = Buffer.concat([Buffer.from(salt, 'hex'), Buffer.from(canonicalJson(vote))]);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(all5[i]!.commitment);
      expect(expertId).toBe(all5[i]!.expertId);
    }
  });

  it('is one for each, however often and fast it is sent, and none of two at a time is lost', async () => {
    const { id } = await voting();
    const panel = await seated(id);
    const twice = await Promise.all([1, 2, 3].map(() => post(panel[0]!.who, id, 'votes', PASS)));
    expect(twice.map(({ status }) => String(status)).toSorted()).toEqual(['204', '409', '409']);
    expect(twice.find(({ status }) => status === 409)!.body.code).toBe('committee/already-voted');
    const rest = await Promise.all(panel.slice(1).map(({ who }) => post(who, id, 'votes', PASS)));
    expect(rest.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
    expect(await eventsOf(id, 'committee.vote-cast.v1')).toHaveLength(5);
    expect(await eventsOf(id, 'committee.votes-opened.v1')).toHaveLength(1);
    expect((await see(operator, id)).state).toBe('RESOLVED');
  });

  it('that comes last and the end of the time close the ballot once between them', async () => {
    const uow = t.app.get(UnitOfWork, { strict: false });
    const present = new Set<number>();
    for (let round = 0; round < 4; round += 1) {
      const { id } = await voting();
      const panel = await seated(id);
      for (const { who } of panel.slice(0, 4)) await post(who, id, 'votes', PASS);
      const end = new Date((await see(operator, id)).votingEndsAt!);
      const now = atTheEnd(end);
      const last = () => post(panel[4]!.who, id, 'votes', PASS);
      const deadline = () => asSystem(() => uow.execute(new EndVoting(id)));
      const [vote] = await Promise.all(round % 2 ? [last(), deadline()] : [deadline().then(last)]);
      now.mockRestore();
      expect(await eventsOf(id, 'committee.votes-opened.v1')).toHaveLength(1);
      const [{ resolution }] = (await eventsOf<{ resolution: { present: number } }>(
        id,
        'committee.case-resolved.v1',
      )) as [{ resolution: { present: number } }];
      expect(resolution.present).toBe(vote!.status === 204 ? 5 : 4);
      present.add(resolution.present);
    }
    expect(present.has(4)).toBe(true);
  });

  it('that is even is decided by the chair or taken again when the chair’s time ends: one of them', async () => {
    const uow = t.app.get(UnitOfWork, { strict: false });
    const decided = new Set<boolean>();
    for (let round = 0; round < 4; round += 1) {
      const { id } = await voting();
      const panel = await seated(id);
      const fail = { opinion: 'FAIL', reasons: '来源不明', groundCode: 'A-R2' };
      for (const [i, { who }] of panel.slice(0, 4).entries()) await post(who, id, 'votes', i % 2 ? fail : PASS);
      const closing = atTheEnd(new Date((await see(operator, id)).votingEndsAt!));
      await asSystem(() => uow.execute(new EndVoting(id)));
      closing.mockRestore();
      const { state, decideTieBy, seats, version } = await see(operator, id);
      expect(state).toBe('TIE');
      const chair = panelist(seats!.find((seat) => seat.chair)!.expertId).who;
      const now = atTheEnd(new Date(decideTieBy!));
      const decide = () =>
        t.as(chair).post(`/v1/committee/cases/${id}/tie-decision`, fail, { 'if-match': `"${version}"` });
      const deadline = () => asSystem(() => uow.execute(new EndTie(id)));
      const [decision] = await Promise.all(round % 2 ? [decide(), deadline()] : [deadline().then(decide)]);
      now.mockRestore();
      const told = [];
      for (const type of ['committee.case-resolved.v1', 'committee.revote-called.v1'])
        told.push((await eventsOf(id, type)).length);
      expect(told).toEqual(decision!.status === 204 ? [1, 0] : [0, 1]);
      expect((await see(operator, id)).ballot).toBe(decision!.status === 204 ? 1 : 2);
      decided.add(decision!.status === 204);
    }
    expect(decided.has(false)).toBe(true);
  });

  it('fits its rules: conditions, grounds, lengths', async () => {
    const { id } = await voting();
    const [{ who }] = (await seated(id)) as [Member];
    for (const wrong of [
      { opinion: 'PASS' },
      { opinion: 'PASS', reasons: '  ' },
      { opinion: 'PASS_WITH_CONDITIONS', reasons: 'x' },
      { opinion: 'PASS', reasons: 'x', conditions: long.conditions },
      { opinion: 'PASS', reasons: 'x', groundCode: 'A-R2' },
      { opinion: 'FAIL', reasons: 'x', groundCode: 'A-N1' },
      { opinion: 'PASS', reasons: 'x'.repeat(2001) },
      { opinion: 'PASS_WITH_CONDITIONS', reasons: 'x', conditions: [{ text: 'y', dueAt: '2001-01-01T00:00:00Z' }] },
    ]) {
      const { status, body } = await post(who, id, 'votes', wrong);
      expect([status, body.code, body.errors?.length > 0]).toEqual([422, 'invalid-request', true]);
    }
  });
});

describe('INV-02: nobody with a conflict decides', () => {
  it('keeps such an expert from the candidates, with the reason', async () => {
    const applicantId = await organisation();
    const tied = await appoint('LAW', university, [{ organisationId: applicantId, kind: 'SHAREHOLDING', until: null }]);
    const { id, registrar } = await drawn({ applicantId });
    const { draw } = await see(operator, id);
    expect(draw!.candidates.map(({ expertId }) => expertId)).not.toContain(tied.expertId);
    expect(draw!.exclusions).toContainEqual({
      expertId: tied.expertId,
      reason: 'SHAREHOLDING',
      organisationId: applicantId,
    });
    // Whoever is shown the draw learns whom it kept out; the registrar is shown none of it.
    const namesFor = async (who: Who) => (await t.as(who).get(`/v1/names?of=${id}`)).body.names;
    expect(await namesFor(operator)).toMatchObject({ [tied.expertId]: expect.stringMatching(/^专家 /) });
    expect(await namesFor((await seated(id))[0]!.who)).toHaveProperty(tied.expertId);
    expect(await namesFor(registrar)).toEqual({});
  });

  it('refuses the declaration and the vote of who is bound later; the secretary gives the seat to the next', async () => {
    const applicantId = await organisation();
    const { id } = await drawn({ applicantId });
    const [first, second, ...others] = (await seated(id)) as [Member, Member, ...Member[]];
    const bind = ({ who, expertId }: Member, interests: object[]) =>
      act(who, `/v1/committee/experts/${expertId}/interests`, { employerId: university, interests });
    const advises = [{ organisationId: applicantId, kind: 'ADVISORY', until: null }];
    expect((await bind(first, advises)).status).toBe(204);
    const refused = await post(first.who, id, 'declaration', { impartial: true });
    expect([refused.status, refused.body.code]).toEqual([409, 'committee/conflict']);
    expect((await bind(first, [])).status).toBe(204);
    for (const { who } of [first, second, ...others])
      expect((await post(who, id, 'declaration', { impartial: true })).status).toBe(204);
    expect((await bind(second, advises)).status).toBe(204);
    expect((await post(second.who, id, 'votes', PASS)).body.code).toBe('committee/conflict');
    const removal = { expertId: second.expertId, reason: '事后发现担任申请人顾问' };
    expect(
      (await t.as(of(newId('org'), 'registrarApprover')).post(`/v1/committee/cases/${id}/removal`, removal, ANY))
        .status,
    ).toBe(403);
    expect((await act(operator, `/v1/committee/cases/${id}/removal`, removal)).status).toBe(204);
    const after = await see(operator, id);
    expect(after.vacated).toEqual([
      expect.objectContaining({ expertId: second.expertId, kind: 'REMOVED', by: operator.sub, text: removal.reason }),
    ]);
    expect(after.seats!.map(({ expertId }) => expertId)).toContain(after.vacated![0]!.replacedBy);
    expect((await t.as(operator).get(`/v1/names?of=${id}`)).body.names).toHaveProperty(second.expertId);
    expect((await post(second.who, id, 'votes', PASS)).status).toBe(403);
    expect((await t.as(second.who).get(`/v1/committee/cases/${id}`)).status).toBe(404);
    expect((await bind(second, [])).status).toBe(204);
  });

  it('draws no panel from too few, until the pool has grown', async () => {
    const referred = await refer({ applicantId: university });
    await t.settle();
    const id = await caseOf(referred);
    expect(await see(operator, id)).toMatchObject({
      state: 'OPEN',
      shortage: { needed: 5 },
      actions: ['fixCandidates'],
    });
    const elsewhere = await organisation();
    for (const discipline of disciplines) await appoint(discipline, elsewhere);
    expect((await act(operator, `/v1/committee/cases/${id}/candidates`)).status).toBe(204);
    await t.settle();
    expect(await see(operator, id)).toMatchObject({ state: 'PANEL_DRAWN', shortage: null, round: 1 });
  });
});

describe('time', () => {
  it('gives a seat to the one or the other when an answer and the end of its time meet', async () => {
    const uow = t.app.get(UnitOfWork, { strict: false });
    for (let round = 0; round < 3; round += 1) {
      const { id } = await drawn();
      const { expertId, answerDue } = (await see(operator, id)).seats![0]!;
      const now = atTheEnd(new Date(answerDue));
      const answer = () => post(panelist(expertId).who, id, 'declaration', { impartial: true });
      const deadline = () => asSystem(() => uow.execute(new ReplaceSilent(id)));
      const [answered] = await Promise.all(round % 2 ? [answer(), deadline()] : [deadline().then(answer)]);
      now.mockRestore();
      const accepted = await eventsOf<{ expertId: string }>(id, 'committee.expert-accepted.v1');
      const vacated = await eventsOf<{ expertId: string }>(id, 'committee.seat-vacated.v1');
      const won = accepted.filter((one) => one.expertId === expertId).length;
      expect(won).toBe(answered!.status === 204 ? 1 : 0);
      expect(won + vacated.filter((one) => one.expertId === expertId).length).toBe(1);
    }
  });

  const pass = async (to: string): Promise<void> => {
    clock.follow(new Date(to).getTime() + 1000 - Date.now());
    await t.settle();
  };

  it('replaces who does not declare, and draws another panel when nobody does', async () => {
    const { id } = await drawn();
    const before = await see(operator, id);
    const [first, ...others] = await seated(id);
    for (const { who } of others) await post(who, id, 'declaration', { impartial: true });
    await pass(before.seats![0]!.answerDue);
    const after = await see(operator, id);
    expect(after.vacated).toEqual([expect.objectContaining({ expertId: first!.expertId, kind: 'SILENT' })]);
    expect(after.state).toBe('PANEL_DRAWN');
  });

  it('closes with a quorum; without one it gives more time, once', async () => {
    const { id } = await voting();
    const panel = await seated(id);
    for (const { who } of panel.slice(0, 3)) await post(who, id, 'votes', PASS);
    await pass((await see(operator, id)).votingEndsAt!);
    const extended = await see(operator, id);
    expect(extended).toMatchObject({ state: 'VOTING', extended: true });
    const joined = extended
      .seats!.filter(({ acceptedAt }) => acceptedAt === null)
      .map(({ expertId }) => panelist(expertId));
    expect(joined).toHaveLength(2);
    expect((await post(joined[0]!.who, id, 'declaration', { impartial: true })).status).toBe(204);
    expect((await post(joined[0]!.who, id, 'votes', PASS)).status).toBe(204);
    await pass(extended.votingEndsAt!);
    expect(await see(operator, id)).toMatchObject({ state: 'SEALED', resolution: { opinion: 'PASS', present: 4 } });
  });

  it('runs for obligations: evidence, a second person, an alert when it is over', async () => {
    const { id, applicant, registrar, applicationId } = await voting();
    const dueAt = new Date(clock.now().getTime() + 20 * DAY).toISOString();
    const held = {
      opinion: 'PASS_WITH_CONDITIONS',
      reasons: 'r',
      conditions: [
        { text: '一', dueAt },
        { text: '二', dueAt },
      ],
    };
    for (const { who } of await seated(id)) await post(who, id, 'votes', held);
    await t.settle();
    const list = async (): Promise<ObligationView[]> =>
      (
        (await t.as(applicant).get(`/v1/committee/obligations?applicationId=${applicationId}`)).body
          .items as ObligationView[]
      ).toSorted((a, b) => (a.text < b.text ? -1 : 1));
    const [one, two] = (await list()) as [ObligationView, ObligationView];
    const path = (o: ObligationView, what: string) => `/v1/committee/obligations/${o.id}/${what}`;
    const fileId = (await upload(applicant, '去标识化复核报告')).id;
    const foreignFile = (await upload(of(registrar.org, 'registrarOfficer'), '他人的文件')).id;
    expect((await act(applicant, path(one, 'evidence'), { fileId: foreignFile })).status).toBe(422);
    const strange = await act(applicant, path(one, 'evidence'), { fileId: newId('file') });
    expect([strange.status, strange.body.errors[0].pointer]).toEqual([422, '/fileId']);
    expect((await act(applicant, path(one, 'evidence'), { fileId, note: '见附件' })).status).toBe(204);
    expect((await t.as(of(registrar.org, 'holder')).post(path(one, 'confirmation'), {}, ANY)).status).toBe(403);
    const foreign = of(newId('org'), 'registrarOfficer');
    expect((await t.as(foreign).post(path(one, 'confirmation'), {}, { 'if-match': '"2"' })).body.code).toBe(
      'not-your-organisation',
    );
    const file = await t.as(registrar).get(path(one, 'evidence'));
    expect([file.status, file.headers['content-disposition']]).toEqual([200, expect.stringMatching(/^attachment/)]);
    expect((await t.as(foreign).get(path(one, 'evidence'))).status).toBe(404);
    expect((await act(registrar, path(one, 'return'), { reason: '报告未盖章' })).status).toBe(204);
    expect((await list())[0]).toMatchObject({ state: 'OPEN', reason: '报告未盖章' });
    expect((await act(applicant, path(one, 'evidence'), { fileId })).status).toBe(204);
    await pass(dueAt);
    expect((await list()).map(({ state, overdue }) => [state, overdue])).toEqual([
      ['SUBMITTED', false],
      ['OVERDUE', true],
    ]);
    expect(await eventsOf(two.id, 'committee.obligation-overdue.v1')).toHaveLength(1);
    expect((await act(registrar, path(one, 'confirmation'))).status).toBe(204);
    expect((await list())[0]).toMatchObject({ state: 'FULFILLED', confirmedBy: registrar.sub, actions: [] });
  });
});

it('ends with its application: nothing is opened, nothing is due', async () => {
  const { id, applicationId } = await voting();
  const [{ who }] = (await seated(id)) as [Member];
  await post(who, id, 'votes', PASS);
  const facts = {
    applicationId,
    by: newId('per'),
    at: clock.now().toISOString(),
    rulePack: 'x',
    groundCode: null,
    text: 'why',
  };
  await react(CloseCaseOfEndedApplication, new ApplicationWithdrawn(facts));
  expect(await see(operator, id)).toMatchObject({ state: 'CLOSED', ballots: [], resolution: null });
  expect((await db.query('SELECT FROM platform.deadline WHERE subject = $1', [id])).rowCount).toBe(0);
});

it('is seen by those whom it concerns, as far as it concerns them', async () => {
  const { id, applicant, registrar } = await voting();
  const [first] = (await seated(id)) as [Member];
  const outside = (await appoint('LAW', university)).who;
  for (const [who, status, panel] of [
    [operator, 200, true],
    [auditor, 200, true],
    [first.who, 200, true],
    [regulator, 200, false],
    [applicant, 200, false],
    [registrar, 200, false],
    [outside, 404, false],
    [of(newId('org'), 'holder'), 404, false],
    [of(newId('org'), 'registrarApprover'), 404, false],
    [of(newId('org'), 'buyer'), 403, false],
  ] as const) {
    const answer = await t.as(who).get(`/v1/committee/cases/${id}`);
    expect([answer.status, Boolean(answer.body.seats)]).toEqual([status, panel]);
  }
  expect((await see(first.who, id)).actions).toEqual(['recuse', 'vote']);
  const queries = t.app.get(QueryBus, { strict: false });
  const { applicationId, resourceId } = await see(operator, id);
  for (const subject of [applicationId, resourceId]) {
    expect(await queries.execute(new IsPanelMember(first.who.sub, subject))).toBe(true);
    expect(await queries.execute(new IsPanelMember(outside.sub, subject))).toBe(false);
  }
  const body = { personId: first.who.sub, disciplines: ['LAW'], employerId: university, ...term() };
  expect((await t.as(registrar).post('/v1/committee/experts', body)).status).toBe(403);
  expect((await t.as(operator).post('/v1/committee/experts', body)).body.code).toBe('committee/already-expert');
  const holder = { ...body, personId: await person(university, 'holder') };
  expect((await t.as(operator).post('/v1/committee/experts', holder)).body.code).toBe(
    'committee/not-an-expert-account',
  );
  const both = {
    organisationId: office,
    login: 'both-roles',
    displayName: 'x',
    password: 'a long password',
    roles: ['committeeExpert', 'holder'],
  };
  expect((await t.as(operator).post('/v1/people', both)).status).toBe(422);
});

describe('with a real application', () => {
  let w: RegistrarWorld;
  beforeAll(async () => {
    w = await startRegistrar();
  });
  afterAll(async () => {
    expect(await differences(w.t)).toEqual([]);
    await w.close();
  });

  it('goes from the reviewer to the panel, which reads it, and back to the review with the opinion', async () => {
    const [seat, work] = [await w.organisation('committee'), await w.organisation('university')];
    const people = new Map<string, Who>();
    const add = async (i: number, employerId: string): Promise<string> => {
      const person = {
        organisationId: seat,
        login: `expert-${i}`,
        displayName: `专家 ${i}`,
        password: 'a long password',
      };
      const { id: personId } = (await w.t.as(w.operator).post('/v1/people', { ...person, roles: ['committeeExpert'] }))
        .body;
      const years = { termFrom: '2026-01-01', termTo: '2028-12-31' };
      const body = { personId, disciplines: [disciplines[i % 5]], employerId, ...years };
      const { id } = (await w.t.as(w.operator).post('/v1/committee/experts', body)).body;
      people.set(id, { sub: personId, org: seat, roles: ['committeeExpert'] });
      return id as string;
    };
    for (let i = 0; i < 6; i += 1) await add(i, work);
    // Of the applicant, the registrar, and of who objected before: the application names all of them.
    const tied = [await add(6, w.holder.org), await add(7, w.registrarOrg)];

    const app = await w.underReview(await w.file({ resourceId: await w.declare({ personalInfo: 'PI' }) }));
    await w.act(w.officer, `${app}/referral`, { text: '含个人信息' });
    await w.t.settle();
    const { items } = (await w.t.as(w.operator).get('/v1/committee/cases')).body;
    const cas = `/v1/committee/cases/${items[0].id}`;
    const opened = (await w.t.as(w.operator).get(cas)).body as CaseView;
    expect(opened).toMatchObject({ state: 'PANEL_DRAWN', dueAt: '2026-07-13T15:59:59.999Z' });
    expect(opened.draw!.exclusions.map(({ expertId }) => expertId)).toEqual(tied);

    const view = await w.seen(app);
    const file = `${cas}/materials/${view.content.materials[0].fileId}`;
    const outside = [...people].find(([id]) => !opened.draw!.panel.includes(id))![1];
    for (const [who, status] of [
      [people.get(opened.draw!.panel[0]!)!, 200],
      [outside, 404],
    ] as const)
      for (const path of [app, `/v1/resources/${view.resourceId}`, file])
        expect((await w.t.as(who).get(path)).status).toBe(status);
    const [reader] = opened.draw!.panel.map((id) => people.get(id)!);
    expect((await w.t.as(reader!).get(file)).headers['content-disposition']).toMatch(/^attachment/);
    expect((await w.t.as(reader!).get(`${cas}/materials/${newId('file')}`)).status).toBe(404);
    expect((await w.seen(app, reader!)).actions).toEqual([]);

    for (const id of opened.draw!.panel) await w.t.as(people.get(id)!).post(`${cas}/declaration`, { impartial: true });
    const conditions = [{ text: '去标识化', dueAt: '2026-08-01T15:59:59.999Z' }];
    for (const id of opened.draw!.panel)
      await w.t
        .as(people.get(id)!)
        .post(`${cas}/votes`, { opinion: 'PASS_WITH_CONDITIONS', reasons: '可以', conditions });
    await w.t.settle();
    expect(await w.seen(app)).toMatchObject({
      state: 'UNDER_REVIEW',
      resolution: { opinion: 'PASS_WITH_CONDITIONS', conditions, caseId: items[0].id },
    });
    await w.act(w.officer, `${app}/review-pass`, { checklist: checklistFor('COLLECTED') });
  });

  it('is over when the applicant withdraws', async () => {
    const app = await w.underReview(await w.file());
    await w.act(w.officer, `${app}/referral`, { text: '拿不准' });
    await w.t.settle();
    await w.act(w.holder, `${app}/withdrawal`);
    await w.t.settle();
    const { items } = (await w.t.as(w.holder).get(`/v1/committee/cases?applicationId=${app.split('/').at(-1)}`)).body;
    expect(items).toMatchObject([{ state: 'CLOSED' }]);
  });
});
