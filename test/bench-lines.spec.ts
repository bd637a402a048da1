import fc from 'fast-check';
import { linesOf } from '../scripts/bench/lines.js';

const read = (text: string, atOnce: number) =>
  [...linesOf(Buffer.from(text, 'latin1'), atOnce)].map((some) => some.map((line) => line.toString('latin1')));

it('every line of a file is read once, in its place, as many at a time as asked for', () => {
  const line = fc.string({ maxLength: 4 }).filter((text) => !text.includes('\n'));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 4 }), (lines, atOnce) => {
      const expected = lines.flatMap((_, i) => (i % atOnce === 0 ? [lines.slice(i, i + atOnce)] : []));
      expect(read(`${lines.join('\n')}\n`, atOnce)).toEqual(expected);
      if (lines.at(-1) !== '') expect(read(lines.join('\n'), atOnce)).toEqual(expected);
    }),
  );
  expect(read('', 2)).toEqual([]);
});
