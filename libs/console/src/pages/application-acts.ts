import {
  ApplicationContent,
  DecideObjectionBody,
  DeclineApplicationBody,
  ExtendReviewBody,
  FileInitialBody,
  GroundBody,
  PassReviewBody,
  RequestCorrectionBody,
  RequestSupplementBody,
  ReturnReviewBody,
  SupplyBody,
  WithdrawApplicationBody,
  type ApplicationView,
} from '@app/sdk';
import type { Act, Creation } from '../actions.js';
import { groundsFor, materials, regime } from '../forms/choices.js';
import { either, say } from '../i18n.js';

const materialChoices = () => ({ code: materials() });
const checklist = ({ checklist: asked }: ApplicationView) => ({
  checklist: asked.map(({ code, ok, note }) => ({ code, ok: ok ?? true, note })),
  remarks: [],
});
const questions = () => ({
  code: regime.reviewChecklist.map(({ id, question }) => ({ value: id, label: `${id} ${either(question)}` })),
});

/** The service itself says whose act is possible now (`actions` of this reader). */
export const acts: readonly Act<ApplicationView>[] = [
  { name: 'submit', to: 'submission', permission: 'application.file', tone: 'main' },
  {
    name: 'revise',
    to: '',
    method: 'PUT',
    permission: 'application.file',
    schema: ApplicationContent,
    initial: ({ content }) => content,
    choices: materialChoices,
  },
  {
    name: 'correct',
    to: '',
    method: 'PUT',
    permission: 'application.file',
    schema: ApplicationContent,
    initial: ({ content }) => content,
    choices: materialChoices,
  },
  { name: 'resubmit', to: 'resubmission', permission: 'application.file', tone: 'main' },
  {
    name: 'supply',
    to: 'supplement',
    permission: 'application.file',
    schema: SupplyBody,
    choices: materialChoices,
    tone: 'main',
  },
  { name: 'acceptApplication', offered: 'accept', to: 'acceptance', permission: 'application.examine', tone: 'main' },
  {
    name: 'requestCorrection',
    to: 'correction-request',
    permission: 'application.examine',
    schema: RequestCorrectionBody,
    choices: () => ({ groundCode: groundsFor('CORRECTION') }),
  },
  {
    name: 'declineApplication',
    offered: 'decline',
    to: 'declination',
    permission: 'application.examine',
    schema: DeclineApplicationBody,
    choices: () => ({ groundCode: groundsFor('NOT_ACCEPT') }),
    tone: 'danger',
  },
  { name: 'startReview', to: 'review-start', permission: 'application.examine', tone: 'main' },
  { name: 'takeOverReview', to: 'review-start', permission: 'application.examine' },
  {
    name: 'passReview',
    to: 'review-pass',
    permission: 'application.examine',
    schema: PassReviewBody,
    initial: checklist,
    choices: questions,
    tone: 'main',
  },
  { name: 'extendReview', to: 'extension', permission: 'application.examine', schema: ExtendReviewBody },
  {
    name: 'requestSupplement',
    to: 'supplement-request',
    permission: 'application.examine',
    schema: RequestSupplementBody,
  },
  {
    name: 'refuse',
    to: 'refusal',
    permission: 'application.examine',
    schema: GroundBody,
    choices: () => ({ groundCode: groundsFor('REFUSE', 'RETURN') }),
    tone: 'danger',
  },
  {
    name: 'terminate',
    to: 'termination',
    permission: 'application.examine',
    schema: GroundBody,
    choices: () => ({ groundCode: groundsFor('TERMINATE') }),
    tone: 'danger',
  },
  { name: 'approve', to: 'approval', permission: 'application.approve', tone: 'main' },
  { name: 'returnReview', to: 'review-return', permission: 'application.approve', schema: ReturnReviewBody },
  {
    name: 'decideObjection',
    offered: 'dismissObjection',
    to: 'objection-decision',
    permission: 'application.approve',
    schema: DecideObjectionBody,
    tone: 'main',
  },
  {
    name: 'withdraw',
    to: 'withdrawal',
    permission: 'application.file',
    schema: WithdrawApplicationBody,
    tone: 'danger',
  },
];

export const file = (): Creation => ({
  path: '/v1/applications',
  title: say('fileApplication'),
  permission: 'application.file',
  schema: FileInitialBody,
  given: ['regime', 'type'],
  initial: () => ({ regime: regime.id, validityYears: 5 }),
  choices: materialChoices,
});
