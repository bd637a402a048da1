import fc from 'fast-check';
import { NumberSeries, type Gap } from './number-series.js';

const key = { regionCode2: '44', registrarDigit: '1', yearMonth: '202608' };

it.each([
  [8999, 0],
  [9000, 90],
  [9899, 90],
  [9900, 99],
  [9998, 99],
  [9999, 100],
])('with %d of 9999 numbers used the alarm stands at %d %%', (used, alarm) => {
  const series = NumberSeries.watch(key);
  expect(NumberSeries.isAlarming(used, 0)).toBe(alarm > 0);
  series.note(used);
  expect(series.alarm).toBe(alarm);
  const { version } = series;
  series.note(used);
  expect([series.version, NumberSeries.isAlarming(used, alarm)]).toEqual([version, false]);
});

it('raises each alarm once, however the numbers are used up', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9999 })), (steps) => {
      const series = NumberSeries.watch(key);
      for (const used of steps.toSorted((a, b) => a - b)) series.note(used);
      const most = Math.max(0, ...steps);
      const raised = [9000, 9900, 9999].filter((limit) => most >= limit).length;
      return series.version === 1 + raised;
    }),
  );
});

it('notes each gap once (INV-05)', () => {
  const series = NumberSeries.watch(key);
  const gaps: Gap[] = [[3, 3]];
  series.noteGaps(gaps);
  series.noteGaps(gaps);
  series.noteGaps([...gaps, [7, 9]]);
  expect([series.gaps, series.version]).toEqual([
    [
      [3, 3],
      [7, 9],
    ],
    3,
  ]);
});
