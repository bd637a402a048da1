import { defineMachine } from '../platform/machine.js';
import type { Party } from './objection-events.js';

/** Domain model §8.4, N1 §29. A registrant who stays silent keeps nobody from investigating. */
export const objectionMachine = defineMachine('objection', 'FILED', {
  requestCompletion: { from: ['FILED'], to: 'INCOMPLETE' },
  complete: { from: ['INCOMPLETE'], to: 'FILED' },
  accept: { from: ['FILED'], to: 'ACCEPTED' },
  admit: { from: ['ACCEPTED'], to: 'ADMITTED' },
  contest: { from: ['ACCEPTED'], to: 'CONTESTED' },
  investigate: { from: ['ACCEPTED', 'CONTESTED'], to: 'INVESTIGATING' },
  makeStatement: { from: ['INVESTIGATING'], to: 'INVESTIGATING' },
  conclude: { from: ['INVESTIGATING'], to: 'CONCLUDED' },
  acceptConclusion: { from: ['CONCLUDED'], to: 'CONCLUDED' },
  /** The second party agrees, too: the registrar has something to do, or it was unfounded. */
  agree: { from: ['CONCLUDED'], to: 'AGREED' },
  agreeUnfounded: { from: ['CONCLUDED'], to: 'DISMISSED' },
  rejectConclusion: { from: ['CONCLUDED'], to: 'REJECTED_BY_PARTY' },
  litigate: { from: ['REJECTED_BY_PARTY'], to: 'LITIGATION' },
  arbitrate: { from: ['REJECTED_BY_PARTY'], to: 'ARBITRATION' },
  execute: { from: ['ADMITTED', 'AGREED', 'LITIGATION', 'ARBITRATION'], to: 'EXECUTED' },
  dismiss: { from: ['FILED', 'INCOMPLETE', 'REJECTED_BY_PARTY'], to: 'DISMISSED' },
  withdraw: {
    from: [
      'FILED',
      'INCOMPLETE',
      'ACCEPTED',
      'ADMITTED',
      'CONTESTED',
      'INVESTIGATING',
      'CONCLUDED',
      'AGREED',
      'REJECTED_BY_PARTY',
      'LITIGATION',
      'ARBITRATION',
    ],
    to: 'WITHDRAWN',
  },
});
export type ObjectionState = (typeof objectionMachine.states)[number];
export type ObjectionAction = keyof typeof objectionMachine.transitions;

/** Whose act it is. */
export const objectionActs = {
  objector: ['complete', 'makeStatement', 'acceptConclusion', 'rejectConclusion', 'withdraw'],
  registrant: ['admit', 'contest', 'makeStatement', 'acceptConclusion', 'rejectConclusion'],
  officer: ['requestCompletion', 'accept', 'investigate', 'litigate', 'arbitrate'],
  approver: ['conclude', 'execute', 'dismiss'],
} as const satisfies Record<string, readonly ObjectionAction[]>;

/** For whom it waits in each state. */
export const awaited: Readonly<Record<ObjectionState, readonly Party[]>> = {
  FILED: ['REGISTRAR'],
  INCOMPLETE: ['OBJECTOR'],
  ACCEPTED: ['REGISTRANT'],
  ADMITTED: ['REGISTRAR'],
  CONTESTED: ['REGISTRAR'],
  INVESTIGATING: ['REGISTRAR'],
  CONCLUDED: ['OBJECTOR', 'REGISTRANT'],
  AGREED: ['REGISTRAR'],
  REJECTED_BY_PARTY: ['OBJECTOR', 'REGISTRANT', 'REGISTRAR'],
  LITIGATION: ['REGISTRAR'],
  ARBITRATION: ['REGISTRAR'],
  EXECUTED: [],
  DISMISSED: [],
  WITHDRAWN: [],
};
