const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long to wait before each attempt, in ms: the schedule that Standard Webhooks 1.0 recommends, 75 h 35 min in all. */
const SCHEDULE = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
export const ATTEMPTS_MAX = SCHEDULE.length;

/** Only lengthens, and less than the steps grow: so no wait is shorter than recommended or than the one before it. */
const JITTER = 0.1;

/**
 * How long to wait, in ms, when `failures` attempts have failed; undefined: give up.
 *
 * @param random in [0, 1), so that what failed together does not come back together
 */
export function retryDelay(failures: number, random = Math.random()): number | undefined {
  const wait = SCHEDULE[failures];
  return wait === undefined ? undefined : Math.round(wait * (1 + JITTER * random));
}

export const isDelivered = (status: number): boolean => status >= 200 && status < 300;

/** Too Many Requests, Bad Gateway, Gateway Timeout: the receiver as a whole should be left alone for a while. */
export const isOverloaded = (status: number): boolean => status === 429 || status === 502 || status === 504;

/**
 * How long the receiver asks to be left alone, in ms, of its Retry-After (RFC 9110 §10.2.3): seconds or an HTTP date; at most a day.
 * undefined when it does not ask, or asks for nothing.
 */
export function retryAfter(header: string | undefined, now = new Date()): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const wait = /^\d{1,15}$/.test(text) ? Number(text) * SECOND : httpDate(text) - now.getTime();
  return wait > 0 ? Math.min(wait, 24 * HOUR) : undefined;
}

const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .{15,30}$/;
/** NaN for any other text: Date.parse alone takes almost anything. */
const httpDate = (text: string): number =>
  HTTP_DATE.test(text) ? Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) : Number.NaN;
