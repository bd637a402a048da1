import type { OpenedVote } from '@app/sdk';
import { acceptAll, body, drawn, EVEN, facts, later, names, now, opened, origin, pool, seated, states, tied, vote, voteAll, voting } from '../../test/support/committee-case.js'; // prettier-ignore
import { commitmentOf, mustBeWhatWasCast } from './ballot.js';
import { CommitteeCase } from './committee-case.js';

const code = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return undefined;
};
/** The instant after a time. */
const past = (time: Date | string) => new Date(new Date(time).getTime() + 1);

describe('an opened vote is what was cast', () => {
  const one: OpenedVote['vote'] = { caseId: 'case_1', ballot: 1, expertId: 'exp_1', opinion: 'PASS', groundCode: null, reasons: 'x', conditions: [] }; // prettier-ignore
  const salt = '0'.repeat(64);
  const box = (vote: OpenedVote['vote'], changes: Partial<OpenedVote> = {}): OpenedVote => ({
    expertId: 'exp_1',
    commitment: commitmentOf(salt, vote),
    salt,
    vote,
    ...changes,
  });
  /** What the case holds: the commitment to the vote, whatever that says. */
  const holds = (vote: OpenedVote) =>
    ({ id: 'case_1', ballot: 1, votes: [{ expertId: 'exp_1', commitment: vote.commitment, sealed: 'jwe' }] }) as never;

  it('and is meant for this case, this ballot and this expert', () => {
    expect(code(() => mustBeWhatWasCast(holds(box(one)), [box(one)]))).toBeUndefined();
    for (const other of [{ caseId: 'case_2' }, { ballot: 2 }, { expertId: 'exp_2' }]) {
      const vote = box({ ...one, ...other });
      expect(code(() => mustBeWhatWasCast(holds(vote), [vote]))).toMatch('not what was cast');
    }
  });

  it('under the commitment of whoever cast it', () => {
    const vote = box(one);
    for (const wrong of [
      { ...vote, expertId: 'exp_2' },
      { ...vote, commitment: 'f'.repeat(64) },
      { ...vote, salt: 'f'.repeat(64) },
      { ...vote, vote: { ...one, opinion: 'FAIL' as const } },
    ])
      expect(code(() => mustBeWhatWasCast(holds(vote), [wrong]))).toMatch('not what was cast');
    expect(code(() => mustBeWhatWasCast(holds(vote), [vote, vote]))).toMatch('not what was cast');
    expect(code(() => mustBeWhatWasCast(holds(vote), []))).toMatch('not what was cast');
  });
});

describe('only who sits on the panel', () => {
  it('declares, and steps back; only such a one is removed', () => {
    const c = drawn();
    expect(code(() => c.accept('exp_x', now))).toBe('committee/not-on-panel');
    expect(code(() => c.recuse('exp_x', 'why', 'per_1', now))).toBe('committee/not-on-panel');
    expect(code(() => c.remove('exp_x', 'why', 'per_s', now))).toBe('invalid-request');
    const [first] = seated(c);
    c.remove(first!, 'why', 'per_s', now);
    expect(c.vacated.map(({ expertId, kind }) => [expertId, kind])).toEqual([[first, 'REMOVED']]);
    expect(seated(c)).toHaveLength(5);
  });

  it('declares once and in time', () => {
    const c = drawn();
    const [seat] = c.seats;
    expect(code(() => c.accept(seat!.expertId, past(seat!.answerDue)))).toBe('committee/too-late');
    c.accept(seat!.expertId, new Date(seat!.answerDue));
    expect(code(() => c.accept(seat!.expertId, now))).toBe('committee/already-declared');
  });

  it('loses the seat in silence, when the time is over and no moment before', () => {
    const c = drawn();
    const [first, ...others] = seated(c);
    others.forEach((id) => c.accept(id, now));
    const due = c.seats.find(({ expertId }) => expertId === first)!.answerDue;
    c.replaceSilent(new Date(due));
    expect(c.vacated).toEqual([]);
    c.replaceSilent(past(due));
    expect(c.vacated.map(({ expertId, kind }) => [expertId, kind])).toEqual([[first, 'SILENT']]);
    expect(seated(c)).not.toContain(first);
  });
});

