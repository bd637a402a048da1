/*
 * Working days of China with the make-up days (调休) of the yearly notice of the State Council.
 *
 * Only the package's data is used, not its functions: `isWorkday('2026-10-10')` of chinese-days reads the date with local getters and
 * answers for 9 October on a machine west of Greenwich.
 */
import notices from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import { addDays, endOfDay, isRestWeekday, legalDate, shanghaiDate, type LegalDate } from './legal-date.js';

const holidays: Readonly<Record<string, string>> = notices.holidays;
const makeUpDays: Readonly<Record<string, string>> = notices.workdays;

/**
 * A legal deadline. `provisional`: some day between start and due is not covered by a published notice (未公布), only weekends were
 * counted there, and the date may move when the notice appears.
 */
export interface Deadline {
  readonly due: Date;
  readonly provisional: boolean;
}

/** Whether the data contains the notice for this year. Every notice names National Day. */
export function calendarKnown(year: number): boolean {
  return `${year}-10-01` in holidays;
}

/** Whether a day is a working day; in a year without published notice Monday to Friday. A Date means its day in Asia/Shanghai. */
export function isWorkingDay(date: LegalDate | Date): boolean {
  const day = legalDate(date);
  return day in makeUpDays || !(day in holidays || isRestWeekday(day));
}

/** The first working day after (never on) the given day. */
export function nextWorkingDay(date: LegalDate | Date): LegalDate {
  let day = addDays(legalDate(date), 1);
  while (!isWorkingDay(day)) day = addDays(day, 1);
  return day;
}

/**
 * How many working days lie after the day of `from` up to and including the day of `to`; 0 when `to` is not later. The inverse of
 * `addWorkingDays`: `workingDaysBetween(t, addWorkingDays(t, n)) === n`.
 */
export function workingDaysBetween(from: LegalDate | Date, to: LegalDate | Date): number {
  const last = legalDate(to);
  let count = 0;
  for (let day = nextWorkingDay(from); day <= last; day = nextWorkingDay(day)) count += 1;
  return count;
}

/**
 * The legal deadline `n` working days after an event: the end (23:59:59.999 Asia/Shanghai) of the n-th working day after the day of the
 * event. The day of the event does not count, the n-th day itself does (N1 §42). With 0 the day of the event, or the next working day
 * when that is a rest day.
 * @throws RangeError when `n` is not a whole number from 0 to 10 000
 */
export function addWorkingDays(event: Date, n: number): Date {
  if (!Number.isInteger(n) || n < 0 || n > 10_000) throw new RangeError(`not a number of working days: ${n}`);
  let day = shanghaiDate(event);
  if (n === 0 && !isWorkingDay(day)) day = nextWorkingDay(day);
  for (let i = 0; i < n; i += 1) day = nextWorkingDay(day);
  return endOfDay(day);
}

/** `addWorkingDays` that also says whether the date is provisional. */
export function workingDayDeadline(event: Date, n: number): Deadline {
  return withProvision(event, addWorkingDays(event, n));
}

/**
 * The new deadline of a clock that stood still (N1 §28: time for supplements, notice and objections is not counted).
 *
 * Exactly: one rule, the day of an event does not count, is used at both ends. The working days after the day of the pause up to the old
 * due day are what remains; they are granted again after the day of the resumption. So a pause costs precisely the working days after
 * its first up to its last day: a notice of 5 working days moves the deadline by 5, and pausing and resuming on one day changes
 * nothing, however often. For a pause that ends with a period (a public notice) pass the end of that period as `resumedAt`, not the
 * time at which a worker noticed. A clock paused after it ran out stays run out.
 * @throws RangeError when `resumedAt` is before `pausedAt`
 */
export function resumeDeadline(dueAt: Date, pausedAt: Date, resumedAt: Date): Deadline {
  if (resumedAt < pausedAt) throw new RangeError('a clock cannot resume before it was paused');
  if (pausedAt > dueAt) return withProvision(pausedAt, dueAt);
  return workingDayDeadline(resumedAt, workingDaysBetween(pausedAt, dueAt));
}

/** Whether some day after the day of `from` up to `due` lacks its published notice. */
export function isProvisional(from: LegalDate | Date, due: LegalDate | Date): boolean {
  return !isCovered(addDays(legalDate(from), 1)) || !isCovered(legalDate(due));
}

function withProvision(from: Date, due: Date): Deadline {
  return { due, provisional: isProvisional(from, due) };
}

/** A notice may also move days at the end of the year before it: 29 December 2018 was a make-up day by the notice for 2019. */
function isCovered(day: LegalDate): boolean {
  const year = Number(day.slice(0, 4));
  return calendarKnown(year) && (day.slice(5) < '12-29' || calendarKnown(year + 1));
}
