import fc from 'fast-check';
import type { OpenRegistrarBody, RegistrarProfile, RegistrarState } from '@app/sdk';
import { registrarStates } from '@app/sdk';
import { newId } from '../platform/id.js';
import { Refusal } from '../platform/refusal.js';
import { actionOf, registrarMachine, type RegistrarAction } from './registrar-machine.js';
import { admissionOf, annualDue, isExperienced, isLateNotice } from './registrar-rules.js';
import { Registrar, type RegistrarAct } from './registrar.js';
import { StaffMember, staffMachine } from './staff-member.js';

const organisationId = newId('org');
const at = (text: string) => new Date(`${text}+08:00`);
const by = (now: Date, orgId = organisationId): RegistrarAct => ({
  actor: { id: newId('per'), orgId, roles: [] },
  now,
});
const facts: OpenRegistrarBody = { organisationId, name: 'Demonstration', regionCode2: '44', digit: '1' };
const profile: RegistrarProfile = {
  paidInCapital: { amount: '10000000000', currency: 'CNY' },
  assuredFunds: false,
  premises: 'x',
  servingSince: '2024-07-06',
  governance: 'x',
  exitPlan: 'x',
  mlpsLevel: 3,
  cleanSince: '2023-07-06',
  documents: ['LEGAL_PERSON', 'FUNDS', 'PREMISES', 'SERVICE', 'GOVERNANCE', 'SYSTEM', 'RECORD'].map((requirement) => ({
    requirement,
    fileId: newId('file'),
  })),
};

/** Domain model §8.4, whole: from each state, where each action leads; what is missing is refused. */
const table: Record<RegistrarState, Partial<Record<RegistrarAction, RegistrarState>>> = {
  CANDIDATE: { open: 'CATALOGUED', stateProfile: 'CANDIDATE', recommend: 'RECOMMENDED' },
  RECOMMENDED: { catalogue: 'CATALOGUED' },
  CATALOGUED: { suspendPublishing: 'PUBLISHING_SUSPENDED', remove: 'REMOVED', noticeExit: 'EXIT_NOTICED' },
  PUBLISHING_SUSPENDED: { reinstate: 'CATALOGUED', remove: 'REMOVED' },
  EXIT_NOTICED: {
    suspendPublishing: 'PUBLISHING_SUSPENDED',
    remove: 'REMOVED',
    approveExit: 'EXIT_APPROVED',
    declineExit: 'CATALOGUED',
  },
  EXIT_APPROVED: { remove: 'REMOVED', reportExit: 'EXIT_APPROVED', archive: 'EXIT_APPROVED', handOver: 'EXITED' },
  REMOVED: { nameSuccessor: 'REMOVED', archiveRemoved: 'REMOVED', handOverRemoved: 'REMOVED' },
  EXITED: {},
};

describe('the state machine', () => {
  const actions = Object.keys(registrarMachine.transitions) as RegistrarAction[];
  const cases = registrarMachine.states.flatMap((state) =>
    actions.map((action) => [state, action, table[state][action] ?? null] as const),
  );
  it.each(cases)('%s, %s → %s', (state, action, to) => {
    if (to) expect(registrarMachine.next(state, action)).toBe(to);
    else expect(() => registrarMachine.next(state, action)).toThrow(Refusal);
  });

  it('has the states of the contract, and an order for each act of the authority', () => {
    expect(registrarMachine.states.toSorted()).toEqual(registrarStates.toSorted());
    expect(Object.values(actionOf).filter((action) => action && !actions.includes(action))).toEqual([]);
    expect(staffMachine.states).toEqual(['ACTIVE', 'ENDED']);
  });
});

