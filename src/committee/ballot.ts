import { createHash } from 'node:crypto';
import { canonicalJson } from '@app/signing';
import type { OpenedVote } from '@app/sdk';
import type { CommitteeCaseRecord } from './committee-case-record.js';

export type Vote = OpenedVote['vote'];

/** SHA-256 over the bytes of the salt (hex) and the canonical JSON (RFC 8785) of the vote. */
export const commitmentOf = (salt: string, vote: Vote): string =>
  createHash('sha256').update(Buffer.from(salt, 'hex')).update(canonicalJson(vote)).digest('hex');

/** Every vote that was cast, unchanged, by whom it was cast, for this ballot. Anything else is no refusal but an alarm. */
export function mustBeWhatWasCast({ id, ballot, votes }: CommitteeCaseRecord, opened: readonly OpenedVote[]): void {
  const same = votes.every(({ expertId, commitment }, i) => {
    const one = opened[i];
    if (!one || one.expertId !== expertId || one.commitment !== commitment) return false;
    const { vote } = one;
    const meant = vote.caseId === id && vote.ballot === ballot && vote.expertId === expertId;
    return meant && commitmentOf(one.salt, vote) === commitment;
  });
  if (!same || opened.length !== votes.length) throw new Error(`the votes of ${id} are not what was cast`);
}
