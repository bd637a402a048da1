import fc from 'fast-check';
import {
  addDays,
  addMonths,
  addWorkingDays,
  calendarKnown,
  endOfDay,
  isProvisional,
  isWorkingDay,
  nextWorkingDay,
  resumeDeadline,
  shanghaiDate,
  startOfDay,
  workingDayDeadline,
  workingDaysBetween,
} from './index.js';

const at = (text: string) => new Date(`${text}+08:00`);
const noon = (date: string) => at(`${date}T12:00:00`);
const dueOn = (date: string) => at(`${date}T23:59:59.999`);
const instants = fc.date({ min: noon('2010-01-01'), max: noon('2026-10-31'), noInvalidDate: true });
const counts = fc.integer({ min: 1, max: 40 });

describe('legal days', () => {
  it.each([
    ['2026-07-01T15:59:59.999Z', '2026-07-01'],
    ['2026-07-01T16:00:00.000Z', '2026-07-02'],
    ['2025-12-31T16:00:00.000Z', '2026-01-01'],
  ])('%s is %s in Shanghai', (instant, date) => expect(shanghaiDate(new Date(instant))).toBe(date));

  it('begins and ends at midnight in Shanghai', () => {
    expect(startOfDay('2026-10-08').toISOString()).toBe('2026-10-07T16:00:00.000Z');
    expect(endOfDay('2026-10-08').toISOString()).toBe('2026-10-08T15:59:59.999Z');
    expect(endOfDay(noon('2026-10-08'))).toEqual(endOfDay('2026-10-08'));
  });

  it.each(['2026-02-30', '2026-13-01', '2026-1-1', '', '2026-10-08T00:00:00Z'])('refuses %p', (text) => {
    expect(() => isWorkingDay(text)).toThrow(RangeError);
  });

  it('refuses an invalid instant', () => {
    expect(() => addWorkingDays(new Date(Number.NaN), 3)).toThrow(RangeError);
    expect(() => isWorkingDay(new Date(Number.NaN))).toThrow(RangeError);
  });

  it.each([
    ['2026-08-31T09:30:00', 6, '2027-02-28T09:30:00'],
    ['2023-08-31T09:30:00', 6, '2024-02-29T09:30:00'],
    ['2026-07-01T00:10:00', 60, '2031-07-01T00:10:00'],
    ['2024-02-29T23:00:00', 60, '2029-02-28T23:00:00'],
    ['2031-03-31T12:00:00', -6, '2030-09-30T12:00:00'],
  ])('%s plus %d months is %s', (from, n, to) => expect(addMonths(at(from), n)).toEqual(at(to)));
});

describe('working days of the published notices', () => {
  it.each([
    ['2025-09-28', true, 'Sunday made up for National Day'],
    ['2025-10-01', false, 'National Day'],
    ['2025-10-06', false, 'Mid-autumn, a Monday'],
    ['2025-10-08', false, 'last day of the holiday, a Wednesday'],
    ['2025-10-09', true, 'first day back'],
    ['2025-10-11', true, 'Saturday made up'],
    ['2025-10-12', false, 'ordinary Sunday'],
    ['2026-02-14', true, 'Saturday made up for Spring Festival'],
    ['2026-02-16', false, 'Spring Festival, a Monday'],
    ['2026-02-23', false, 'Spring Festival, the second Monday'],
    ['2026-02-28', true, 'Saturday made up'],
    ['2026-09-20', true, 'Sunday made up for National Day'],
    ['2026-10-07', false, 'last day of the holiday'],
    ['2026-10-08', true, 'first day back'],
    ['2026-10-10', true, 'Saturday made up'],
    ['2018-12-29', true, 'Saturday made up by the notice for 2019'],
  ])('%s → %s (%s)', (date, works) => expect(isWorkingDay(date)).toBe(works));

  it.each([
    ['three days over National Day 2025', '2025-09-30', 3, '2025-10-11'],
    ['from a make-up Sunday', '2025-09-27', 1, '2025-09-28'],
    ['three days over National Day 2026', '2026-09-30', 3, '2026-10-10'],
    ['during the holiday', '2026-10-03', 1, '2026-10-08'],
    ['over Spring Festival 2026', '2026-02-13', 3, '2026-02-25'],
    ['ending on the make-up Saturday after it', '2026-02-24', 4, '2026-02-28'],
    ['over New Year 2026', '2025-12-31', 1, '2026-01-04'],
    ['over New Year 2026, five days', '2025-12-30', 5, '2026-01-07'],
    ['an ordinary week', '2026-07-06', 5, '2026-07-13'],
  ])('%s: %s + %d wd is due at the end of %s', (_name, from, n, due) => {
    expect(addWorkingDays(noon(from), n)).toEqual(dueOn(due));
    expect(addWorkingDays(at(`${from}T00:00:00.000`), n)).toEqual(dueOn(due));
    expect(addWorkingDays(at(`${from}T23:59:59.999`), n)).toEqual(dueOn(due));
  });

  it('counts zero days as the day itself, or the next working day', () => {
    expect(addWorkingDays(noon('2026-07-06'), 0)).toEqual(dueOn('2026-07-06'));
    expect(addWorkingDays(noon('2026-07-04'), 0)).toEqual(dueOn('2026-07-06'));
  });

  it.each([-1, 1.5, Number.NaN, 10_001])('refuses %p working days', (n) => {
    expect(() => addWorkingDays(noon('2026-07-06'), n)).toThrow(RangeError);
  });
});

