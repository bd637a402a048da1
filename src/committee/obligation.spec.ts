import { eventType, revive } from '../platform/event.js';
import { Obligation, obligationMachine, type ObligationState } from './obligation.js';

const now = new Date('2026-03-02T02:00:00Z');
const facts = {
  caseId: 'cas_1',
  applicationId: 'app_1',
  applicantId: 'org_a',
  registrarId: 'org_r',
  text: 'mask names',
  dueAt: '2026-04-01T15:59:59.999Z',
};
const evidence = { fileId: 'file_1', sha256: 'a'.repeat(64), note: '', by: 'per_h', at: now.toISOString() };
type Action = keyof typeof obligationMachine.transitions;
const acts: Record<Action, (obligation: Obligation) => void> = {
  submit: (o) => o.submit(evidence),
  sendBack: (o) => o.sendBack('not shown', 'per_r', now),
  confirm: (o) => o.confirm('per_r', now),
  noteOverdue: (o) => o.noteOverdue(),
  lapse: (o) => o.lapse('withdrawn'),
};
const paths: Record<ObligationState, Action[]> = {
  OPEN: ['submit', 'sendBack'],
  SUBMITTED: ['submit'],
  OVERDUE: ['noteOverdue'],
  FULFILLED: ['noteOverdue', 'submit', 'confirm'],
  LAPSED: ['lapse'],
};
const obligationIn = (state: ObligationState): Obligation => {
  const obligation = Obligation.open(facts);
  for (const action of paths[state]) acts[action](obligation);
  expect(obligation.state).toBe(state);
  return obligation;
};
const rows = obligationMachine.states.flatMap((state) =>
  (Object.keys(acts) as Action[]).map((action) => ({ state, action })),
);

it.each(rows)('$state: $action', ({ state, action }) => {
  const obligation = obligationIn(state);
  const { from, to } = obligationMachine.transitions[action];
  if ((from as readonly ObligationState[]).includes(state)) {
    acts[action](obligation);
    expect(obligation.state).toBe(to);
  } else {
    expect(() => acts[action](obligation)).toThrow(expect.objectContaining({ code: 'illegal-transition' }));
    expect(obligation.state).toBe(state);
  }
});

it.each(obligationMachine.states)('%s is what its events fold to', (state) => {
  const obligation = obligationIn(state);
  const replayed = new Obligation();
  for (const event of obligation.getUncommittedEvents())
    replayed.apply(revive(eventType(event), JSON.stringify(event)), true);
  obligation.uncommit();
  expect(replayed).toEqual(obligation);
});

it('is not confirmed by who brought the evidence, and stays known as overdue', () => {
  const obligation = obligationIn('OVERDUE');
  obligation.submit(evidence);
  expect(() => obligation.confirm('per_h', now)).toThrow(expect.objectContaining({ code: 'same-person' }));
  obligation.confirm('per_r', now);
  expect(obligation).toMatchObject({ state: 'FULFILLED', overdue: true });
});

it('is due as long as it is open, and again when its evidence is sent back', () => {
  const obligation = Obligation.open(facts);
  const due = new Date(Date.parse(facts.dueAt) + 1);
  expect(obligation.overdueAt).toEqual(due);
  obligation.submit(evidence);
  expect(obligation.overdueAt).toBeNull();
  obligation.sendBack('not shown', 'per_r', now);
  expect(obligation.overdueAt).toEqual(due);
});
