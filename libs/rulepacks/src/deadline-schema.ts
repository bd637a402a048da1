import { z } from 'zod';

/** Text for people. */
export const Text = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
export type Text = z.infer<typeof Text>;

/**
 * Where a rule stands: `N1 §17`, several joined by `; `. The key before the blank is in `sources`, or it is PROP, a choice of this
 * platform, or INF, an inference from what the sources say.
 */
export const source = z.string().min(2);
export const Id = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]*$/);

const Events = [
  'SUBMISSION',
  'CORRECTION_REQUEST',
  'ACCEPTANCE',
  'CANCELLATION_ACCEPTANCE',
  'SUPPLEMENT_REQUEST',
  'REFERRAL',
  'REVIEW_DUE',
  'PUBLICATION',
  'OBJECTION',
  'EVIDENCE',
  'CODING',
  'EFFECT',
  'EXPIRY',
  'CHANGE',
  'CHANGE_CONFIRMED',
  'EXIT',
  'EXIT_REPORT',
  'EXIT_APPROVAL',
  'SUPPLY',
  'AGREEMENT',
] as const;
export const StartEvent = z.enum(Events);
export const Pause = z.enum(['SUPPLEMENT', 'NOTICE', 'OBJECTION']);
export const OnExpiry = z.enum(['ACCEPT', 'LAPSE', 'CONTINUE', 'EXPIRE', 'CLOSE', 'CANCEL', 'ALERT']);

/** `count` null: not published, or left to the registrar when `setBy` says so. `wd` is a working day. */
const Length = z.strictObject({
  count: z.int().min(1).max(10_000).nullable(),
  unit: z.enum(['hour', 'wd', 'day', 'month', 'year']),
});
export type Length = z.infer<typeof Length>;
const rule = { name: Text, source, note: Text.optional() };

/**
 * - PERIOD: `length` after (or before) the event; `pausedBy` says what stops the clock; `extends` names the deadline it lengthens, once.
 * - WINDOW: opens and closes that long before the event; closing 0 days before is at the event itself.
 * - ANNUAL: every year on that day.
 * - UNPUBLISHED: there is or may be such a time, but nothing about it is known: neither length nor unit nor consequence.
 */
export const Deadline = z.discriminatedUnion('kind', [
  z.strictObject({
    ...rule,
    kind: z.literal('PERIOD'),
    length: Length,
    bound: z.enum(['WITHIN', 'AT_MOST', 'AT_LEAST']),
    direction: z.enum(['AFTER', 'BEFORE']).default('AFTER'),
    start: StartEvent,
    setBy: z.enum(['REGIME', 'REGISTRAR']).default('REGIME'),
    pausedBy: z.array(Pause).default([]),
    extends: Id.optional(),
    onExpiry: OnExpiry,
  }),
  z.strictObject({
    ...rule,
    kind: z.literal('WINDOW'),
    opens: Length,
    closes: Length.extend({ count: z.int().min(0).max(10_000).nullable() }),
    before: StartEvent,
    onExpiry: OnExpiry,
  }),
  z.strictObject({
    ...rule,
    kind: z.literal('ANNUAL'),
    month: z.int().min(1).max(12),
    day: z.int().min(1).max(31),
    onExpiry: OnExpiry,
  }),
  z.strictObject({ ...rule, kind: z.literal('UNPUBLISHED') }),
]);
export type Deadline = z.infer<typeof Deadline>;
