import {
  AddCorrectionBody,
  DecideObjectionBody,
  DeclineApplicationBody,
  ExtendReviewBody,
  FileInitialBody,
  GroundBody,
  PassReviewBody,
  ReferApplicationBody,
  RequestCorrectionBody,
  RequestSupplementBody,
  ReturnReviewBody,
  ReviseApplicationBody,
  SupplyBody,
  WaiverBody,
  WithdrawApplicationBody,
  type ApplicationView,
} from '@app/sdk';
import { DraftVerdict } from './pre-check.js';
import type { Act, Creation } from '../actions.js';
import {
  DEFAULT_REGIME,
  groundsFor,
  industries,
  materials,
  materialsOfAll,
  packOf,
  regimes,
} from '../forms/choices.js';
import { either, say } from '../i18n.js';

type GroundKinds = Parameters<typeof groundsFor> extends [string, ...infer Kinds] ? Kinds : never;
const file = { permission: 'application.file' } as const;
const examine = { permission: 'application.examine' } as const;
const approve = { permission: 'application.approve' } as const;

/** From the rule pack under which the application was filed. */
const grounds =
  (...kinds: GroundKinds) =>
  ({ rulePack }: ApplicationView) => ({ groundCode: groundsFor(rulePack, ...kinds) });
const contents = ({ rulePack, type }: ApplicationView) => ({
  code: materials(rulePack, type),
  groundCode: groundsFor(rulePack, 'CANCEL'),
  section: industries(),
});
const checklist = ({ checklist: asked }: ApplicationView) => ({
  checklist: asked.map(({ code, ok, note }) => ({ code, ok: ok ?? true, note })),
  remarks: [],
});
const questions = ({ rulePack }: ApplicationView) => ({
  code: (packOf(rulePack)?.reviewChecklist ?? []).map(({ id, question }) => ({
    value: id,
    label: `${id} ${either(question)}`,
  })),
  kind: (packOf(rulePack)?.remarks ?? []).map(({ kind, text }) => ({ value: kind, label: either(text) })),
});
const submissionCheck = ({ id }: ApplicationView) => <DraftVerdict id={id} />;

const revision = {
  to: '',
  method: 'PUT',
  schema: ReviseApplicationBody,
  // Whose block comes first; it is not sent.
  initial: ({ content: { particulars, ...content }, type, applicantId }: ApplicationView) => ({
    ...content,
    ...particulars,
    type,
    applicantId,
  }),
  given: ['type', 'certificateNumber'],
  choices: contents,
  faults: ({ id }: ApplicationView) => `/v1/applications/${id}/pre-check`,
  ...file,
} as const;

/** The service itself says whose act is possible now (`actions` of this reader). */
export const acts: readonly Act<ApplicationView>[] = [
  { name: 'submit', to: 'submission', tone: 'main', first: submissionCheck, ...file },
  { name: 'join', to: 'joining', permission: 'application.join', tone: 'main' },
  { name: 'rejoin', to: 'joining', permission: 'application.join', tone: 'main' },
  { name: 'revise', ...revision },
  { name: 'correct', ...revision },
  { name: 'resubmit', to: 'resubmission', tone: 'main', ...file },
  { name: 'supply', to: 'supplement', schema: SupplyBody, choices: contents, tone: 'main', ...file },
  { name: 'acceptApplication', offered: 'accept', to: 'acceptance', tone: 'main', ...examine },
  {
    name: 'requestCorrection',
    to: 'correction-request',
    schema: RequestCorrectionBody,
    choices: grounds('CORRECTION'),
    ...examine,
  },
  { name: 'addCorrection', to: 'correction-addition', schema: AddCorrectionBody, ...approve },
  {
    name: 'declineApplication',
    offered: 'decline',
    to: 'declination',
    schema: DeclineApplicationBody,
    choices: grounds('NOT_ACCEPT'),
    tone: 'danger',
    ...examine,
  },
  { name: 'startReview', to: 'review-start', tone: 'main', ...examine },
  { name: 'takeOverReview', to: 'review-start', ...examine },
  {
    name: 'passReview',
    to: 'review-pass',
    schema: PassReviewBody,
    initial: checklist,
    choices: questions,
    tone: 'main',
    ...examine,
  },
  { name: 'extendReview', to: 'extension', schema: ExtendReviewBody, ...examine },
  { name: 'requestSupplement', to: 'supplement-request', schema: RequestSupplementBody, ...examine },
  { name: 'refer', to: 'referral', schema: ReferApplicationBody, ...examine },
  { name: 'proposeWaiver', to: 'notice-waiver', schema: WaiverBody, ...examine },
  {
    name: 'refuse',
    to: 'refusal',
    schema: GroundBody,
    choices: grounds('REFUSE', 'RETURN'),
    tone: 'danger',
    ...examine,
  },
  {
    name: 'terminate',
    to: 'termination',
    schema: GroundBody,
    choices: grounds('TERMINATE'),
    tone: 'danger',
    ...examine,
  },
  { name: 'approve', to: 'approval', tone: 'main', ...approve },
  { name: 'approveWithoutNotice', to: 'approval-without-notice', schema: WaiverBody, ...approve },
  { name: 'returnReview', to: 'review-return', schema: ReturnReviewBody, ...approve },
  {
    name: 'decideObjection',
    offered: 'dismissObjection',
    to: 'objection-decision',
    schema: DecideObjectionBody,
    tone: 'main',
    ...approve,
  },
  { name: 'withdraw', to: 'withdrawal', schema: WithdrawApplicationBody, tone: 'danger', ...file },
];

/** Of what is not on the register yet; what concerns a certificate is filed from its page. Materials are those of the regime that is chosen. */
export const fileApplication = (): Creation => ({
  path: '/v1/applications',
  title: say('fileApplication'),
  permission: 'application.file',
  schema: FileInitialBody,
  initial: () => ({ type: 'INITIAL', regime: DEFAULT_REGIME, validityYears: 5 }),
  given: ['type'],
  choices: (chosen) => ({
    regime: regimes(),
    code: materialsOfAll(chosen),
    section: industries(),
  }),
});
