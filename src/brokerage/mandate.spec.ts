import { eventType, revive } from '../platform/event.js';
import { Mandate, mandateMachine, type MandateState } from './mandate.js';

const now = new Date('2026-03-02T02:00:00Z');
const terms = {
  brokerId: 'org_broker',
  side: 'SELL',
  venueId: 'ven_1',
  commissionBp: 500,
  validFrom: '2026-03-01T00:00:00Z',
  validTo: '2027-03-01T00:00:00Z',
  exclusive: true,
  antiCircumventionMonths: 6,
} as const;
const acts: Record<keyof typeof mandateMachine.transitions, (mandate: Mandate) => void> = {
  accept: (m) => m.accept(now),
  decline: (m) => m.decline('why'),
  terminate: (m) => m.terminate('org_broker', 'why'),
  expire: (m) => m.expire(),
};
const paths: Record<MandateState, (keyof typeof acts)[]> = {
  OFFERED: [],
  ACTIVE: ['accept'],
  DECLINED: ['decline'],
  TERMINATED: ['accept', 'terminate'],
  EXPIRED: ['expire'],
};

function mandateIn(state: MandateState): Mandate {
  const mandate = Mandate.offer('org_principal', terms);
  for (const action of paths[state]) acts[action](mandate);
  expect(mandate.state).toBe(state);
  return mandate;
}

const cases = mandateMachine.states.flatMap((state) =>
  (Object.keys(acts) as (keyof typeof acts)[]).map((action) => ({ state, action })),
);

it.each(cases)('$state: $action', ({ state, action }) => {
  const mandate = mandateIn(state);
  const { from, to } = mandateMachine.transitions[action];
  if ((from as readonly MandateState[]).includes(state)) {
    acts[action](mandate);
    expect(mandate.state).toBe(to);
  } else {
    expect(() => acts[action](mandate)).toThrow(expect.objectContaining({ code: 'illegal-transition' }));
    expect(mandate.state).toBe(state);
  }
});

it.each(mandateMachine.states)('%s is what its events fold to', (state) => {
  const mandate = mandateIn(state);
  const replayed = new Mandate();
  for (const event of mandate.getUncommittedEvents())
    replayed.apply(revive(eventType(event), JSON.stringify(event)), true);
  mandate.uncommit();
  expect(replayed).toEqual(mandate);
});

it('is another organisation’s, and an offer that ran out cannot be accepted', () => {
  expect(() => Mandate.offer('org_broker', terms)).toThrow(expect.objectContaining({ code: 'brokerage/own-broker' }));
  const late = Mandate.offer('org_principal', terms);
  expect(() => late.accept(new Date(terms.validTo))).toThrow(
    expect.objectContaining({ code: 'brokerage/mandate-over' }),
  );
});
