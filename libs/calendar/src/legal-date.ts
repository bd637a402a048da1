/** A day in the legal time of China, written `YYYY-MM-DD`. */
export type LegalDate = string;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Asia/Shanghai has had no daylight saving since 1991, so a fixed offset is exact for every date this platform meets. */
const OFFSET = 8 * HOUR;

/**
 * The legal day in which an instant falls, Asia/Shanghai whatever the time zone of the machine.
 * @throws RangeError when the instant is not a valid Date
 */
export function shanghaiDate(instant: Date): LegalDate {
  return new Date(instant.getTime() + OFFSET).toISOString().slice(0, 10);
}

/** The first instant of a legal day, 00:00:00.000 Asia/Shanghai. */
export function startOfDay(date: LegalDate | Date): Date {
  return new Date(utcMidnight(legalDate(date)) - OFFSET);
}

/** The last instant of a legal day, 23:59:59.999 Asia/Shanghai: what "within" a day means (N1 §42 includes the number itself). */
export function endOfDay(date: LegalDate | Date): Date {
  return new Date(startOfDay(date).getTime() + DAY - 1);
}

export function addDays(date: LegalDate, n: number): LegalDate {
  return new Date(utcMidnight(date) + n * DAY).toISOString().slice(0, 10);
}

/**
 * The same clock time in Asia/Shanghai `n` calendar months later (or earlier, when negative). When the target month is shorter the last
 * day of that month counts: 31 August + 6 months is 28 or 29 February. Validity and renewal windows are counted this way.
 */
export function addMonths(instant: Date, n: number): Date {
  const local = new Date(instant.getTime() + OFFSET);
  const day = local.getUTCDate();
  local.setUTCDate(1);
  local.setUTCMonth(local.getUTCMonth() + n);
  const lastDay = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 0)).getUTCDate();
  local.setUTCDate(Math.min(day, lastDay));
  return new Date(local.getTime() - OFFSET);
}

/** @throws RangeError when a text is not an existing day */
export function legalDate(date: LegalDate | Date): LegalDate {
  if (date instanceof Date) return shanghaiDate(date);
  utcMidnight(date);
  return date;
}

export function isRestWeekday(date: LegalDate): boolean {
  const weekday = new Date(utcMidnight(date)).getUTCDay();
  return weekday === 0 || weekday === 6;
}

function utcMidnight(date: LegalDate): number {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00.000Z`) : Number.NaN;
  // V8 rolls 30 February over to March instead of refusing it.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date)
    throw new RangeError(`not a date YYYY-MM-DD: ${date}`);
  return time;
}
