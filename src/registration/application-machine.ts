import { defineMachine } from '../platform/machine.js';

/** Domain model §8.3, regime A. A committee, and a waiver of the notice, have no states of their own yet. */
export const applicationMachine = defineMachine('application', 'DRAFT', {
  revise: { from: ['DRAFT'], to: 'DRAFT' },
  submit: { from: ['DRAFT'], to: 'SUBMITTED' },
  requestCorrection: { from: ['SUBMITTED'], to: 'CORRECTION_REQUIRED' },
  correct: { from: ['CORRECTION_REQUIRED'], to: 'CORRECTION_REQUIRED' },
  resubmit: { from: ['CORRECTION_REQUIRED'], to: 'SUBMITTED' },
  lapse: { from: ['CORRECTION_REQUIRED'], to: 'LAPSED' },
  decline: { from: ['SUBMITTED'], to: 'NOT_ACCEPTED' },
  accept: { from: ['SUBMITTED'], to: 'ACCEPTED' },
  acceptBySilence: { from: ['SUBMITTED'], to: 'ACCEPTED' },
  startReview: { from: ['ACCEPTED'], to: 'UNDER_REVIEW' },
  takeOverReview: { from: ['UNDER_REVIEW'], to: 'UNDER_REVIEW' },
  extendReview: { from: ['UNDER_REVIEW'], to: 'UNDER_REVIEW' },
  requestSupplement: { from: ['UNDER_REVIEW'], to: 'SUPPLEMENT_REQUIRED' },
  supply: { from: ['SUPPLEMENT_REQUIRED'], to: 'UNDER_REVIEW' },
  terminate: { from: ['SUPPLEMENT_REQUIRED'], to: 'TERMINATED' },
  refuse: { from: ['UNDER_REVIEW'], to: 'REFUSED' },
  passReview: { from: ['UNDER_REVIEW'], to: 'UNDER_REVIEW' },
  returnReview: { from: ['UNDER_REVIEW'], to: 'UNDER_REVIEW' },
  approve: { from: ['UNDER_REVIEW'], to: 'REVIEW_PASSED' },
  publish: { from: ['REVIEW_PASSED'], to: 'PUBLIC_NOTICE' },
  object: { from: ['PUBLIC_NOTICE'], to: 'OBJECTION_HANDLING' },
  dismissObjection: { from: ['OBJECTION_HANDLING'], to: 'PUBLIC_NOTICE' },
  upholdObjection: { from: ['OBJECTION_HANDLING'], to: 'REFUSED' },
  endNotice: { from: ['PUBLIC_NOTICE'], to: 'NOTICE_DONE' },
  register: { from: ['NOTICE_DONE'], to: 'REGISTERED' },
  certify: { from: ['REGISTERED'], to: 'CERTIFIED' },
  withdraw: {
    from: [
      'DRAFT',
      'SUBMITTED',
      'CORRECTION_REQUIRED',
      'ACCEPTED',
      'UNDER_REVIEW',
      'SUPPLEMENT_REQUIRED',
      'REVIEW_PASSED',
      'PUBLIC_NOTICE',
      'OBJECTION_HANDLING',
      'NOTICE_DONE',
    ],
    to: 'WITHDRAWN',
  },
});
export type ApplicationState = (typeof applicationMachine.states)[number];
export type ApplicationAction = keyof typeof applicationMachine.transitions;

/** Whose act it is; what the platform does by itself stands in neither list. */
export const actsOf = {
  applicant: ['revise', 'submit', 'correct', 'resubmit', 'supply', 'withdraw'],
  officer: [
    'requestCorrection',
    'decline',
    'accept',
    'startReview',
    'takeOverReview',
    'extendReview',
    'requestSupplement',
    'terminate',
    'refuse',
    'passReview',
  ],
  approver: ['returnReview', 'approve', 'dismissObjection', 'upholdObjection'],
} as const satisfies Record<string, readonly ApplicationAction[]>;
