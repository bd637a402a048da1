import {
  drawn,
  facts,
  names,
  now,
  opened,
  origin,
  pool,
  seated,
  body,
  states,
  vote,
  voteAll,
  later,
} from '../../test/support/committee-case.js';
import { eventType, revive } from '../platform/event.js';
import { caseMachine, CommitteeCase, type CaseAction, type CaseState } from './committee-case.js';
import { CommitteePanelDrawn } from './committee-case-events.js';
import { orderOf, panelOf, seedOf } from './panel.js';

/** What people and clocks may do, and by which rows of the table. */
const acts: Record<string, { readonly by: readonly CaseAction[]; readonly act: (c: CommitteeCase) => void }> = {
  fixCandidates: { by: ['fixCandidates'], act: (c) => c.fixCandidates(pool(7), now) },
  draw: {
    by: ['draw'],
    act: (c) => {
      if (c.state === 'OPEN') c.fixCandidates(pool(7), now);
      c.drawPanel(origin, now);
    },
  },
  accept: {
    by: ['accept', 'acceptWhileVoting'],
    act: (c) => {
      if (c.state === 'VOTING') c.recuse(seated(c)[0]!, 'why', 'per_1', now);
      c.accept(c.seats.at(-1)?.expertId ?? '', now);
    },
  },
  recuse: { by: ['vacate', 'vacateWhileVoting'], act: (c) => c.recuse(seated(c)[0] ?? '', 'why', 'per_1', now) },
  remove: { by: ['vacate', 'vacateWhileVoting'], act: (c) => c.remove(seated(c)[0] ?? '', 'why', 'per_s', now) },
  vote: { by: ['vote'], act: (c) => vote(c, seated(c)[0] ?? '') },
  failQuorum: { by: ['extend'], act: (c) => c.failQuorum(later(9)) },
  closeVoting: {
    by: ['resolve'],
    act: (c) => {
      if (c.state === 'VOTING') voteAll(c, {});
      c.closeVoting(opened(c), names, now);
    },
  },
  decideTie: { by: ['decideTie'], act: (c) => c.decideTie(c.chairId ?? '', body(), names, now) },
  callRevote: { by: ['revote'], act: (c) => c.callRevote(c.chairId ?? '', 'why', now) },
  seal: { by: ['seal'], act: (c) => c.seal('jws', now) },
  dismiss: {
    by: ['dismiss'],
    act: (c) => c.dismissPanel({ kind: 'BY_SECRETARY', text: 'why', by: 'per_s', silent: [] }, now),
  },
  close: { by: ['close'], act: (c) => c.close('withdrawn', now) },
};
const rows = caseMachine.states.flatMap((state) => Object.keys(acts).map((name) => ({ state, name })));

it.each(rows)('$state: $name', ({ state, name }) => {
  const c = states[state]();
  expect(c.state).toBe(state);
  const { by, act } = acts[name]!;
  const row = by
    .map((action) => caseMachine.transitions[action])
    .find(({ from }) => (from as readonly CaseState[]).includes(state));
  const before = c.version;
  if (row) {
    act(c);
    expect(c.state).toBe(row.to);
    expect(c.version).toBeGreaterThan(before);
  } else {
    expect(() => act(c)).toThrow(expect.objectContaining({ code: 'illegal-transition' }));
    expect([c.state, c.version]).toEqual([state, before]);
  }
});

it.each(caseMachine.states)('%s is what its events fold to', (state) => {
  const c = states[state]();
  const replayed = new CommitteeCase();
  for (const event of c.getUncommittedEvents()) replayed.apply(revive(eventType(event), JSON.stringify(event)), true);
  c.uncommit();
  expect(replayed).toEqual(c);
});

describe('the panel', () => {
  it('can be drawn again from its event alone', () => {
    const c = drawn(9);
    const event = c.getUncommittedEvents().find((one) => one instanceof CommitteePanelDrawn) as CommitteePanelDrawn;
    const { draw, caseId } = JSON.parse(JSON.stringify(event)) as CommitteePanelDrawn;
    const { candidates, round, disciplines: wanted, size } = draw;
    const seed = seedOf({ caseId, round, root: draw.origin.root, candidates: candidates.length });
    const order = orderOf(candidates, seed);
    expect(draw).toMatchObject({ seed, order, panel: panelOf({ candidates, disciplines: wanted, order, size }) });
    expect(draw.exclusions).toEqual(pool(9).exclusions);
    expect(seated(c)).toEqual(draw.panel);
  });

  it('is not drawn from too few: an alert, and nothing is fixed', () => {
    const c = CommitteeCase.open(facts, now);
    c.fixCandidates(pool(4), now);
    expect(c).toMatchObject({ state: 'OPEN', fixed: null, shortage: { eligible: 4, needed: 5 } });
    c.fixCandidates(pool(5), now);
    expect(c).toMatchObject({ shortage: null, round: 1 });
    expect(() => c.fixCandidates(pool(7), now)).toThrow(
      expect.objectContaining({ code: 'committee/candidates-fixed' }),
    );
  });

  it('takes the next of the order for who recuses, and is not full without an answer of each', () => {
    const c = drawn();
    const [first, second] = seated(c);
    c.recuse(first!, 'my cousin works there', 'per_1', now);
    const spare = c.draw!.order.filter((id) => !c.draw!.panel.includes(id));
    expect(spare).toContain(seated(c).at(-1));
    expect(c.vacated).toEqual([
      expect.objectContaining({ expertId: first, kind: 'RECUSED', replacedBy: seated(c).at(-1) }),
    ]);
    for (const id of seated(c).slice(0, -1)) c.accept(id, now);
    expect(c.state).toBe('PANEL_DRAWN');
    expect(() => c.accept(second!, now)).toThrow(expect.objectContaining({ code: 'committee/already-declared' }));
    expect(() => c.accept(first!, now)).toThrow(expect.objectContaining({ code: 'committee/not-on-panel' }));
    c.accept(seated(c).at(-1)!, now);
    expect(c.state).toBe('VOTING');
  });

  it('loses who is silent until the end of the time, and not before', () => {
    const c = drawn();
    const due = new Date(c.seats[0]!.answerDue);
    for (const id of seated(c).slice(1)) c.accept(id, now);
    c.replaceSilent(due);
    expect(c.vacated).toEqual([]);
    const silent = seated(c)[0]!;
    const past = new Date(due.getTime() + 1);
    expect(c.isDue('committee.answers', past)).toBe(true);
    expect(() => c.accept(silent, past)).toThrow(expect.objectContaining({ code: 'committee/too-late' }));
    c.replaceSilent(past);
    expect(c.vacated).toEqual([expect.objectContaining({ expertId: silent, kind: 'SILENT' })]);
    expect(new Date(c.seats.at(-1)!.answerDue) > past).toBe(true);
  });

  it('is dismissed when its order is used up; who left it is not drawn again', () => {
    const c = drawn(5);
    const [first] = seated(c);
    c.recuse(first!, 'why', 'per_1', now);
    expect(c).toMatchObject({ state: 'OPEN', seats: [], draw: null });
    c.fixCandidates(pool(6), now);
    expect(c.fixed!.round).toBe(2);
    expect(c.fixed!.candidates.map(({ expertId }) => expertId)).not.toContain(first);
    expect(c.fixed!.exclusions).toContainEqual({ expertId: first, reason: 'RECUSED', organisationId: null });
  });
});
