import type { OpenedVote } from '@app/sdk';
import {
  body,
  EVEN,
  later,
  names,
  now,
  opened,
  seated,
  tied,
  vote,
  voteAll,
  voting,
} from '../../test/support/committee-case.js';
import { commitmentOf } from './ballot.js';

describe('voting', () => {
  const code = (act: () => void): unknown => {
    try {
      act();
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
    return undefined;
  };

  it('is for panellists who declared, once, in time', () => {
    const c = voting();
    const [first, second] = seated(c);
    expect(code(() => vote(c, 'exp_x'))).toBe('committee/not-on-panel');
    vote(c, first!);
    expect(code(() => vote(c, first!, body({ opinion: 'FAIL' })))).toBe('committee/already-voted');
    const end = c.votingEndsAt!;
    expect(code(() => vote(c, second!, body(), new Date(end.getTime() + 1)))).toBe('committee/too-late');
    expect(code(() => vote(c, second!, body(), end))).toBeUndefined();
    c.recuse(first!, 'why', 'per_1', now);
    expect(c.hasVoted(first!)).toBe(false);
    expect(code(() => vote(c, seated(c).at(-1)!))).toBe('committee/not-declared');
  });

  it('knows the grounds of the pack, and conditions that can still be met', () => {
    const c = voting();
    const [first] = seated(c);
    expect(code(() => vote(c, first!, body({ opinion: 'FAIL', groundCode: 'A-N1' })))).toBe('invalid-request');
    const past = [{ text: 'do it', dueAt: now.toISOString() }];
    expect(code(() => vote(c, first!, body({ opinion: 'PASS_WITH_CONDITIONS', conditions: past })))).toBe(
      'invalid-request',
    );
  });

  it('closes when all have voted, or at the end with a quorum; not before', () => {
    const c = voting();
    seated(c)
      .slice(0, 4)
      .forEach((id) => vote(c, id));
    expect(c.isComplete).toBe(false);
    expect(code(() => c.closeVoting(opened(c), names, c.votingEndsAt!))).toMatch('is not over');
    expect(c.mayClose(new Date(c.votingEndsAt!.getTime() + 1))).toBe(true);
    vote(c, seated(c)[4]!);
    expect(c.isComplete).toBe(true);
  });

  it('is extended once without a quorum, silent seats go to others; then another panel is drawn', () => {
    const c = voting();
    seated(c)
      .slice(0, 3)
      .forEach((id) => vote(c, id));
    const silent = seated(c).slice(3);
    const end = new Date(c.votingEndsAt!.getTime() + 1);
    expect(c.mayClose(end)).toBe(false);
    c.failQuorum(end);
    expect(c).toMatchObject({ state: 'VOTING', extended: true });
    expect(c.votingEndsAt! > end).toBe(true);
    expect(c.votes).toHaveLength(3);
    expect(c.vacated.map(({ expertId, kind }) => [expertId, kind])).toEqual(silent.map((id) => [id, 'SILENT']));
    const again = new Date(c.votingEndsAt!.getTime() + 1);
    const still = seated(c).slice(3);
    c.failQuorum(again);
    expect(c).toMatchObject({ state: 'OPEN', votes: [], seats: [] });
    expect(c.vacated.slice(2).map(({ expertId }) => expertId)).toEqual(still);
  });

  it.each<[string, (votes: OpenedVote[]) => OpenedVote[]]>([
    ['changed', ([first, ...rest]) => [{ ...first!, vote: { ...first!.vote, opinion: 'FAIL' } }, ...rest]],
    ['left out', ([, ...rest]) => rest],
    ['added', (votes) => [...votes, votes[0]!]],
    ['given to another', ([a, b, ...rest]) => [{ ...b!, expertId: a!.expertId }, b!, ...rest]],
    [
      'salted anew',
      ([first, ...rest]) => [
        { ...first!, salt: 'f'.repeat(64), commitment: commitmentOf('f'.repeat(64), first!.vote) },
        ...rest,
      ],
    ],
  ])('is not counted when a vote was %s', (_name, change) => {
    const c = voting();
    voteAll(c, {});
    expect(code(() => c.closeVoting(change(opened(c)), names, now))).toMatch('not what was cast');
    expect(c.ballots).toEqual([]);
  });
});

describe('a tie', () => {
  it('is for the chair, the first of the order who knows the law', () => {
    const c = tied();
    const law = c.draw!.order.filter((id) =>
      c.draw!.candidates.find((one) => one.expertId === id)!.disciplines.includes('LAW'),
    );
    const here = (id: string) => seated(c).includes(id);
    expect(c.chairId).toBe(law.find(here) ?? c.draw!.order.find(here));
    const other = seated(c).find((id) => id !== c.chairId)!;
    expect(() => c.decideTie(other, body(), names, now)).toThrow(
      expect.objectContaining({ code: 'committee/not-the-chair' }),
    );
    c.decideTie(c.chairId!, body({ opinion: 'FAIL', groundCode: 'A-R2', reasons: 'as chair' }), names, now);
    expect(c.resolution).toMatchObject({ opinion: 'FAIL', groundCode: 'A-R2', byChair: true });
    expect(c.resolution!.reasons).toMatch(/^as chair\n\n/);
  });

  it('is voted on again once: by the chair, or when the chair is silent; then the panel is dismissed', () => {
    const c = tied();
    c.endTie(now);
    expect(c).toMatchObject({ state: 'VOTING', ballot: 2, votes: [], revoted: true });
    seated(c).forEach((id, i) => vote(c, id, body(EVEN[i % 2])));
    c.closeVoting(opened(c), names, now);
    expect(c.state).toBe('TIE');
    expect(c.ballots).toHaveLength(2);
    expect(() => c.callRevote(c.chairId!, 'why', now)).toThrow(
      expect.objectContaining({ code: 'committee/already-revoted' }),
    );
    const chair = c.chairId!;
    c.endTie(now);
    expect(c.state).toBe('OPEN');
    expect(c.vacated.at(-1)).toMatchObject({ expertId: chair, kind: 'SILENT' });
  });
});

describe('the resolution', () => {
  const condition = (text: string, days: number) => ({ text, dueAt: later(days).toISOString() });

  it('joins reasons and conditions of those who agree, the earlier date of the same; dissent has its name in the document only', () => {
    const c = voting();
    voteAll(
      c,
      { opinion: 'PASS_WITH_CONDITIONS', reasons: 'r1', conditions: [condition('mask names', 30)] },
      {
        opinion: 'PASS_WITH_CONDITIONS',
        reasons: 'r2',
        conditions: [condition('mask names', 20), condition('audit', 90)],
      },
      { opinion: 'PASS', reasons: 'fine' },
      { opinion: 'FAIL', reasons: 'never', groundCode: 'A-R2' },
      { opinion: 'PASS_WITH_CONDITIONS', reasons: 'r3', conditions: [condition('mask names', 40)] },
    );
    c.closeVoting(opened(c), names, now);
    expect(c.resolution).toMatchObject({
      opinion: 'PASS_WITH_CONDITIONS',
      groundCode: null,
      reasons: 'r1\n\nr2\n\nr3',
      conditions: [condition('mask names', 20), condition('audit', 90)],
      tally: { PASS: 1, PASS_WITH_CONDITIONS: 3, RETURN_FOR_SUPPLEMENT: 0, FAIL: 1 },
      present: 5,
    });
    const { dissent } = JSON.parse(c.document!) as { dissent: { name: string; reasons: string }[] };
    expect(dissent.find(({ reasons }) => reasons === 'never')!.name).toBe(`Name ${seated(c)[3]}`);
    expect(JSON.stringify(c.resolution)).not.toContain('Name ');
  });

  it('cites the ground of the veto', () => {
    const c = voting();
    voteAll(c, {}, {}, {}, {}, { opinion: 'FAIL', groundCode: 'A-R1', reasons: 'state secrets' });
    c.closeVoting(opened(c), names, now);
    expect(c.resolution).toMatchObject({ opinion: 'FAIL', groundCode: 'A-R1', byVeto: true, reasons: 'state secrets' });
  });
});
