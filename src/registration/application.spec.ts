import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulePack } from '@app/rulepacks';
import { applicationStates, type DeclareResourceBody, type FileInitialBody, type QualityReport } from '@app/sdk';
import { eventType, revive } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { Refusal } from '../platform/refusal.js';
import {
  ApplicationApproved,
  ApplicationClosed,
  ApplicationNoticeEnded,
  ApplicationNoticeWaived,
  type Resolution,
} from './application-events.js';
import { actsOf, applicationMachine, type ApplicationAction, type ApplicationState } from './application-machine.js';
import { questionsFor } from './application-rules.js';
import { Application, type Act } from './application.js';
import { DataResource } from './data-resource.js';

const pack = rulePack('CN-PROPERTY-2026');
const [applicantId, registrarId] = [newId('org'), newId('org')];
const at = new Date('2026-07-06T02:00:00Z');
const by = (orgId: string, now = at): Act => ({ actor: { id: newId('per'), orgId, roles: [] }, now });
const [holder, reviewer, approver, other] = [by(applicantId), by(registrarId), by(registrarId), by(newId('org'))];

const declaration: DeclareResourceBody = {
  name: '演示数据',
  abstract: '演示',
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
  restriction: '无',
  fileId: newId('file'),
};
const report: QualityReport = {
  format: 'CSV',
  bytes: 9,
  sha256: 'a'.repeat(64),
  rows: 1,
  columns: [{ name: 'a', type: 'BIGINT', nullShare: '0.0000', min: '1', max: '1', distinct: 1 }],
  duplicateRows: 0,
  completeness: '1.0000',
  profiler: 'none',
};
const resource = DataResource.declare(declaration, report, { id: holder.actor.id, orgId: applicantId }, at);
const fileId = newId('file');
const body: FileInitialBody = {
  regime: pack.id,
  type: 'INITIAL',
  resourceId: resource.id,
  registrarId,
  rights: [{ right: 'HOLD', termYears: null, limits: '' }],
  scenario: '演示场景',
  materials: ['form', 'identity', 'acquisition', 'sample', 'description'].map((code) => ({ code, fileId })),
  validityYears: 5,
  proofs: { contractRights: [], consentOfOthers: false, publicPlatformRegistration: false },
  noticeWaiver: '演示理由',
};
const { regime: _regime, type: _type, registrarId: _registrar, ...content } = body;
const submission = { resource, owners: new Map([[fileId, applicantId]]), applicantId };
const notice = { applicant: { name: '演示', uscc: '' }, dataName: '', dataAbstract: '', restrictions: [] };
const registered = {
  holder: { id: applicantId, name: '演示', uscc: '' },
  resource,
  registrar: { organisationId: registrarId, name: '演示登记机构', regionCode2: '44', digit: '1' },
  fileHashes: new Map([[fileId, 'b'.repeat(64)]]),
};
const checklist = questionsFor(pack, 'COLLECTED').map(({ id }) => ({ code: id, ok: true, note: '' }));
const resolution = (opinion: Resolution['opinion'], conditions: Resolution['conditions'] = []): Resolution => ({
  caseId: newId('case'),
  opinion,
  groundCode: opinion === 'FAIL' ? 'A-R1' : null,
  reasons: 'x',
  conditions,
  resolutionHash: 'c'.repeat(64),
});
const platform = by('platform', new Date('2026-07-20T00:00:00Z'));
const step = (app: Application) => ({ applicationId: app.id, by: 'x', at: at.toISOString(), rulePack: app.rulePack });