describe('admission', () => {
  const now = at('2026-07-06T10:00');
  const unmet = (changes: Partial<RegistrarProfile>, kind = 'ENTERPRISE', reviewers = 1) =>
    admissionOf({ ...profile, ...changes }, { kind: kind as never, status: 'ACTIVE' }, reviewers, now)
      .filter(({ ok }) => !ok)
      .map(({ code }) => code);

  it.each<[string, Partial<RegistrarProfile>, string, string[]]>([
    ['everything', {}, 'ENTERPRISE', []],
    ['a fen too little', { paidInCapital: { amount: '9999999999', currency: 'CNY' } }, 'ENTERPRISE', ['FUNDS']],
    ['no capital', { paidInCapital: null, assuredFunds: true }, 'ENTERPRISE', ['FUNDS']],
    ['a public institution without funds', {}, 'PUBLIC_INSTITUTION', ['FUNDS']],
    ['a public institution with funds', { paidInCapital: null, assuredFunds: true }, 'PUBLIC_INSTITUTION', []],
    ['an office', { assuredFunds: true }, 'GOVERNMENT', ['LEGAL_PERSON']],
    ['a day short of two years', { servingSince: '2024-07-07' }, 'ENTERPRISE', ['SERVICE']],
    ['a day short of three years', { cleanSince: '2023-07-07' }, 'ENTERPRISE', ['RECORD']],
    ['level 2', { mlpsLevel: 2 }, 'ENTERPRISE', ['SYSTEM']],
    ['one document less', { documents: profile.documents.slice(1) }, 'ENTERPRISE', ['LEGAL_PERSON']],
  ])('%s', (_name, changes, kind, codes) => expect(unmet(changes, kind)).toEqual(codes));

  it('a review team, each member with three years', () => {
    expect(unmet({}, 'ENTERPRISE', 0)).toEqual(['REVIEW_TEAM']);
    expect([isExperienced('2023-07-06', now), isExperienced('2023-07-07', now)]).toEqual([true, false]);
    const body = { personId: 'per_1', disciplines: ['LAW' as const], fileId: newId('file') };
    const list = (experiencedSince: string) => StaffMember.list({ ...body, experiencedSince }, 'a'.repeat(64), by(now));
    expect(() => list('2023-07-07')).toThrow(Refusal);
    const member = list('2023-07-06');
    member.end('left', by(now));
    expect(() => member.end('left', by(now))).toThrow(Refusal);
  });
});

describe('deadlines', () => {
  it('of the year: the end of 31 March and of 30 April in Shanghai', () => {
    expect(annualDue('ANNUAL_REPORT', 2026)).toEqual(at('2027-03-31T23:59:59.999'));
    expect(annualDue('ANNUAL_ASSESSMENT', 2026)).toEqual(at('2027-04-30T23:59:59.999'));
  });

  it.each([
    ['2026-07-06T10:00', '2026-07-13', false],
    ['2026-07-06T10:00', '2026-07-10', true],
    // National Day from 1 to 7 October, with the Saturday made up on the 10th.
    ['2026-09-28T10:00', '2026-10-09', true],
    ['2026-09-28T10:00', '2026-10-10', false],
  ])('a change noticed on %s for %s is late: %s', (noticed, day, late) =>
    expect(isLateNotice(at(noticed), day)).toBe(late),
  );

  it('what is owed never ends while a registrar serves, and comes one after the other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), (months) => {
        const registrar = Registrar.open(facts, at('2026-07-06T10:00'));
        const due: number[] = [];
        for (let i = 0; i < months; i += 1) {
          const next = registrar.nextDue!;
          due.push(next.getTime());
          registrar.noteOverdue(by(next));
        }
        expect(due).toEqual(due.toSorted((a, b) => a - b));
        expect(new Set(due).size).toBe(due.length);
        expect(registrar.overdue).toHaveLength(months);
      }),
      { numRuns: 20 },
    );
  });

  it('an act of the authority is two people’s, and another organisation’s is refused', () => {
    const registrar = Registrar.open(facts, at('2026-07-06T10:00'));
    const maker = by(at('2026-07-06T10:00'), newId('org'));
    const body = { kind: 'REMOVE' as const, reason: 'x', fileId: newId('file'), digit: null, successorId: null };
    registrar.propose(body, 'a'.repeat(64), maker);
    expect(() => registrar.confirmOrder([], maker)).toThrow(Refusal);
    expect(() => registrar.update(by(maker.now, newId('org')))).toThrow(Refusal);
    registrar.confirmOrder([], by(maker.now, maker.actor.orgId));
    expect([registrar.state, registrar.nextDue]).toEqual(['REMOVED', null]);
  });
});
