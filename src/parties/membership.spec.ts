import { newId } from '../platform/id.js';
import { Refusal } from '../platform/refusal.js';
import { Membership, membershipMachine, type MembershipAction, type MembershipState } from './membership.js';

const actions = Object.keys(membershipMachine.transitions) as MembershipAction[];
const operatorId = newId('org');
const body = { venueId: newId('ven'), roles: ['SELLER' as const], commitmentHash: 'a'.repeat(64) };

/** The whole table by hand: whatever is not listed is refused. */
const expected: Record<MembershipState, Partial<Record<MembershipAction, MembershipState>>> = {
  SUBMITTED: { approve: 'APPROVED', reject: 'REJECTED', withdraw: 'WITHDRAWN' },
  APPROVED: { suspend: 'SUSPENDED', withdraw: 'WITHDRAWN' },
  SUSPENDED: { reinstate: 'APPROVED', withdraw: 'WITHDRAWN' },
  REJECTED: {},
  WITHDRAWN: {},
};
const path: Record<MembershipState, MembershipAction[]> = {
  SUBMITTED: [],
  APPROVED: ['approve'],
  SUSPENDED: ['approve', 'suspend'],
  REJECTED: ['reject'],
  WITHDRAWN: ['withdraw'],
};

it('has no other states', () => expect(new Set(membershipMachine.states)).toEqual(new Set(Object.keys(expected))));

describe.each(membershipMachine.states)('%s', (state) => {
  it.each(actions)('%s', (action) => {
    const membership = Membership.submit(newId('org'), body, [{ operatorId }]);
    for (const step of path[state]) membership.change(step, null);
    expect(membership.state).toBe(state);
    const to = expected[state][action];
    if (to) {
      membership.change(action, 'because');
      expect(membership).toMatchObject({ state: to, reason: 'because', version: path[state].length + 2 });
    } else expect(() => membership.change(action, null)).toThrow(Refusal);
  });
});

it.each([
  ['its own venue', [{ operatorId: newId('org') }, { operatorId }]],
  ['a base of its own exchange', [{ operatorId }, { operatorId: newId('org') }]],
])('refuses the operator of %s (INV-25)', (_, venues) => {
  expect(() => Membership.submit(operatorId, body, venues)).toThrow(/own-venue/);
});