/** Every act with what it asks for fulfilled, so that only the state can refuse it. */
const acts: Record<string, { of: ApplicationAction[]; to?: ApplicationState; do: (app: Application) => unknown }> = {
  revise: { of: ['revise', 'correct'], do: (app) => app.revise(content, holder) },
  submit: { of: ['submit'], do: (app) => app.submit('submit', submission, [], holder) },
  resubmit: { of: ['resubmit'], do: (app) => app.submit('resubmit', submission, [], holder) },
  withdraw: { of: ['withdraw'], do: (app) => app.withdraw('', holder) },
  requestCorrection: { of: ['requestCorrection'], do: (app) => app.requestCorrection('A-N1', ['x'], 5, reviewer) },
  addCorrection: { of: ['addCorrection'], do: (app) => app.addCorrection(['y'], 5, 'x', approver) },
  lapse: { of: ['lapse'], do: (app) => app.lapse(platform) },
  decline: { of: ['decline'], do: (app) => app.decline('A-N1', 'x', reviewer) },
  accept: { of: ['accept'], do: (app) => app.accept(reviewer) },
  acceptBySilence: { of: ['acceptBySilence'], do: (app) => app.acceptBySilence(platform) },
  startReview: { of: ['startReview', 'takeOverReview'], do: (app) => app.startReview(reviewer) },
  extendReview: { of: ['extendReview'], do: (app) => app.extendReview(10, 'x', reviewer) },
  requestSupplement: { of: ['requestSupplement'], do: (app) => app.requestSupplement(['x'], 5, reviewer) },
  supply: { of: ['supply'], do: (app) => app.supply([], 'x', holder) },
  terminate: { of: ['terminate'], do: (app) => app.terminate('A-T1', 'x', reviewer) },
  refuse: { of: ['refuse'], do: (app) => app.refuse('A-R2', 'x', reviewer) },
  passReview: { of: ['passReview'], do: (app) => app.passReview(checklist, [], declaration, reviewer) },
  returnReview: { of: ['returnReview'], do: (app) => app.returnReview('x', approver) },
  approve: { of: ['approve'], to: 'PUBLIC_NOTICE', do: (app) => app.approve(notice, approver) },
  object: { of: ['object'], do: (app) => app.object('x', [], other) },
  dismissObjection: { of: ['dismissObjection'], do: (app) => app.decideObjection('dismissObjection', 'x', approver) },
  upholdObjectionPartly: {
    of: ['upholdObjectionPartly'],
    do: (app) => app.decideObjection('upholdObjectionPartly', 'x', approver),
  },
  upholdObjection: { of: ['upholdObjection'], do: (app) => app.decideObjection('upholdObjection', 'x', approver) },
  refer: { of: ['refer'], do: (app) => app.refer('x', declaration, reviewer) },
  admitByCommittee: { of: ['admitByCommittee'], do: (app) => app.resolve(resolution('PASS'), platform) },
  returnByCommittee: {
    of: ['returnByCommittee'],
    do: (app) => app.resolve(resolution('RETURN_FOR_SUPPLEMENT'), platform),
  },
  refuseByCommittee: { of: ['refuseByCommittee'], do: (app) => app.resolve(resolution('FAIL'), platform) },
  proposeWaiver: { of: ['proposeWaiver'], do: (app) => app.proposeWaiver('x', reviewer) },
  approveWithoutNotice: {
    of: ['approve'],
    to: 'REGISTERED',
    do: (app) => app.approveWithoutNotice('x', registered, approver),
  },
  register: { of: ['endNotice'], to: 'REGISTERED', do: (app) => app.register(registered, platform) },
  certify: { of: ['certify'], do: (app) => app.certify(newId('cert'), 'SJ4412026080001') },
};
const does =
  (...names: string[]) =>
  (app: Application) =>
    names.forEach((name) => acts[name]!.do(app));
const reviewed = ['submit', 'accept', 'startReview', 'passReview', 'proposeWaiver'];

const ways: Record<ApplicationState, (app: Application) => unknown> = {
  DRAFT: () => undefined,
  SUBMITTED: does('submit'),
  CORRECTION_REQUIRED: does('submit', 'requestCorrection'),
  LAPSED: does('submit', 'requestCorrection', 'lapse'),
  NOT_ACCEPTED: does('submit', 'decline'),
  ACCEPTED: does('submit', 'accept'),
  UNDER_REVIEW: does(...reviewed),
  COMMITTEE_REVIEW: does(...reviewed, 'refer'),
  SUPPLEMENT_REQUIRED: does(...reviewed, 'requestSupplement'),
  TERMINATED: does(...reviewed, 'requestSupplement', 'terminate'),
  REFUSED: does(...reviewed, 'refuse'),
  // Three states that no transaction ends in: what follows is done at once.
  REVIEW_PASSED: (app) => {
    does(...reviewed)(app);
    app.apply(new ApplicationApproved({ ...step(app), by: approver.actor.id, groundCode: null, text: null }));
  },
  NOTICE_WAIVED: (app) => {
    ways.REVIEW_PASSED(app);
    const by = approver.actor.id;
    app.apply(new ApplicationNoticeWaived({ ...step(app), by, groundCode: null, text: null }));
  },
  NOTICE_DONE: (app) => {
    does(...reviewed, 'approve')(app);
    const resumed = { to: at.toISOString(), reviewDue: app.reviewDue!.toISOString() };
    app.apply(new ApplicationNoticeEnded({ ...step(app), resumed }));
  },
  PUBLIC_NOTICE: does(...reviewed, 'approve'),
  OBJECTION_HANDLING: does(...reviewed, 'approve', 'object'),
  REGISTERED: does(...reviewed, 'approve', 'register'),
  CERTIFIED: does(...reviewed, 'approve', 'register', 'certify'),
  // By a cancellation only: registration-types.spec.ts goes that way.
  CLOSED: (app) => {
    does(...reviewed, 'approve')(app);
    const told = { groundCode: 'A-C1', text: 'x', certificateId: 'cert_1', certificateNumber: '' };
    app.apply(new ApplicationClosed({ ...step(app), ...told, evidence: '{}', evidenceHash: '' }));
  },
  WITHDRAWN: does('withdraw'),
};
const bring = (state: ApplicationState): Application => {
  const app = Application.file(body, holder);
  ways[state](app);
  expect(app.state).toBe(state);
  return app;
};
const fieldsOf = (app: Application) => JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(app)))) as object;
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return undefined;
};

