import { z } from 'zod';
import { Material, Remark } from './application.js';
import { unique } from './registration.js';
import { id, text } from './schema.js';

const longText = text(2000, { multiline: true });
const items = z
  .array(text(400, { multiline: true }))
  .min(1)
  .max(50);
const dueDays = z.number().int().min(1).max(60).meta({ description: 'Working days' });

export const GroundBody = z.strictObject({ groundCode: text(20), text: longText }).meta({ id: 'Ground' });
export type GroundBody = z.infer<typeof GroundBody>;

export const DeclineApplicationBody = z
  .strictObject({ groundCode: text(20), reason: longText })
  .meta({ id: 'DeclineApplication' });
export type DeclineApplicationBody = z.infer<typeof DeclineApplicationBody>;

/** The one complete list of what is wrong (N1 §17). */
export const RequestCorrectionBody = z
  .strictObject({ items, dueDays, groundCode: text(20).default('A-N1') })
  .meta({ id: 'RequestCorrection' });
export type RequestCorrectionBody = z.infer<typeof RequestCorrectionBody>;

/** A supervisor's addition to that list, with the reason why it comes later. */
export const AddCorrectionBody = z.strictObject({ items, dueDays, reason: longText }).meta({ id: 'AddCorrection' });
export type AddCorrectionBody = z.infer<typeof AddCorrectionBody>;

export const RequestSupplementBody = z.strictObject({ items, dueDays }).meta({ id: 'RequestSupplement' });
export type RequestSupplementBody = z.infer<typeof RequestSupplementBody>;

export const SupplyBody = z
  .strictObject({ materials: z.array(Material).max(50), note: text(2000, { min: 0, multiline: true }).default('') })
  .meta({ id: 'Supply' });
export type SupplyBody = z.infer<typeof SupplyBody>;

export const ExtendReviewBody = z.strictObject({ workingDays: dueDays, reason: longText }).meta({ id: 'ExtendReview' });
export type ExtendReviewBody = z.infer<typeof ExtendReviewBody>;

export const CheckedItem = z.strictObject({
  code: text(20),
  ok: z.boolean(),
  note: text(1000, { min: 0, multiline: true }).default(''),
});
export type CheckedItem = z.infer<typeof CheckedItem>;

export const PassReviewBody = z
  .strictObject({
    checklist: z
      .array(CheckedItem)
      .max(100)
      .check(unique<CheckedItem>(({ code }) => code)),
    remarks: z.array(Remark).max(20).default([]),
  })
  .meta({ id: 'PassReview' });
export type PassReviewBody = z.infer<typeof PassReviewBody>;

export const ReturnReviewBody = z.strictObject({ text: longText }).meta({ id: 'ReturnReview' });
export type ReturnReviewBody = z.infer<typeof ReturnReviewBody>;

export const ObjectBody = z
  .strictObject({
    reason: longText,
    fileIds: z.array(id('file')).max(20).default([]),
    /** The objector, when its agent objects; absent: the actor's own organisation. */
    onBehalfOf: id('org').optional(),
  })
  .meta({ id: 'Objection' });
export type ObjectBody = z.infer<typeof ObjectBody>;

export const DecideObjectionBody = z
  .strictObject({
    upheld: z.boolean(),
    /** With `upheld`: only in part, so that the review goes on in the light of it. */
    partly: z.boolean().default(false),
    text: longText,
  })
  .meta({ id: 'DecideObjection' });
export type DecideObjectionBody = z.infer<typeof DecideObjectionBody>;

/** To the compliance committee, with the reason. */
export const ReferApplicationBody = z.strictObject({ text: longText }).meta({ id: 'ReferApplication' });
export type ReferApplicationBody = z.infer<typeof ReferApplicationBody>;

export const WaiverBody = z.strictObject({ text: longText }).meta({ id: 'NoticeWaiver' });
export type WaiverBody = z.infer<typeof WaiverBody>;

export const WithdrawApplicationBody = z
  .strictObject({ reason: text(1000, { min: 0, multiline: true }).default('') })
  .meta({ id: 'WithdrawApplication' });
export type WithdrawApplicationBody = z.infer<typeof WithdrawApplicationBody>;
