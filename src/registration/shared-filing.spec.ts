import { months, rulePack } from '@app/rulepacks';
import fc from 'fast-check';
import { Refusal } from '../platform/refusal.js';
import { partsOf, forFurther } from './shared-filing.js';
import { content } from '../../test/support/application-states.js';

const packs = ['CN-PROPERTY-2026', 'CN-PUBLIC-2025', 'GD-COMPLIANCE-2023-DRAFT'].map((id) => rulePack(id));
const [A, B] = packs as [(typeof packs)[0], (typeof packs)[0]];
const longest = (pack: typeof A) => Math.floor(months(pack, pack.validityPolicy.deadline) / 12);

const takes = (pack: typeof A, code: string) =>
  pack.types.find(({ id }) => id === 'INITIAL')?.materials?.includes(code) ?? true;
const codes = [...new Set([...Object.keys(A.materials), ...Object.keys(B.materials), 'nobody-knows-it'])];
const filings = fc.record({
  of: fc.shuffledSubarray([A, B], { minLength: 1 }),
  given: fc.subarray(codes),
  validityYears: fc.integer({ min: 1, max: 9 }),
  agreed: fc.boolean(),
  waived: fc.boolean(),
});

describe('one filing under several packs', () => {
  it('is to each what it knows; what none of them knows stays with the first, which is refused for it', () => {
    fc.assert(
      fc.property(filings, ({ of, given, validityYears, agreed, waived }) => {
        const { noticeWaiver, ...rest } = content;
        const filed = {
          ...rest,
          upgradeOf: 'fct_1',
          validityYears,
          materials: given.map((code) => ({ code, fileId: 'file_1' })),
          ...(agreed && { operatingAgreementEnd: '2027-01-01' }),
          ...(waived && { noticeWaiver: noticeWaiver! }),
        };
        const parts = partsOf(filed, of);
        expect(parts).toHaveLength(of.length);
        for (const [i, part] of parts.entries()) {
          const pack = of[i]!;
          const known = (knows: (one: typeof A) => boolean) => knows(pack) || (i === 0 && !of.some(knows));
          const takesRights = known(({ rights }) => rights !== null);
          expect(part.rights).toEqual(takesRights ? content.rights : []);
          expect(part.materials.map(({ code }) => code)).toEqual(
            given.filter((code) => known((one) => takes(one, code))),
          );
          expect(part.validityYears).toBe(
            known((one) => longest(one) >= validityYears) ? validityYears : longest(pack),
          );
          expect('operatingAgreementEnd' in part).toBe(
            agreed && known(({ validityPolicy }) => validityPolicy.cappedByAgreement),
          );
          expect('noticeWaiver' in part).toBe(
            waived && known(({ noticePolicy }) => noticePolicy.waiver.allowed === true),
          );
          expect('upgradeOf' in part).toBe(i === 0);
          expect([part.resourceId, part.scenario]).toEqual([content.resourceId, content.scenario]);
        }
        // Nothing that was filed is lost between them.
        const kept = new Set(parts.flatMap(({ materials }) => materials.map(({ code }) => code)));
        expect([...kept].toSorted()).toEqual(given.toSorted());
      }),
    );
  });

  it('leaves the holders with the rights that they hold', () => {
    const holders = [{ name: '演示', uscc: '', right: 'HOLD', termYears: null, limits: '' }] as never;
    const [first, second] = partsOf({ ...content, holders }, [B, A]);
    expect(['holders' in first!, 'holders' in second!]).toEqual([false, true]);
  });

  it('says of a fault where in the request it is', () => {
    const refused = () =>
      forFurther(1, () => {
        throw new Refusal('invalid-request', { a: 1 }, [{ pointer: '/x', zh: '错', en: 'wrong' }]);
      });
    expect(refused).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        facts: { a: 1 },
        faults: [{ pointer: '/alsoUnder/1/x', zh: '错', en: 'wrong' }],
      }) as Error,
    );
    const broken = new Error('x');
    expect(() =>
      forFurther(0, () => {
        throw broken;
      }),
    ).toThrow(broken);
    expect(forFurther(0, () => 1)).toBe(1);
  });
});
