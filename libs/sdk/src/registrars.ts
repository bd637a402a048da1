import { z } from 'zod';
import { unique } from './registration.js';
import { id, LegalDate, Money, rule, Sha256, text } from './schema.js';

const longText = (max: number, min = 1) => text(max, { min, multiline: true });

/** What the requirements of admission are checked against (N1 §7); each one is proven by a document of the registrar's. */
export const RegistrarProfile = z
  .strictObject({
    /** Of an enterprise; null for a public institution. */
    paidInCapital: Money.nullable(),
    /** Of a public institution. */
    assuredFunds: z.boolean(),
    premises: text(400),
    servingSince: LegalDate,
    governance: longText(2000),
    exitPlan: longText(2000),
    mlpsLevel: z.number().int().min(1).max(5),
    /** No entry of the kinds that the rule names since that day. */
    cleanSince: LegalDate,
    documents: z
      .array(z.strictObject({ requirement: text(40), fileId: id('file') }))
      .max(20)
      .check(unique<{ requirement: string }>(({ requirement }) => requirement)),
  })
  .meta({ id: 'RegistrarProfile' });
export type RegistrarProfile = z.infer<typeof RegistrarProfile>;

export const ApplyAsRegistrarBody = z
  .strictObject({
    name: text(120),
    regionCode2: z.string().regex(/^\d{2}$/, { error: 'two digits' }),
    profile: RegistrarProfile,
  })
  .meta({ id: 'ApplyAsRegistrar' });
export type ApplyAsRegistrarBody = z.infer<typeof ApplyAsRegistrarBody>;

/** Services that a registrar may ask a fee for: registrations, and nothing that is tied to them (N1 §10(8)). */
export const registrationServices = [
  'INITIAL',
  'TRANSFER',
  'CHANGE',
  'CORRECTION',
  'RENEWAL',
  'CANCELLATION',
  'LICENCE',
  'OBJECTION',
  'COPY',
] as const;

/** As the registrar discloses it: an amount, or a rate of a stated base; neither: not published (未公布). */
export const RegistrarFee = z
  .strictObject({
    service: z.enum(registrationServices),
    amount: Money.nullable(),
    rateBasisPoints: z.number().int().min(0).max(10_000).nullable(),
    basis: text(200, { min: 0 }),
  })
  .check(
    rule<{ amount: unknown; rateBasisPoints: number | null; basis: string }>(
      ({ amount, rateBasisPoints, basis }) =>
        !(amount !== null && rateBasisPoints !== null) && (rateBasisPoints === null || basis !== ''),
      '只能填金额或费率之一;填费率须说明计费基数',
      'an amount or a rate, not both; a rate needs its base',
    ),
  )
  .meta({ id: 'RegistrarFee' });

/** What everybody may read: process, fees and where to complain (N1 §10). */
export const RegistrarDisclosure = z
  .strictObject({
    process: longText(4000),
    complaints: z.strictObject({ channel: text(400), contact: text(200) }),
    fees: z
      .array(RegistrarFee)
      .max(registrationServices.length)
      .check(unique<{ service: string }>(({ service }) => service)),
  })
  .meta({ id: 'RegistrarDisclosure' });
export type RegistrarDisclosure = z.infer<typeof RegistrarDisclosure>;

export const registrarOrderKinds = [
  'RECOMMEND',
  'CATALOGUE',
  'SUSPEND_PUBLISHING',
  'REINSTATE',
  'REMOVE',
  'NAME_SUCCESSOR',
  'APPROVE_EXIT',
  'DECLINE_EXIT',
  'CONFIRM_CHANGE',
  'DECLINE_CHANGE',
] as const;
export type RegistrarOrderKind = (typeof registrarOrderKinds)[number];

/** A written order of the data authority; a second person confirms it. */
export const ProposeRegistrarOrderBody = z
  .strictObject({
    kind: z.enum(registrarOrderKinds),
    reason: longText(1000),
    fileId: id('file'),
    /** CATALOGUE: the digit in certificate numbers (N1 annex 6). */
    digit: z.string().regex(/^\d$/, { error: 'one digit' }).nullable().default(null),
    /** REMOVE, NAME_SUCCESSOR: the organisation that takes over archives and running applications. */
    successorId: id('org').nullable().default(null),
  })
  .meta({ id: 'ProposeRegistrarOrder' });
export type ProposeRegistrarOrderBody = z.infer<typeof ProposeRegistrarOrderBody>;

export const RegistrarReasonBody = z.strictObject({ reason: longText(1000) }).meta({ id: 'RegistrarReason' });
export type RegistrarReasonBody = z.infer<typeof RegistrarReasonBody>;

export const NoticeExitBody = z
  .strictObject({ exitOn: LegalDate, successorId: id('org'), planFileId: id('file'), reason: longText(1000) })
  .meta({ id: 'NoticeExit' });
export type NoticeExitBody = z.infer<typeof NoticeExitBody>;

export const ConfirmHandOverBody = z.strictObject({ root: Sha256 }).meta({ id: 'ConfirmHandOver' });
export type ConfirmHandOverBody = z.infer<typeof ConfirmHandOverBody>;

export const NoticeRegistrarChangeBody = z
  .strictObject({
    effectiveOn: LegalDate,
    reason: longText(1000),
    name: text(120),
    profile: RegistrarProfile,
  })
  .meta({ id: 'NoticeRegistrarChange' });
export type NoticeRegistrarChangeBody = z.infer<typeof NoticeRegistrarChangeBody>;

export const SubmitRegistrarReportBody = z
  .strictObject({
    year: z.number().int().min(2000).max(2999),
    text: longText(4000),
    complaintsReceived: z.number().int().min(0).max(1_000_000),
    complaintsSettled: z.number().int().min(0).max(1_000_000),
  })
  .check(
    rule<{ complaintsReceived: number; complaintsSettled: number }>(
      ({ complaintsReceived, complaintsSettled }) => complaintsSettled <= complaintsReceived,
      '办结数不得多于收到数',
      'no more settled than received',
    ),
  )
  .meta({ id: 'SubmitRegistrarReport' });
export type SubmitRegistrarReportBody = z.infer<typeof SubmitRegistrarReportBody>;

/** `result` in the words of the authority's yearly standard, which is not fixed here. */
export const AssessRegistrarBody = z
  .strictObject({
    year: z.number().int().min(2000).max(2999),
    result: text(80),
    reason: longText(1000),
    fileId: id('file'),
  })
  .meta({ id: 'AssessRegistrar' });
export type AssessRegistrarBody = z.infer<typeof AssessRegistrarBody>;

export const ListStaffBody = z
  .strictObject({
    personId: text(80).check(rule<string>((s) => /^[\w:.@|-]+$/.test(s), '不是人员标识', 'not an id of a person')),
    disciplines: z
      .array(z.enum(['DATA', 'LAW']))
      .min(1)
      .check(unique((one) => one)),
    /** Since when the person has worked in these disciplines. */
    experiencedSince: LegalDate,
    fileId: id('file'),
  })
  .meta({ id: 'ListStaff' });
export type ListStaffBody = z.infer<typeof ListStaffBody>;
