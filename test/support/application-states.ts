import { rulePack } from '@app/rulepacks';
import {
  type ApplicationType,
  type DeclareResourceBody,
  type FileInitialBody,
  type Particulars,
  type QualityReport,
} from '@app/sdk';
import { newId } from '../../src/platform/id.js';
import { Refusal } from '../../src/platform/refusal.js';
import {
  ApplicationApproved,
  ApplicationClosed,
  ApplicationNoticeEnded,
  ApplicationNoticeWaived,
  type Resolution,
} from '../../src/registration/application-events.js';
import { type ApplicationAction, type ApplicationState } from '../../src/registration/application-machine.js';
import { questionsFor } from '../../src/registration/application-rules.js';
import { Application, type Act } from '../../src/registration/application.js';
import { blockOf } from '../../scripts/job/applicant-block.js';
import { declaration as declared } from './declaration.js';
import { DataResource } from '../../src/registration/data-resource.js';

export const pack = rulePack('CN-PROPERTY-2026');
export const [applicantId, registrarId] = [newId('org'), newId('org')];
export const at = new Date('2026-07-06T02:00:00Z');
export const by = (orgId: string, now = at): Act => ({ actor: { id: newId('per'), orgId, roles: [] }, now });
export const [holder, reviewer, approver, other] = [
  by(applicantId),
  by(registrarId),
  by(registrarId),
  by(newId('org')),
];

export const declaration: DeclareResourceBody = { ...declared, restriction: '无', fileId: newId('file') };
export const report: QualityReport = {
  format: 'CSV',
  bytes: 9,
  sha256: 'a'.repeat(64),
  rows: 1,
  columns: [{ name: 'a', type: 'BIGINT', nullShare: '0.0000', min: '1', max: '1', distinct: 1 }],
  duplicateRows: 0,
  completeness: '1.0000',
  profiler: 'none',
};
export const resource = DataResource.declare(declaration, report, { id: holder.actor.id, orgId: applicantId }, at);
export const fileId = newId('file');
export const body: FileInitialBody = {
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
  applicants: [blockOf({ name: '演示', uscc: '91440101DEM0000018' })],
};
const certificateNumber = 'SJ4412026080001';
const items = [{ field: 'scenario', before: '甲', after: '乙', reason: '演示' }] as const;
/** What each type of follow-up asks for. */
export const asked: Record<Exclude<ApplicationType, 'INITIAL'>, Particulars> = {
  TRANSFER: {
    type: 'TRANSFER',
    certificateNumber,
    transfereeId: newId('org'),
    rights: ['HOLD'],
    dataScope: '全部',
    useScope: '演示',
  },
  CHANGE: { type: 'CHANGE', certificateNumber, items: [...items] },
  CORRECTION: { type: 'CORRECTION', certificateNumber, items: [...items] },
  RENEWAL: { type: 'RENEWAL', certificateNumber, years: 1, rights: ['HOLD'] },
  CANCELLATION: { type: 'CANCELLATION', certificateNumber, groundCode: 'A-C1', reason: '演示' },
};
export const { regime: _regime, type: _type, registrarId: _registrar, ...content } = body;
export const submission = { resource, owners: new Map([[fileId, applicantId]]), applicantId };
export const notice = { applicant: { name: '演示', uscc: '' }, dataName: '', dataAbstract: '', restrictions: [] };
export const registered = {
  holder: { id: applicantId, name: '演示', uscc: '' },
  resource,
  registrar: { organisationId: registrarId, name: '演示登记机构', regionCode2: '44', digit: '1' },
  fileHashes: new Map([[fileId, 'b'.repeat(64)]]),
};
export const checklist = questionsFor(pack, 'COLLECTED').map(({ id }) => ({ code: id, ok: true, note: '' }));
export const resolution = (opinion: Resolution['opinion'], conditions: Resolution['conditions'] = []): Resolution => ({
  caseId: newId('case'),
  opinion,
  groundCode: opinion === 'FAIL' ? 'A-R1' : null,
  reasons: 'x',
  conditions,
  resolutionHash: 'c'.repeat(64),
});
export const platform = by('platform', new Date('2026-07-20T00:00:00Z'));
export const step = (app: Application) => ({
  applicationId: app.id,
  by: 'x',
  at: at.toISOString(),
  rulePack: app.rulePack,
});

/** Every act with what it asks for fulfilled, so that only the state can refuse it. */
export const acts: Record<
  string,
  { of: ApplicationAction[]; to?: ApplicationState; do: (app: Application) => unknown }
> = {
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
export const does =
  (...names: string[]) =>
  (app: Application) =>
    names.forEach((name) => acts[name]!.do(app));
export const reviewed = ['submit', 'accept', 'startReview', 'passReview', 'proposeWaiver'];

export const ways: Record<ApplicationState, (app: Application) => unknown> = {
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
export const bring = (state: ApplicationState): Application => {
  const app = Application.file(body, holder);
  ways[state](app);
  expect(app.state).toBe(state);
  return app;
};
export const fieldsOf = (app: Application) =>
  JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(app)))) as object;
export const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return undefined;
};

/** Where what it is given is wrong; nowhere when it is taken. */
export const faultsOf = (work: () => unknown): string[] => {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error.faults.map(({ pointer }) => pointer);
    throw error;
  }
  return [];
};