describe('the state table', () => {
  it('is the one of the interface, of the database, and of the list of who acts', () => {
    expect(new Set<string>(applicationMachine.states)).toEqual(new Set(applicationStates));
    const folder = join(import.meta.dirname, '../platform/migrations');
    const migrations = readdirSync(folder)
      .toSorted()
      .map((name) => readFileSync(join(folder, name), 'utf8'));
    const newest = migrations.findLast((text) => text.includes('ADD CONSTRAINT application_state_check'))!;
    const check = /ADD CONSTRAINT application_state_check\s+CHECK \(state IN\s+\(([^)]*)\)\)/.exec(newest)![1]!;
    expect(new Set(check.match(/\w+/g))).toEqual(new Set(applicationStates));
    const byPlatform = 'acceptBySilence lapse publish object endNotice register certify close fail'.split(' ');
    byPlatform.push('terminateOnObjection', 'admitByCommittee', 'returnByCommittee', 'refuseByCommittee');
    const listed = [...Object.values(actsOf).flat(), ...byPlatform];
    expect(listed.toSorted()).toEqual(Object.keys(applicationMachine.transitions).toSorted());
  });

  for (const state of applicationMachine.states)
    it.each(Object.keys(acts))(`${state}: %s`, (name) => {
      const { of, to, do: act } = acts[name]!;
      const action = of.find((a) => applicationMachine.transitions[a].from.includes(state as never));
      const app = bring(state);
      const { version } = app;
      // INV-03: the one list has been asked for already.
      if (action) act(app);
      else expect(codeOf(() => act(app))).toBe('illegal-transition');
      expect(app.state).toBe(action ? (to ?? applicationMachine.transitions[action].to) : state);
      expect(app.version > version).toBe(action !== undefined);
    });

  it.each(applicationMachine.states)('%s: folding the events, as they were written, gives the row back', (state) => {
    const app = bring(state);
    const written = app.getUncommittedEvents().map((event) => revive(eventType(event), JSON.stringify(event)));
    const again = new Application();
    again.loadFromHistory(written);
    expect(fieldsOf(again)).toEqual(fieldsOf(app));
  });
});

describe('guards', () => {
  it('the list of corrections is given once (INV-03)', () => {
    const app = bring('CORRECTION_REQUIRED');
    acts['resubmit']!.do(app);
    expect(codeOf(() => acts['requestCorrection']!.do(app))).toBe('registration/already-corrected');
  });

  it('whoever else than the reviewer approves', () => {
    const app = bring('UNDER_REVIEW');
    expect(codeOf(() => app.approve(notice, reviewer))).toBe('same-person');
    expect(codeOf(() => app.approve(notice, by(newId('org'))))).toBe('not-your-organisation');
  });

  it('what was passed before a supplement has to be passed again', () => {
    const app = bring('SUPPLEMENT_REQUIRED');
    acts['supply']!.do(app);
    expect(codeOf(() => app.approve(notice, approver))).toBe('registration/not-reviewed');
  });

  it('after the time for the acceptance the registrar is too late, whatever it wants', () => {
    const late = by(registrarId, new Date('2026-07-09T16:00:00Z'));
    for (const act of [(app: Application) => app.accept(late), (app: Application) => app.decline('A-N1', 'x', late)])
      expect(codeOf(() => act(bring('SUBMITTED')))).toBe('registration/too-late');
    const inTime = by(registrarId, new Date('2026-07-09T15:59:59.999Z'));
    expect(codeOf(() => bring('SUBMITTED').accept(inTime))).toBeUndefined();
  });
});

