import { rightKinds, type ClaimedRight, type RightHolder } from '@app/sdk';
import fc from 'fast-check';
import { declaredHolders, limitsOfOthers, succeedingHolders } from './right-holders.js';

const party = (n: number) => ({ name: `机构${n}`, uscc: `9144010100000000${n}` });
const [A, B, C] = [party(1), party(2), party(3)];
const claim = (right: ClaimedRight['right'], changes: Partial<ClaimedRight> = {}): ClaimedRight => ({
  right,
  termYears: null,
  limits: '',
  ...changes,
});
const row = (of: typeof A, right: RightHolder['right'], changes: Partial<RightHolder> = {}): RightHolder => ({
  kind: 'LEGAL_PERSON',
  name: of.name,
  idNumber: of.uscc,
  right,
  termYears: null,
  restriction: '',
  ...changes,
});

const claims = fc.uniqueArray(
  fc.record({
    right: fc.constantFrom(...rightKinds),
    termYears: fc.option(fc.integer({ min: 1, max: 100 })),
    limits: fc.string({ maxLength: 5 }),
  }),
  { selector: ({ right }) => right, minLength: 1 },
);
const others = fc.array(
  fc.tuple(fc.constantFrom(A, B, C), fc.constantFrom(...rightKinds)).map(([of, right]) => row(of, right)),
  { maxLength: 6 },
);

describe('who holds which right', () => {
  it('is the applicant, each joint applicant, and everybody whom the form names', () => {
    const rights = [claim('HOLD', { termYears: 3, limits: '不得转售' })];
    const found = declaredHolders([A, B], rights, [
      row(A, 'HOLD', { termYears: 9 }),
      row(C, 'HOLD', { restriction: '仅限省内' }),
    ]);
    expect(found).toEqual([
      row(A, 'HOLD', { termYears: 3, restriction: '不得转售' }),
      row(B, 'HOLD', { termYears: 3, restriction: '不得转售' }),
      row(C, 'HOLD', { restriction: '仅限省内' }),
    ]);
    expect(limitsOfOthers([A, B], found)).toEqual([{ zh: '机构3: 持有权 (仅限省内)', en: '机构3: hold (仅限省内)' }]);
  });

  it('shows of a natural person neither the number nor the name', () => {
    const person = row({ name: '演示人', uscc: '440101199001010012' }, 'USE', { kind: 'NATURAL_PERSON' });
    const [shown] = declaredHolders([], [], [person]);
    expect(shown).toMatchObject({ name: '演**', idNumber: null });
  });
});

describe('a succession (INV-07)', () => {
  it('leaves those who held with nothing of what passes on; others hold as before', () => {
    fc.assert(
      fc.property(claims, others, fc.boolean(), fc.boolean(), (rights, rows, jointly, passes) => {
        const held = jointly ? [A, B] : [A];
        const rightHolders = declaredHolders(held, rights, rows);
        const stated = { holder: A, ...(jointly && { holders: held }), rights, rightHolders };
        const next = passes ? [C] : held;
        const passing = rights.slice(0, 1);
        const found = succeedingHolders(stated, next, passing);
        const key = ({ idNumber, right }: { idNumber: string | null; right: string }) => `${idNumber} ${right}`;
        expect(found.every(({ right }) => right === passing[0]!.right)).toBe(true);
        const gone = passes ? held : [];
        expect(found.filter(({ idNumber }) => gone.some(({ uscc }) => uscc === idNumber))).toEqual([]);
        for (const { uscc } of next) expect(found.filter(({ idNumber }) => idNumber === uscc)).toHaveLength(1);
        const beside = rightHolders.filter(
          ({ idNumber, right }) =>
            right === passing[0]!.right && ![...held, ...next].some(({ uscc }) => uscc === idNumber),
        );
        expect(found.slice(next.length).map(key)).toEqual(beside.map(key));
      }),
    );
  });

  it('of a certificate that names nobody else names its holders', () => {
    expect(succeedingHolders({ holder: A, rights: [claim('HOLD')] }, [A], [claim('HOLD')])).toEqual([row(A, 'HOLD')]);
  });
});
