import { eventType, revive } from '../platform/event.js';
import { Expert, expertMachine } from './expert.js';

const now = new Date('2026-03-02T02:00:00Z');
const facts = {
  personId: 'per_1',
  disciplines: ['LAW' as const],
  employerId: 'org_university',
  interests: [],
  termFrom: '2026-01-01',
  termTo: '2028-12-31',
};
const appoint = (changes: object = {}): Expert =>
  Expert.appoint({ ...facts, ...changes }, 'Name', 'org_office', 'per_s');

type Action = keyof typeof expertMachine.transitions;
const acts: Record<Action, (expert: Expert) => void> = {
  declareInterests: (e) => e.declareInterests({ employerId: 'org_b', interests: [] }, 'per_1'),
  suspend: (e) => e.suspend('why', 'per_s'),
  reinstate: (e) => e.reinstate('why', 'per_s'),
  retire: (e) => e.retire('why', 'per_s'),
};
const paths: Record<(typeof expertMachine.states)[number], Action[]> = {
  ACTIVE: [],
  SUSPENDED: ['suspend'],
  RETIRED: ['retire'],
};
const expertIn = (state: keyof typeof paths): Expert => {
  const expert = appoint();
  for (const action of paths[state]) acts[action](expert);
  return expert;
};
const rows = expertMachine.states.flatMap((state) =>
  (Object.keys(acts) as Action[]).map((action) => ({ state, action })),
);

it.each(rows)('$state: $action', ({ state, action }) => {
  const expert = expertIn(state);
  const { from, to } = expertMachine.transitions[action];
  if ((from as readonly string[]).includes(state)) {
    acts[action](expert);
    expect(expert.state).toBe(to);
  } else {
    expect(() => acts[action](expert)).toThrow(expect.objectContaining({ code: 'illegal-transition' }));
    expect(expert.state).toBe(state);
  }
});

it.each(expertMachine.states)('%s is what its events fold to', (state) => {
  const expert = expertIn(state);
  const replayed = new Expert();
  for (const event of expert.getUncommittedEvents())
    replayed.apply(revive(eventType(event), JSON.stringify(event)), true);
  expert.uncommit();
  expect(replayed).toEqual(expert);
});

describe('INV-02: a conflict', () => {
  const parties = ['org_applicant', 'org_registrar'];
  const found = (expert: Expert): unknown[] =>
    expert.conflicts(parties, now, 24).map(({ reason, organisationId }) => [reason, organisationId]);
  const interest = (kind: string, organisationId: string, until: string | null = null) => ({
    interests: [{ kind, organisationId, until }],
  });

  it.each([
    ['the employer', { employerId: 'org_applicant' }, [['EMPLOYMENT', 'org_applicant']]],
    ['shares', interest('SHAREHOLDING', 'org_registrar'), [['SHAREHOLDING', 'org_registrar']]],
    ['advice', interest('ADVISORY', 'org_applicant'), [['ADVISORY', 'org_applicant']]],
    ['advice that will end', interest('ADVISORY', 'org_applicant', '2026-12-31'), [['ADVISORY', 'org_applicant']]],
    [
      'advice that ended 24 months ago less a day',
      interest('ADVISORY', 'org_applicant', '2024-03-03'),
      [['ADVISORY', 'org_applicant']],
    ],
    ['advice that ended 24 months ago', interest('ADVISORY', 'org_applicant', '2024-03-02'), []],
    ['shares in another', interest('SHAREHOLDING', 'org_other'), []],
    ['nothing', {}, []],
  ])('is %s', (_name, changes, conflicts) => expect(found(appoint(changes))).toEqual(conflicts));

  it('is also the organisation of the account', () =>
    expect(appoint().conflicts(['org_office'], now, 24)).toHaveLength(1));

  it.each<[string, Expert, string[]]>([
    ['suspended', expertIn('SUSPENDED'), ['SUSPENDED']],
    ['before the term', appoint({ termFrom: '2026-03-03' }), ['TERM']],
    ['after the term', appoint({ termFrom: '2025-01-01', termTo: '2026-03-01' }), ['TERM']],
    ['on its last day', appoint({ termTo: '2026-03-02' }), []],
    ['in conflict', appoint({ employerId: 'org_applicant' }), ['EMPLOYMENT']],
  ])('keeps from the candidates who is %s', (_name, expert, reasons) =>
    expect(expert.exclusions(parties, now, 24).map(({ reason }) => reason)).toEqual(reasons),
  );
});
