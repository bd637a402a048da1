import { opinions } from '@app/sdk';
import fc from 'fast-check';
import { commonGround, decide, hasQuorum, tallyOf, type CountedVote, type VotingRules } from './tally.js';

const rules: VotingRules = { quorum: '2/3', majorityAbove: '1/2', size: 5, vetoOn: 'A-R1' };
const votes = (...held: CountedVote['opinion'][]): CountedVote[] =>
  held.map((opinion) => ({ opinion, groundCode: null }));

it.each([
  ['all pass', ['PASS', 'PASS', 'PASS'], 'PASS'],
  ['most pass', ['PASS', 'PASS', 'FAIL'], 'PASS'],
  [
    'it passes, but most of those want conditions or doubt',
    ['PASS', 'PASS', 'PASS_WITH_CONDITIONS', 'FAIL', 'FAIL'],
    'PASS_WITH_CONDITIONS',
  ],
  ['exactly half is no majority', ['PASS', 'FAIL'], null],
  ['half for, half against, of four', ['PASS', 'PASS_WITH_CONDITIONS', 'RETURN_FOR_SUPPLEMENT', 'FAIL'], null],
  ['it does not pass, and most do not refuse', ['PASS', 'RETURN_FOR_SUPPLEMENT', 'FAIL'], 'RETURN_FOR_SUPPLEMENT'],
  ['most refuse', ['PASS', 'FAIL', 'FAIL'], 'FAIL'],
] as const)('%s', (_name, held, opinion) => expect(decide(votes(...held), rules).opinion).toBe(opinion));

it('counts a majority of other size from the fraction itself', () => {
  expect(decide(votes('PASS', 'PASS', 'FAIL'), { ...rules, majorityAbove: '2/3' }).opinion).toBeNull();
  expect(decide(votes('PASS', 'PASS', 'PASS', 'FAIL'), { ...rules, majorityAbove: '2/3' }).opinion).toBe('PASS');
});

it('lets one FAIL on the ground of national security decide, and no other ground', () => {
  const others = votes('PASS', 'PASS', 'PASS', 'PASS');
  expect(decide([...others, { opinion: 'FAIL', groundCode: 'A-R1' }], rules)).toEqual({
    opinion: 'FAIL',
    byVeto: true,
  });
  expect(decide([...others, { opinion: 'FAIL', groundCode: 'A-R2' }], rules)).toEqual({
    opinion: 'PASS',
    byVeto: false,
  });
  expect(decide([...others, { opinion: 'FAIL', groundCode: null }], { ...rules, vetoOn: null }).opinion).toBe('PASS');
});

it.each([
  [5, 4, true],
  [5, 3, false],
  [6, 4, true],
  [3, 2, true],
  [7, 4, false],
])('of %i seats, %i are a quorum of 2/3: %p', (size, present, enough) =>
  expect(hasQuorum(present, { quorum: '2/3', size })).toBe(enough),
);

it('names the ground that most name', () => {
  const on = (groundCode: string | null): CountedVote => ({ opinion: 'FAIL', groundCode });
  expect(commonGround([on('A-R2'), on('A-R3'), on('A-R3'), on(null)])).toBe('A-R3');
  expect(commonGround([on('A-R2'), on('A-R3')])).toBe('A-R2');
  expect(commonGround(votes('PASS'))).toBeNull();
});

const anyVotes = fc.array(
  fc.record({ opinion: fc.constantFrom(...opinions), groundCode: fc.constantFrom(null, 'A-R1', 'A-R2') }),
  { minLength: 1, maxLength: 15 },
);

/** The same rules, told the other way round: by filtering and comparing, with no table of counts. */
function counted(all: readonly CountedVote[]): string | null {
  if (all.some((v) => v.opinion === 'FAIL' && v.groundCode === 'A-R1')) return 'FAIL';
  const more = (...held: string[]) => {
    const inside = all.filter((v) => held.includes(v.opinion)).length;
    return inside > all.length - inside;
  };
  const passes = more('PASS', 'PASS_WITH_CONDITIONS');
  const fails = more('RETURN_FOR_SUPPLEMENT', 'FAIL');
  if (passes) return more('PASS') ? 'PASS' : 'PASS_WITH_CONDITIONS';
  if (fails) return more('FAIL') ? 'FAIL' : 'RETURN_FOR_SUPPLEMENT';
  return null;
}

it('agrees with an independent count, whatever the votes and their order', () => {
  fc.assert(
    fc.property(anyVotes, (all) => {
      expect(decide(all, rules).opinion).toBe(counted(all));
      expect(decide(all.toReversed(), rules)).toEqual(decide(all, rules));
      expect(Object.values(tallyOf(all)).reduce((sum, n) => sum + n)).toBe(all.length);
    }),
    { numRuns: 2000 },
  );
});

it('always decides when an odd number is present and majority is more than half', () => {
  fc.assert(
    fc.property(anyVotes, (all) => {
      fc.pre(all.length % 2 === 1);
      expect(decide(all, rules).opinion).not.toBeNull();
    }),
  );
});
