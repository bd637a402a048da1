import type { RegistrarOrderKind } from '@app/sdk';
import { defineMachine } from '../platform/machine.js';

/** Domain model §8.4. `open` enters what the national catalogue holds already. */
export const registrarMachine = defineMachine('registrar', 'CANDIDATE', {
  open: { from: ['CANDIDATE'], to: 'CATALOGUED' },
  stateProfile: { from: ['CANDIDATE'], to: 'CANDIDATE' },
  recommend: { from: ['CANDIDATE'], to: 'RECOMMENDED' },
  catalogue: { from: ['RECOMMENDED'], to: 'CATALOGUED' },
  // A notice of exit falls with the suspension, and is given again after it.
  suspendPublishing: { from: ['CATALOGUED', 'EXIT_NOTICED'], to: 'PUBLISHING_SUSPENDED' },
  reinstate: { from: ['PUBLISHING_SUSPENDED'], to: 'CATALOGUED' },
  remove: { from: ['CATALOGUED', 'PUBLISHING_SUSPENDED', 'EXIT_NOTICED', 'EXIT_APPROVED'], to: 'REMOVED' },
  nameSuccessor: { from: ['REMOVED'], to: 'REMOVED' },
  noticeExit: { from: ['CATALOGUED'], to: 'EXIT_NOTICED' },
  approveExit: { from: ['EXIT_NOTICED'], to: 'EXIT_APPROVED' },
  declineExit: { from: ['EXIT_NOTICED'], to: 'CATALOGUED' },
  reportExit: { from: ['EXIT_APPROVED'], to: 'EXIT_APPROVED' },
  archive: { from: ['EXIT_APPROVED'], to: 'EXIT_APPROVED' },
  archiveRemoved: { from: ['REMOVED'], to: 'REMOVED' },
  handOver: { from: ['EXIT_APPROVED'], to: 'EXITED' },
  handOverRemoved: { from: ['REMOVED'], to: 'REMOVED' },
});
export type RegistrarAction = keyof typeof registrarMachine.transitions;

/** What an order does when its second person confirms it; null: it concerns the notice of a change, in any serving state. */
export const actionOf: Record<RegistrarOrderKind, RegistrarAction | null> = {
  RECOMMEND: 'recommend',
  CATALOGUE: 'catalogue',
  SUSPEND_PUBLISHING: 'suspendPublishing',
  REINSTATE: 'reinstate',
  REMOVE: 'remove',
  NAME_SUCCESSOR: 'nameSuccessor',
  APPROVE_EXIT: 'approveExit',
  DECLINE_EXIT: 'declineExit',
  CONFIRM_CHANGE: null,
  DECLINE_CHANGE: null,
};
