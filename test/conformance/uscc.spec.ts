import { completeUscc, isUscc } from '@app/rulepacks';
import fc from 'fast-check';

/*
 * GB 32100-2015. 91350100M000100Y43 is the example that validators of this standard share; the others are codes of registered
 * organisations that public test suites of such validators use.
 */
const known = [
  '91350100M000100Y43',
  '91110105771583283D',
  '91110000802100433B',
  '91110108740084270C',
  '91110108735106340Y',
  '91440300359143307G',
  '91440300708461136T',
  '91110108551385082Q',
  '11610923MB2900168E',
  '51100000500019541K',
  '91510000779827684C',
];
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';

it.each(known)('%s is well formed', (code) => {
  expect(isUscc(code)).toBe(true);
  expect(completeUscc(code.slice(0, 17))).toBe(code);
});

it.each([
  ['another check character', '91350100M000100Y44'],
  ['a letter outside the alphabet', '91350100I000100Y43'],
  ['a letter in the region, the check character right', '9135A100M000100Y4Y'],
  ['lower case', '91350100m000100y43'],
  ['17 characters, the last one right', '350100M000100Y4C'.padStart(17, '0')],
  ['19 characters, the last one right', '0'.repeat(19)],
  ['a blank', '91350100M000100Y43 '],
  ['nothing', ''],
])('refuses %s', (_name, code) => expect(isUscc(code)).toBe(false));

it('notices every single wrong character and every swap of neighbours', () => {
  const body = fc
    .tuple(
      fc.constantFrom('91', '12', '51', '92'),
      fc.stringMatching(/^\d{6}$/),
      fc.stringMatching(/^[0-9A-HJ-NPQRTUWXY]{9}$/),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(body, fc.nat(17), fc.constantFrom(...alphabet.split('')), (start, place, character) => {
      const code = completeUscc(start);
      expect(isUscc(code)).toBe(true);
      const wrong = code.slice(0, place) + character + code.slice(place + 1);
      expect(isUscc(wrong)).toBe(wrong === code);
      const swapped = code.slice(0, place) + (code[place + 1] ?? '') + code[place] + code.slice(place + 2);
      if (place < 16) expect(isUscc(swapped)).toBe(swapped === code);
    }),
  );
});

it('completes nothing that is not a beginning', () => {
  for (const start of ['', '91350100M000100Y43', '9135010OM000100Y4', '9135X100M000100Y4'])
    expect(() => completeUscc(start)).toThrow(RangeError);
});
