import { z } from 'zod';
import { packFaults } from './pack-faults.js';

/*
 * The published form of a legal regime. A rule pack is data: every rule carries the paragraph it comes from, `PROP` where it is a choice
 * of this platform and not law. A number that the regime has not published is null and is shown as 未公布, never guessed.
 */

/** Text for people. */
export const Text = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
export type Text = z.infer<typeof Text>;

/**
 * Where a rule stands: `N1 §17`, several joined by `; `. The key before the blank is in `sources`, or it is PROP, a choice of this
 * platform, or INF, an inference from what the sources say.
 */
const source = z.string().min(2);
const Id = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]*$/);

export const rights = ['HOLD', 'USE', 'OPERATE'] as const;
export const Right = z.enum(rights);
export type Right = z.infer<typeof Right>;

export const Verdict = z.enum(['yes', 'no', 'by-contract', 'consent-of-others']);
export type Verdict = z.infer<typeof Verdict>;

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

export const GroundKind = z.enum([
  'REFUSE',
  'RETURN',
  'CORRECTION',
  'NOT_ACCEPT',
  'TERMINATE',
  'CANCEL',
  'LAPSE',
  'REVOKE',
  'RECTIFY',
]);
export type GroundKind = z.infer<typeof GroundKind>;

export const Ground = z.strictObject({ code: Id, kinds: z.array(GroundKind).min(1), text: Text, source });
export type Ground = z.infer<typeof Ground>;

export const RegistrationType = z.enum([
  'INITIAL',
  'TRANSFER',
  'CHANGE',
  'CORRECTION',
  'RENEWAL',
  'CANCELLATION',
  'LICENCE',
  'REVOCATION',
]);
export type RegistrationType = z.infer<typeof RegistrationType>;

/** What must have been done before the application is made. */
export const Prerequisite = z.enum(['EVIDENCE_STORED', 'SCENARIO', 'RISK_ASSESSMENT']);

/** `materials` and `fields` null: the regime has not published them. */
const TypeRule = z.strictObject({
  id: RegistrationType,
  name: Text,
  text: Text,
  appliesBy: z.enum(['APPLICANT', 'BOTH_PARTIES', 'APPLICANT_OR_REGISTRAR', 'REGISTRAR']),
  needsCertificate: z.boolean(),
  materials: z.array(Id).nullable(),
  fields: z.array(Id).nullable(),
  prerequisites: z.array(z.strictObject({ kind: Prerequisite, text: Text, source })).optional(),
  source,
});

const Material = z.strictObject({
  name: Text,
  required: z.enum(['ALWAYS', 'WHEN_APPLICABLE']),
  when: Text.optional(),
  source,
});

/** `maxLength` counts characters (code points). `repeats`: once for every applicant, holder or item. */
export const Field = z.strictObject({
  group: z.enum(['APPLICANT', 'TRANSFEROR', 'TRANSFEREE', 'DATA', 'RIGHTS', 'REQUEST']),
  name: Text,
  hint: Text,
  kind: z.enum(['TEXT', 'CHOICE', 'CHOICES', 'DATE_RANGE', 'INDUSTRY', 'CERTIFICATE_NUMBER', 'TABLE']),
  required: z.boolean(),
  repeats: z.boolean().default(false),
  maxLength: z.int().min(1).nullable().default(null),
  options: z
    .array(z.strictObject({ value: Id, name: Text }))
    .nullable()
    .default(null),
  source,
});
export type Field = z.infer<typeof Field>;

/**
 * One row of the table of rights. `registrable: false` refuses with `ground`; `precondition` must be proven first or `ground` applies;
 * `exception` is what turns a `no` into a yes.
 */
export const RightsRow = z.strictObject({
  situation: Id,
  text: Text,
  registrable: z.boolean().default(true),
  rights: z.strictObject({ HOLD: Verdict, USE: Verdict, OPERATE: Verdict }),
  precondition: z.enum(['PUBLIC_PLATFORM_REGISTRATION']).optional(),
  exception: z.enum(['LAW_OR_CONTRACT']).optional(),
  ground: Id.optional(),
  source,
});
export type RightsRow = z.infer<typeof RightsRow>;

const CheckItem = z.strictObject({
  id: Id,
  area: z.enum(['DESCRIPTION', 'SOURCE', 'RIGHT', 'REGISTRABLE', 'REMARK']),
  question: Text,
  /** Values of the field data.source for which the question is asked; null for all. */
  appliesTo: z.array(Id).nullable(),
  onFail: z.strictObject({ supplement: z.boolean(), grounds: z.array(Id) }),
  source,
});

const NoticePolicy = z.strictObject({
  deadline: Id,
  publisher: z.enum(['NATIONAL_SYSTEM', 'REGISTRAR']).nullable(),
  contents: z.array(z.strictObject({ id: Id, name: Text })).nullable(),
  waiver: z.strictObject({
    allowed: z.boolean().nullable(),
    needsReason: z.boolean(),
    decidedBy: z.enum(['REGISTRAR']),
    source,
  }),
  /** `requires` null: not published. */
  objection: z.strictObject({ deadline: Id, requires: z.array(Text).nullable(), ifUpheld: Id.nullable(), source }),
  source,
});