describe('what is not published yet', () => {
  it('knows the years of the data and no other', () => {
    expect([2003, 2004, 2025, 2026].map(calendarKnown)).toEqual([false, true, true, true]);
    expect(calendarKnown(2999)).toBe(false);
  });

  it('counts weekends only and says provisional', () => {
    expect(isWorkingDay('2999-10-01')).toBe(true);
    expect(workingDayDeadline(noon('2998-12-31'), 1).provisional).toBe(true);
    expect(workingDayDeadline(noon('2026-07-06'), 5)).toEqual({ due: dueOn('2026-07-13'), provisional: false });
  });

  it('is provisional when the count began before the data', () => {
    expect(isProvisional('2003-12-20', '2004-01-10')).toBe(true);
    expect(isProvisional('2004-01-01', '2004-01-10')).toBe(false);
  });

  it('is provisional in the last days of a year while the next notice is missing', () => {
    let last = 2026;
    while (calendarKnown(last + 1)) last += 1;
    expect(isProvisional(`${last}-12-01`, `${last}-12-28`)).toBe(false);
    expect(isProvisional(`${last}-12-01`, `${last}-12-29`)).toBe(true);
    expect(isProvisional(`${last - 1}-12-01`, `${last - 1}-12-31`)).toBe(false);
  });
});

describe('a clock that pauses', () => {
  const due = dueOn('2026-07-17');

  it.each([
    ['paused Wednesday, resumed Thursday: one day', '2026-07-08', '2026-07-09', '2026-07-20'],
    ['paused and resumed on one day: nothing', '2026-07-08', '2026-07-08', '2026-07-17'],
    ['a notice of five working days: five', '2026-07-08', '2026-07-15', '2026-07-24'],
    ['paused over a weekend only: nothing', '2026-07-10', '2026-07-12', '2026-07-17'],
    ['paused on the due day: due on the day of the resumption', '2026-07-17', '2026-07-22', '2026-07-22'],
    ['the same, resumed on a Saturday: the next working day', '2026-07-17', '2026-07-25', '2026-07-27'],
    ['paused on a rest day', '2026-07-11', '2026-07-14', '2026-07-21'],
    ['over National Day', '2026-07-16', '2026-10-06', '2026-10-08'],
  ])('%s', (_name, paused, resumed, expected) => {
    expect(resumeDeadline(due, noon(paused), noon(resumed)).due).toEqual(dueOn(expected));
  });

  it('a clock that ran out stays run out', () => {
    expect(resumeDeadline(due, noon('2026-07-18'), noon('2026-07-30')).due).toEqual(due);
  });

  it('refuses a resumption before the pause', () => {
    expect(() => resumeDeadline(due, noon('2026-07-09'), noon('2026-07-08'))).toThrow(RangeError);
  });

  it('says provisional when the new date is', () => {
    expect(resumeDeadline(due, noon('2026-07-09'), noon('2999-07-09')).provisional).toBe(true);
    expect(resumeDeadline(due, noon('2026-07-09'), noon('2026-07-10')).provisional).toBe(false);
  });
});

describe('properties', () => {
  it('the deadline is the end of a working day, exactly n working days later', () => {
    fc.assert(
      fc.property(instants, counts, (event, n) => {
        const due = addWorkingDays(event, n);
        expect(due).toEqual(endOfDay(shanghaiDate(due)));
        expect(isWorkingDay(due)).toBe(true);
        expect(workingDaysBetween(event, due)).toBe(n);
        expect(workingDaysBetween(event, addDays(shanghaiDate(due), -1))).toBe(n - 1);
      }),
    );
  });

  it('is monotone in the event and strictly in the number', () => {
    fc.assert(
      fc.property(instants, instants, counts, (a, b, n) => {
        const [early, late] = a < b ? [a, b] : [b, a];
        expect(addWorkingDays(early, n) <= addWorkingDays(late, n)).toBe(true);
        expect(addWorkingDays(early, n) < addWorkingDays(early, n + 1)).toBe(true);
      }),
    );
  });

  it('adds: n then m is n + m', () => {
    fc.assert(
      fc.property(instants, counts, counts, (event, n, m) => {
        expect(addWorkingDays(addWorkingDays(event, n), m)).toEqual(addWorkingDays(event, n + m));
      }),
    );
  });

  it('the next working day is the deadline of one', () => {
    fc.assert(
      fc.property(instants, (event) => expect(endOfDay(nextWorkingDay(event))).toEqual(addWorkingDays(event, 1))),
    );
  });

  it('a pause costs the working days it lasts, and nothing else', () => {
    fc.assert(
      fc.property(instants, counts, fc.nat(60), fc.nat(60), (event, n, toPause, toResume) => {
        const dueAt = addWorkingDays(event, n);
        const pausedAt = new Date(Math.min(event.getTime() + toPause * 86_400_000, dueAt.getTime()));
        const resumedAt = new Date(pausedAt.getTime() + toResume * 86_400_000);
        const { due } = resumeDeadline(dueAt, pausedAt, resumedAt);
        expect(due >= dueAt).toBe(true);
        if (workingDaysBetween(pausedAt, dueAt) > 0)
          expect(workingDaysBetween(dueAt, due)).toBe(workingDaysBetween(pausedAt, resumedAt));
      }),
    );
  });
});
