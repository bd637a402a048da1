import type { certificateStates } from '@app/sdk';
import { defineMachine } from '../platform/machine.js';

export type CertificateState = (typeof certificateStates)[number];

/**
 * Domain model §8.3. While an objection is open a certificate is in force; a remark of a court or an authority restricts it and
 * outranks an objection: released from the one, it returns to the other. What has ended stays as it ended.
 */
export const certificateMachine = defineMachine('certificate', 'PREPARED', {
  issue: { from: ['PREPARED'], to: 'ACTIVE' },
  restrict: { from: ['ACTIVE', 'OBJECTED'], to: 'RESTRICTED' },
  release: { from: ['RESTRICTED'], to: 'ACTIVE' },
  object: { from: ['ACTIVE'], to: 'OBJECTED' },
  clearObjection: { from: ['OBJECTED'], to: 'ACTIVE' },
  supersede: { from: ['ACTIVE', 'OBJECTED'], to: 'SUPERSEDED' },
  expire: { from: ['ACTIVE', 'OBJECTED', 'RESTRICTED'], to: 'EXPIRED' },
  /** At the holder's request, which a restriction bars (INV-10). */
  cancel: { from: ['ACTIVE', 'OBJECTED'], to: 'CANCELLED' },
  cancelByRegistrar: { from: ['ACTIVE', 'OBJECTED', 'RESTRICTED'], to: 'CANCELLED' },
  revoke: { from: ['ACTIVE', 'OBJECTED', 'RESTRICTED'], to: 'REVOKED' },
});
export type CertificateAction = keyof typeof certificateMachine.transitions;