describe('joint applicants', () => {
  const [second, third] = [by(newId('org')), by(newId('org'))];
  const named = [second, third].map(({ actor: { orgId } }) => ({ organisationId: orgId }));
  const statuses = new Map(named.map(({ organisationId }) => [organisationId, 'ACTIVE']));
  const jointly = () => Application.file({ ...body, jointApplicants: named }, holder);
  const submit = (app: Application, jointApplicants = statuses) =>
    app.submit('submit', { ...submission, jointApplicants }, [], holder);
  const pointersOf = (work: () => unknown): string[] => {
    try {
      work();
    } catch (error) {
      if (error instanceof Refusal) return error.faults.map(({ pointer }) => pointer);
      throw error;
    }
    return [];
  };
  const at = (i: number) => `/content/jointApplicants/${i}/organisationId`;

  it.each(applicationMachine.states)('%s: is it joined?', (state) => {
    const app = jointly();
    if (state !== 'DRAFT' && state !== 'WITHDRAWN') for (const act of [second, third]) app.join(act);
    const facts = { ...submission, jointApplicants: statuses };
    const submits = acts['submit']!.do;
    acts['submit']!.do = (one) => one.submit('submit', facts, [], holder);
    try {
      ways[state](app);
    } finally {
      acts['submit']!.do = submits;
    }
    if (state === 'CORRECTION_REQUIRED') app.revise({ ...content, jointApplicants: named }, holder);
    const open = state === 'DRAFT' || state === 'CORRECTION_REQUIRED';
    expect(codeOf(() => app.join(second))).toBe(open ? undefined : 'illegal-transition');
    expect(app.joint[0]!.joined !== null).toBe(state !== 'WITHDRAWN');
    const again = new Application();
    again.loadFromHistory(app.getUncommittedEvents().map((event) => revive(eventType(event), JSON.stringify(event))));
    expect(fieldsOf(again)).toEqual(fieldsOf(app));
  });

  it('each joins once, before the submission, which names whoever has not', () => {
    const app = jointly();
    expect(pointersOf(() => submit(app))).toEqual([at(0), at(1)]);
    app.join(third);
    expect(pointersOf(() => submit(app))).toEqual([at(0)]);
    expect(codeOf(() => app.join(third))).toBe('registration/already-joined');
    for (const act of [holder, other, reviewer]) expect(codeOf(() => app.join(act))).toBe('not-your-organisation');
    app.join(second);
    expect(pointersOf(() => submit(app, new Map([...statuses, [named[0]!.organisationId, 'SUSPENDED']])))).toEqual([
      at(0),
    ]);
    submit(app);
    expect(app.state).toBe('SUBMITTED');
    expect(codeOf(() => bring('DRAFT').join(second))).toBe('registration/nothing-to-join');
  });

  it('a revision undoes what was joined', () => {
    const app = jointly();
    for (const act of [second, third]) app.join(act);
    app.revise({ ...content, scenario: '另一场景', jointApplicants: named }, holder);
    expect(pointersOf(() => submit(app))).toEqual([at(0), at(1)]);
  });

  it('are neither the applicant nor the registrar (SOD-1)', () => {
    for (const [organisationId, code] of [
      [registrarId, 'registration/own-registrar'],
      [applicantId, 'invalid-request'],
    ] as const) {
      const wrong = { jointApplicants: [...named, { organisationId }] };
      expect(codeOf(() => Application.file({ ...body, ...wrong }, holder))).toBe(code);
      expect(codeOf(() => bring('DRAFT').revise({ ...content, ...wrong }, holder))).toBe(code);
    }
  });

  it('may withdraw it once they have joined, and never object to it', () => {
    expect(codeOf(() => jointly().withdraw('', second))).toBe('not-your-organisation');
    const app = jointly();
    for (const act of [second, third]) app.join(act);
    submit(app);
    does('accept', 'startReview', 'passReview', 'approve')(app);
    for (const act of [holder, second, third])
      expect(codeOf(() => app.object('x', [], act))).toBe('registration/own-application');
    app.withdraw('', second);
    expect(app.state).toBe('WITHDRAWN');
  });
});

describe('deadlines', () => {
  const of = (state: ApplicationState) =>
    Object.entries(bring(state).deadlines).flatMap(([kind, due]) => (due ? [`${kind} ${due.toISOString()}`] : []));

  it.each<[ApplicationState, string[]]>([
    ['DRAFT', []],
    ['SUBMITTED', ['registration.acceptance 2026-07-09T16:00:00.000Z']],
    ['CORRECTION_REQUIRED', ['registration.correction 2026-07-13T16:00:00.000Z']],
    ['UNDER_REVIEW', ['registration.review 2026-07-20T16:00:00.000Z']],
    ['COMMITTEE_REVIEW', ['registration.review 2026-07-20T16:00:00.000Z']],
    ['SUPPLEMENT_REQUIRED', []],
    ['PUBLIC_NOTICE', ['registration.notice 2026-07-13T16:00:00.000Z']],
    ['OBJECTION_HANDLING', ['registration.objection 2026-07-20T16:00:00.000Z']],
    ['REGISTERED', []],
    ['WITHDRAWN', []],
  ])('%s waits for %j', (state, expected) => {
    expect(of(state)).toEqual(expected);
  });

  it('a missed one is noted once', () => {
    const app = bring('UNDER_REVIEW');
    app.noteOverdue(platform);
    expect(app.deadlines['registration.review']).toBeNull();
  });
});
