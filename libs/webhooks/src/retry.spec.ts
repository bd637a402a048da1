import fc from 'fast-check';
import { ATTEMPTS_MAX, isDelivered, isOverloaded, retryAfter, retryDelay } from './index.js';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const base = (failures: number): number => retryDelay(failures, 0)!;

it('follows the schedule of the specification', () => {
  const hours = Array.from({ length: ATTEMPTS_MAX }, (_, failures) => base(failures) / 3_600_000);
  expect(hours).toEqual([0, 5 / 3600, 5 / 60, 0.5, 2, 5, 10, 14, 20, 24]);
  expect(hours.reduce((sum, wait) => sum + wait) * 3600).toBe(75 * 3600 + 35 * 60 + 5);
});

it('waits longer each time, whatever chance says, and up to a tenth longer than planned', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: ATTEMPTS_MAX - 1 }), random, random, (failures, r1, r2) => {
      const wait = retryDelay(failures, r1)!;
      expect(wait).toBeGreaterThan(retryDelay(failures - 1, r2)!);
      expect(wait).toBeGreaterThanOrEqual(base(failures));
      expect(wait).toBeLessThanOrEqual(base(failures) * 1.1);
    }),
  );
});

it('does not bring back together what failed together', () => {
  expect(new Set(Array.from({ length: 20 }, () => retryDelay(3))).size).toBeGreaterThan(1);
});

it('gives up after the last attempt', () => {
  expect(retryDelay(ATTEMPTS_MAX)).toBeUndefined();
  expect(retryDelay(ATTEMPTS_MAX + 1)).toBeUndefined();
});

it.each([
  [199, false],
  [200, true],
  [204, true],
  [299, true],
  [301, false],
  [400, false],
  [500, false],
])('%i is success: %s', (status, success) => expect(isDelivered(status)).toBe(success));

it.each([
  [429, true],
  [502, true],
  [504, true],
  [500, false],
  [503, false],
])('%i throttles by itself: %s', (status, throttles) => expect(isOverloaded(status)).toBe(throttles));

describe('Retry-After', () => {
  const now = new Date('1994-11-06T08:49:37Z');

  it.each([
    ['120', 120_000],
    [' 5 ', 5000],
    ['999999999', 86_400_000],
    ['Sun, 06 Nov 1994 08:51:37 GMT', 120_000],
    ['Sunday, 06-Nov-94 08:51:37 GMT', 120_000],
    ['Sun Nov  6 08:51:37 1994', 120_000],
    ['Fri, 31 Dec 1999 23:59:59 GMT', 86_400_000],
  ])('%j asks for %i ms', (header, wait) => expect(retryAfter(header, now)).toBe(wait));

  it.each([undefined, '', '0', '-5', '1.5', 'soon', '2', 'Sun, 06 Nov 1994 08:49:00 GMT', 'Sunday', '2094-01-01'])(
    '%j',
    (header) => expect(retryAfter(header, now)).toBe(header === '2' ? 2000 : undefined),
  );

  it('never waits longer than a day or a negative time', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.nat().map(String),
          fc.date({ noInvalidDate: true }).map((d) => d.toUTCString()),
        ),
        (text) => {
          const wait = retryAfter(text, now);
          if (wait === undefined) return;
          expect(wait).toBeGreaterThan(0);
          expect(wait).toBeLessThanOrEqual(86_400_000);
        },
      ),
    );
  });
});
