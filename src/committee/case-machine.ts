import { defineMachine } from '../platform/machine.js';

/**
 * Domain model §8.4. Acts that leave the state as it is stand twice, because a seat may also be filled anew while the others vote.
 * A panel that cannot decide is dismissed, and another is drawn: a case ends by a resolution or with its application.
 */
export const caseMachine = defineMachine('committeeCase', 'OPEN', {
  fixCandidates: { from: ['OPEN'], to: 'OPEN' },
  draw: { from: ['OPEN'], to: 'PANEL_DRAWN' },
  accept: { from: ['PANEL_DRAWN'], to: 'PANEL_DRAWN' },
  vacate: { from: ['PANEL_DRAWN'], to: 'PANEL_DRAWN' },
  checkRecusals: { from: ['PANEL_DRAWN'], to: 'RECUSAL_CHECKED' },
  openVoting: { from: ['RECUSAL_CHECKED'], to: 'VOTING' },
  acceptWhileVoting: { from: ['VOTING'], to: 'VOTING' },
  vacateWhileVoting: { from: ['VOTING'], to: 'VOTING' },
  vote: { from: ['VOTING'], to: 'VOTING' },
  extend: { from: ['VOTING'], to: 'VOTING' },
  tie: { from: ['VOTING'], to: 'TIE' },
  revote: { from: ['TIE'], to: 'VOTING' },
  resolve: { from: ['VOTING'], to: 'RESOLVED' },
  decideTie: { from: ['TIE'], to: 'RESOLVED' },
  seal: { from: ['RESOLVED'], to: 'SEALED' },
  dismiss: { from: ['PANEL_DRAWN', 'VOTING', 'TIE'], to: 'OPEN' },
  close: { from: ['OPEN', 'PANEL_DRAWN', 'VOTING', 'TIE', 'RESOLVED'], to: 'CLOSED' },
});
export type CaseState = (typeof caseMachine.states)[number];
export type CaseAction = keyof typeof caseMachine.transitions;
