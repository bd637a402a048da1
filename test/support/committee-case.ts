import { disciplines, type OpenedVote, type VoteBody } from '@app/sdk';
import { commitmentOf, type Vote } from '../../src/committee/ballot.js';
import { CommitteeCase, type CaseState } from '../../src/committee/committee-case.js';
import { CommitteeRecusalsChecked } from '../../src/committee/committee-case-events.js';

/** Committee cases without a database, in any state. */
export const now = new Date('2026-03-02T02:00:00Z');
export const later = (days: number): Date => new Date(now.getTime() + days * 86_400_000);
export const policy = {
  size: 5,
  quorum: '2/3',
  majorityAbove: '1/2',
  vetoOn: 'A-R1',
  opinions: ['PASS', 'PASS_WITH_CONDITIONS', 'RETURN_FOR_SUPPLEMENT', 'FAIL'],
  disciplines,
  answerDays: 1,
  extensionDays: 2,
  conflictMonths: 24,
  grounds: ['A-R1', 'A-R2'],
} as const;
export const facts = {
  applicationId: 'app_1',
  applicantId: 'org_a',
  registrarId: 'org_r',
  resourceId: 'res_1',
  parties: ['org_a', 'org_r'],
  triggers: ['PERSONAL_INFORMATION'],
  text: 'why',
  dueAt: later(7).toISOString(),
  rulePack: 'CN-PROPERTY-2026@1.0.0',
  policy,
};
export const pool = (n: number) => ({
  candidates: Array.from({ length: n }, (_, i) => ({ expertId: `exp_${i}`, disciplines: [disciplines[i % 5]!] })),
  exclusions: [{ expertId: 'exp_x', reason: 'SHAREHOLDING' as const, organisationId: 'org_a' }],
});
export const origin = { eventId: 'e', leafIndex: 3, checkpointSize: 8, root: 'ab'.repeat(32) };
export const names = new Map(
  pool(9).candidates.map(({ expertId, ...one }) => [expertId, { name: `Name ${expertId}`, ...one }]),
);
export const body = (changes: Partial<VoteBody> = {}): VoteBody => ({
  opinion: 'PASS',
  groundCode: null,
  reasons: 'because',
  conditions: [],
  ...changes,
});

/** Stands for the ballot box: what was voted, by commitment. */
export const boxes = new WeakMap<CommitteeCase, OpenedVote[]>();
export const boxOf = (c: CommitteeCase): OpenedVote[] => {
  if (!boxes.has(c)) boxes.set(c, []);
  return boxes.get(c)!;
};
export function vote(c: CommitteeCase, expertId: string, what = body(), at = now): void {
  c.mustBeVote(expertId, what, at);
  const cast: Vote = { caseId: c.id, ballot: c.ballot, expertId, ...what };
  const salt = String(boxOf(c).length).padStart(64, '0');
  const commitment = commitmentOf(salt, cast);
  boxOf(c).push({ expertId, commitment, salt, vote: cast });
  c.cast(expertId, { commitment, sealed: 'jwe' }, at);
}
export const opened = (c: CommitteeCase): OpenedVote[] =>
  c.votes.map(({ commitment }) => boxOf(c).find((one) => one.commitment === commitment)!);
export const seated = (c: CommitteeCase): string[] => c.seats.map(({ expertId }) => expertId);
export const acceptAll = (c: CommitteeCase): void => seated(c).forEach((id) => c.accept(id, now));
export const voteAll = (c: CommitteeCase, ...held: Partial<VoteBody>[]): void =>
  seated(c).forEach((id, i) => vote(c, id, body(held[i % held.length])));

export function drawn(candidates = 7): CommitteeCase {
  const c = CommitteeCase.open(facts, now);
  c.fixCandidates(pool(candidates), now);
  c.drawPanel(origin, now);
  return c;
}
export function voting(candidates = 7): CommitteeCase {
  const c = drawn(candidates);
  acceptAll(c);
  return c;
}
export const EVEN = [{ opinion: 'PASS' }, { opinion: 'FAIL' }] as const;
export function tied(): CommitteeCase {
  const c = voting(5);
  seated(c)
    .slice(0, 4)
    .forEach((id, i) => vote(c, id, body(EVEN[i % 2])));
  c.remove(seated(c)[4]!, 'conflict', 'per_s', now);
  c.closeVoting(opened(c), names, now);
  return c;
}
export function resolved(): CommitteeCase {
  const c = voting();
  voteAll(c, {});
  c.closeVoting(opened(c), names, now);
  return c;
}
export const states: Record<CaseState, () => CommitteeCase> = {
  OPEN: () => CommitteeCase.open(facts, now),
  PANEL_DRAWN: () => drawn(),
  RECUSAL_CHECKED: () => {
    const c = drawn();
    c.apply(new CommitteeRecusalsChecked({ caseId: c.id, at: now.toISOString() }));
    return c;
  },
  VOTING: () => voting(),
  TIE: tied,
  RESOLVED: resolved,
  SEALED: () => {
    const c = resolved();
    c.seal('jws', now);
    return c;
  },
  CLOSED: () => {
    const c = drawn();
    c.close('withdrawn', now);
    return c;
  },
};