describe('what the clock does', () => {
  it('is due at the instant after the time', () => {
    const c = drawn();
    const first = c.deadlines['committee.answers']!;
    expect(first).toEqual(past(c.seats[0]!.answerDue));
    expect([c.isDue('committee.answers', new Date(first.getTime() - 1)), c.isDue('committee.answers', first)]).toEqual([false, true]); // prettier-ignore
    expect(c.isDue('committee.voting', later(99))).toBe(false);
  });

  it('is of each state its own', () => {
    const kinds = Object.entries(states).map(([state, make]) => {
      const due = Object.entries(make().deadlines).filter(([, at]) => at !== null);
      return [state, due.map(([kind]) => kind.replace('committee.', ''))];
    });
    expect(Object.fromEntries(kinds)).toEqual({
      OPEN: [],
      PANEL_DRAWN: ['answers'],
      RECUSAL_CHECKED: [],
      VOTING: ['voting'],
      TIE: ['tie'],
      RESOLVED: [],
      SEALED: [],
      CLOSED: [],
    });
  });

  it('waits for those only who have not answered, also while others vote', () => {
    const c = drawn();
    const [first, ...others] = seated(c);
    others.forEach((id) => c.accept(id, now));
    c.recuse(first!, 'why', 'per_1', later(1));
    const joined = c.seats.at(-1)!;
    expect(c.deadlines['committee.answers']).toEqual(past(joined.answerDue));
    c.accept(joined.expertId, later(1));
    expect(c.state).toBe('VOTING');
    expect(c.deadlines['committee.answers']).toBeNull();
    c.recuse(seated(c)[0]!, 'why', 'per_1', later(1));
    expect(c.deadlines['committee.answers']).toEqual(past(c.seats.at(-1)!.answerDue));
  });
});

describe('the time to vote', () => {
  const opensAt = (dueAt: string) => {
    const c = CommitteeCase.open({ ...facts, dueAt }, now);
    c.fixCandidates(pool(7), now);
    c.drawPanel(origin, now);
    acceptAll(c);
    return c.votingEndsAt!.toISOString();
  };
  it('ends with the review, or is the regime’s when the review is over already', () => {
    expect(opensAt(later(7).toISOString())).toBe(later(7).toISOString());
    const two = opensAt(later(-1).toISOString());
    expect(two).toBe('2026-03-04T15:59:59.999Z');
    expect(opensAt(now.toISOString())).toBe(two);
  });

  it('is over before time when all have voted, and enough of them', () => {
    const c = voting();
    voteAll(c, {});
    expect([c.isComplete, c.mayClose(now)]).toEqual([true, true]);
    const few = voting();
    seated(few)
      .slice(0, 3)
      .forEach((id) => vote(few, id));
    expect([few.isComplete, few.mayClose(past(few.votingEndsAt!))]).toEqual([false, false]);
    const some = voting();
    seated(some)
      .slice(0, 4)
      .forEach((id) => vote(some, id));
    expect([some.isComplete, some.mayClose(some.votingEndsAt!), some.mayClose(past(some.votingEndsAt!))]).toEqual([false, false, true]); // prettier-ignore
    expect(code(() => some.closeVoting(opened(some), names, some.votingEndsAt!))).toMatch('is not over');
  });

  it('takes no vote without a seat, nor in another state', () => {
    const c = tied();
    expect(code(() => c.cast(seated(c)[0]!, { commitment: 'c', sealed: 's' }, now))).toBe('illegal-transition');
  });
});

describe('the chair', () => {
  it('decides in time, by an opinion and a ground of the regime', () => {
    const c = tied();
    const end = c.decideTieBy!;
    const decide = (what = body(), at = now) => code(() => c.decideTie(c.chairId!, what, names, at));
    expect(decide(body(), past(end))).toBe('committee/too-late');
    expect(decide(body({ opinion: 'ABSTAIN' as never }))).toBe('invalid-request');
    expect(decide(body({ opinion: 'FAIL', groundCode: 'A-R9' }))).toBe('invalid-request');
    expect(decide(body({ conditions: [{ text: 'x', dueAt: now.toISOString() }] }))).toBe('invalid-request');
    expect(decide(body(), end)).toBeUndefined();
  });

  it('alone calls for another vote, in time', () => {
    const c = tied();
    const other = seated(c).find((id) => id !== c.chairId)!;
    expect(code(() => c.callRevote(other, 'why', now))).toBe('committee/not-the-chair');
    expect(code(() => c.callRevote(c.chairId!, 'why', past(c.decideTieBy!)))).toBe('committee/too-late');
    c.callRevote(c.chairId!, 'why', now);
    expect([c.state, c.ballot]).toEqual(['VOTING', 2]);
  });

  it('is somebody else when the first who knows the law has left the panel', () => {
    const c = voting(9);
    const before = c.chairId!;
    c.recuse(before, 'why', 'per_1', now);
    expect(c.chairId).not.toBe(before);
    expect(seated(c)).toContain(c.chairId);
  });

  it('who is silent twice is not asked for the next panel', () => {
    const c = tied();
    c.endTie(now);
    seated(c).forEach((id, i) => vote(c, id, body(EVEN[i % 2])));
    c.closeVoting(opened(c), names, now);
    const chair = c.chairId!;
    c.endTie(now);
    expect(c.state).toBe('OPEN');
    c.fixCandidates(pool(9), now);
    expect(c.fixed!.candidates.map(({ expertId }) => expertId)).not.toContain(chair);
  });
});