const ValidityPolicy = z.strictObject({
  from: z.enum(['EVIDENCE', 'CODING']).nullable(),
  deadline: Id,
  /** The end of the operating agreement ends the validity earlier. */
  cappedByAgreement: z.boolean(),
  /** `validity` names the longest term of one renewal, where it has its own. */
  renewal: z.strictObject({ window: Id, validity: Id.optional(), ifMissed: Id.nullable(), source }),
  source,
});

/** What a certificate is called by. `pattern` null: not published. */
const Numbering = z.strictObject({
  kind: z.enum(['CERTIFICATE_NUMBER', 'QUERY_CODE']).nullable(),
  length: z.int().nullable(),
  pattern: z.string().nullable(),
  parts: z.array(z.strictObject({ id: Id, length: z.int(), text: Text })),
  capacityPerMonth: z.int().nullable(),
  example: z.string().nullable(),
  newVersion: z.strictObject({ policy: z.enum(['NEW_NUMBER', 'SAME_NUMBER']), source }),
  source,
});

export const RiskFlag = z.enum([
  'PERSONAL_INFORMATION',
  'IMPORTANT_DATA_SUSPECTED',
  'PUBLIC_DATA',
  'FUSED_WITHOUT_CONTRACT',
  'CROSS_BORDER',
  'OBJECTION_PARTLY_UPHELD',
]);
export const CommitteeOpinion = z.enum(['PASS', 'PASS_WITH_CONDITIONS', 'RETURN_FOR_SUPPLEMENT', 'FAIL']);

const CommitteePolicy = z.strictObject({
  mode: z.enum(['NEVER', 'ON_RISK', 'ALWAYS']),
  triggers: z.array(RiskFlag),
  deadline: Id.nullable(),
  panel: z
    .strictObject({
      atLeast: z.int(),
      odd: z.boolean(),
      quorum: z.string().regex(/^\d+\/\d+$/),
      majorityAbove: z.string().regex(/^\d+\/\d+$/),
      vetoOn: Id.nullable(),
      opinions: z.array(CommitteeOpinion),
    })
    .nullable(),
  source,
});

/** Years; null for not published. The platform keeps the longer of the two. */
const Retention = z.strictObject({
  registrationYears: z.int().nullable(),
  source,
  platform: z.strictObject({ registrationYears: z.int(), source }),
});

/** What else a regime says about itself, as text. */
const Particular = z.strictObject({
  topic: z.enum(['EFFECT', 'OBJECT', 'REGISTRAR', 'REVIEW', 'RESULT', 'TRADE']),
  text: Text,
  source,
});

/** What somebody must do without being asked, by which deadline. */
const Duty = z.strictObject({ id: Id, name: Text, text: Text, deadline: Id, source });

const Shape = z.strictObject({
  id: z
    .string()
    .max(40)
    .regex(/^[A-Z0-9-]+$/),
  jurisdiction: z.string().regex(/^CN(-[A-Z0-9]{2,3}){0,2}$/),
  regime: z.string().regex(/^[A-Z]$/),
  version: z.string().regex(/^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$/),
  name: Text,
  effectiveFrom: z.iso.date().nullable(),
  effectiveTo: z.iso.date().nullable(),
  status: z.enum(['IN_FORCE', 'DRAFT', 'LAPSED']),
  sources: z.record(Id, z.strictObject({ title: Text, number: z.string().nullable(), date: z.iso.date().nullable() })),
  nature: z.strictObject({ kind: z.enum(['VOLUNTARY', 'ENCOURAGED', 'MANDATORY']), text: Text, source }),
  particulars: z.array(Particular).optional(),
  duties: z.array(Duty).optional(),
  types: z.array(TypeRule).min(1),
  materials: z.record(Id, Material),
  fields: z.record(Id, Field),
  /** null: the regime has no such table. */
  rights: z.array(RightsRow).nullable(),
  deadlines: z.record(Id, Deadline),
  grounds: z.array(Ground),
  remarks: z.array(z.strictObject({ kind: Id, text: Text, source })),
  noticePolicy: NoticePolicy,
  validityPolicy: ValidityPolicy,
  numbering: Numbering,
  committeePolicy: CommitteePolicy,
  retention: Retention,
  reviewChecklist: z.array(CheckItem),
});

/** A rule pack with all its references resolved: what it names exists, what it cites is listed. */
export const RulePack = Shape.superRefine((pack, context) => {
  for (const { path, message } of packFaults(pack)) context.addIssue({ code: 'custom', path, message });
});
export type RulePack = z.infer<typeof Shape>;
export type RulePackSource = z.input<typeof Shape>;

/** The same as JSON Schema (draft 2020-12), for authors of packs in any language. */
export function rulePackJsonSchema() {
  return z.toJSONSchema(Shape, { io: 'input', target: 'draft-2020-12' });
}
