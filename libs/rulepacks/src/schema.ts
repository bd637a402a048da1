import { z } from 'zod';
import { Deadline, Id, source, Text } from './deadline-schema.js';
import { packFaults } from './pack-faults.js';

export { Deadline, OnExpiry, Pause, StartEvent, Text, type Length } from './deadline-schema.js';

/*
 * The published form of a legal regime. A rule pack is data: every rule carries the paragraph it comes from, `PROP` where it is a choice
 * of this platform and not law. A number that the regime has not published is null and is shown as 未公布, never guessed.
 */

export const rights = ['HOLD', 'USE', 'OPERATE'] as const;
export const Right = z.enum(rights);
export type Right = z.infer<typeof Right>;

export const Verdict = z.enum(['yes', 'no', 'by-contract', 'consent-of-others']);
export type Verdict = z.infer<typeof Verdict>;

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
  newVersion: z.strictObject({ policy: z.literal('NEW_NUMBER'), source }),
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
      /** A panel has somebody of each, as far as the candidates allow. */
      disciplines: z
        .array(z.enum(['LAW', 'SECURITY', 'INDUSTRY', 'ACCOUNTING', 'TECHNOLOGY']))
        .default(['LAW', 'SECURITY', 'INDUSTRY', 'ACCOUNTING', 'TECHNOLOGY']),
      /** How long an interest that has ended still bars. */
      conflictMonths: z.int().min(0).default(24),
      /** Working days to declare impartiality, and for a vote that is extended or repeated. */
      answerDays: z.int().min(1).default(1),
      extensionDays: z.int().min(1).default(2),
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
  for (const { path, message, zh } of packFaults(pack))
    context.addIssue({ code: 'custom', path, message, params: { zh, en: message } });
});
export type RulePack = z.infer<typeof Shape>;
export type RulePackSource = z.input<typeof Shape>;

/** The same as JSON Schema (draft 2020-12), for authors of packs in any language. */
export function rulePackJsonSchema() {
  return z.toJSONSchema(Shape, { io: 'input', target: 'draft-2020-12' });
}
