import { opinions, type Opinion } from '@app/sdk';

export type Tally = Record<Opinion, number>;
export interface CountedVote {
  readonly opinion: Opinion;
  readonly groundCode: string | null;
}
export interface VotingRules {
  /** `2/3` of the seats must be present, `more than 1/2` of those present must agree. */
  readonly quorum: string;
  readonly majorityAbove: string;
  readonly size: number;
  readonly vetoOn: string | null;
}

export interface Outcome {
  /** null: neither side has the majority. */
  readonly opinion: Opinion | null;
  readonly byVeto: boolean;
}

const parts = (fraction: string): [number, number] => fraction.split('/').map(Number) as [number, number];

export const hasQuorum = (present: number, { quorum, size }: Pick<VotingRules, 'quorum' | 'size'>): boolean => {
  const [over, under] = parts(quorum);
  return present * under >= size * over;
};

export function tallyOf(votes: readonly CountedVote[]): Tally {
  const tally = Object.fromEntries(opinions.map((opinion) => [opinion, 0])) as Tally;
  for (const { opinion } of votes) tally[opinion] += 1;
  return tally;
}

/**
 * First whether it passes: PASS and PASS_WITH_CONDITIONS against the other two, by more than the fraction of those present. Then how: without
 * conditions, and finally not at all, only when that opinion has the majority by itself; else what is milder for nobody and still open to all:
 * with the conditions named, or back for a supplement. A single reasoned FAIL on the ground of the veto decides alone.
 */
export function decide(votes: readonly CountedVote[], { majorityAbove, vetoOn }: VotingRules): Outcome {
  if (vetoOn !== null && votes.some(({ opinion, groundCode }) => opinion === 'FAIL' && groundCode === vetoOn))
    return { opinion: 'FAIL', byVeto: true };
  const [over, under] = parts(majorityAbove);
  const { PASS, PASS_WITH_CONDITIONS, RETURN_FOR_SUPPLEMENT, FAIL } = tallyOf(votes);
  const wins = (count: number): boolean => count * under > votes.length * over;
  const byMajority = (): Opinion | null => {
    if (wins(PASS)) return 'PASS';
    if (wins(PASS + PASS_WITH_CONDITIONS)) return 'PASS_WITH_CONDITIONS';
    if (wins(FAIL)) return 'FAIL';
    return wins(FAIL + RETURN_FOR_SUPPLEMENT) ? 'RETURN_FOR_SUPPLEMENT' : null;
  };
  return { opinion: byMajority(), byVeto: false };
}

/** The ground that most FAIL votes name; of equally many the first in the order of the votes. */
export function commonGround(votes: readonly CountedVote[]): string | null {
  const grounds = votes.flatMap(({ opinion, groundCode }) => (opinion === 'FAIL' && groundCode ? [groundCode] : []));
  const times = (code: string): number => grounds.filter((other) => other === code).length;
  return grounds.reduce<string | null>((best, code) => (best && times(best) >= times(code) ? best : code), null);
}
