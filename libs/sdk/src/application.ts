import { z } from 'zod';
import { rightKinds, unique } from './registration.js';
import { id, Instant, PageQuery, Sha256, text } from './schema.js';

/** `termYears` null: no agreed term; `limits` empty: none. */
export const ClaimedRight = z
  .strictObject({
    right: z.enum(rightKinds),
    termYears: z.number().int().min(1).max(100).nullable().default(null),
    limits: text(400, { min: 0, multiline: true }).default(''),
  })
  .meta({ id: 'ClaimedRight' });
export type ClaimedRight = z.infer<typeof ClaimedRight>;

export const Material = z.strictObject({ code: text(40), fileId: id('file') }).meta({ id: 'Material' });
export type Material = z.infer<typeof Material>;

/** Facts that the table of rights asks for in some situations; each one needs the material rights-proof. */
export const Proofs = z
  .strictObject({
    contractRights: z.array(z.enum(rightKinds)).max(3).default([]),
    consentOfOthers: z.boolean().default(false),
    publicPlatformRegistration: z.boolean().default(false),
  })
  .meta({ id: 'Proofs' });
export type Proofs = z.infer<typeof Proofs>;

/** What the applicant may still change. A draft may be incomplete: what is missing is refused, all at once, at submission. */
export const ApplicationContent = z
  .strictObject({
    resourceId: id('res'),
    rights: z
      .array(ClaimedRight)
      .max(3)
      .check(unique<ClaimedRight>(({ right }) => right)),
    /** 无场景不登记. */
    scenario: text(400, { min: 0, multiline: true }),
    materials: z.array(Material).max(50),
    validityYears: z.number().int().min(1).max(100),
    proofs: Proofs.prefault({}),
  })
  .meta({ id: 'ApplicationContent' });
export type ApplicationContent = z.infer<typeof ApplicationContent>;

export const FileApplicationBody = ApplicationContent.extend({
  regime: text(40),
  type: z.literal('INITIAL'),
  registrarId: id('org'),
}).meta({ id: 'FileApplication' });
export type FileApplicationBody = z.infer<typeof FileApplicationBody>;

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

export const Remark = z.strictObject({ kind: text(40), text: text(400, { multiline: true }) }).meta({ id: 'Remark' });
export type Remark = z.infer<typeof Remark>;

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
  .strictObject({ reason: longText, fileIds: z.array(id('file')).max(20).default([]) })
  .meta({ id: 'Objection' });
export type ObjectBody = z.infer<typeof ObjectBody>;

export const DecideObjectionBody = z
  .strictObject({ upheld: z.boolean(), text: longText })
  .meta({ id: 'DecideObjection' });
export type DecideObjectionBody = z.infer<typeof DecideObjectionBody>;

export const WithdrawApplicationBody = z
  .strictObject({ reason: text(1000, { min: 0, multiline: true }).default('') })
  .meta({ id: 'WithdrawApplication' });
export type WithdrawApplicationBody = z.infer<typeof WithdrawApplicationBody>;

export const applicationStates = [
  'DRAFT',
  'SUBMITTED',
  'CORRECTION_REQUIRED',
  'LAPSED',
  'NOT_ACCEPTED',
  'ACCEPTED',
  'UNDER_REVIEW',
  'SUPPLEMENT_REQUIRED',
  'TERMINATED',
  'REFUSED',
  'REVIEW_PASSED',
  'PUBLIC_NOTICE',
  'OBJECTION_HANDLING',
  'NOTICE_DONE',
  'REGISTERED',
  'CERTIFIED',
  'WITHDRAWN',
] as const;

const Clock = z.object({
  startedAt: Instant,
  due: Instant,
  /** 未公布: part of the calendar is not published, the date may still move. */
  provisional: z.boolean(),
});

export const ReviewPause = z.object({
  because: z.enum(['SUPPLEMENT', 'NOTICE', 'OBJECTION']),
  from: Instant,
  to: Instant.nullable(),
});
export type ReviewPause = z.infer<typeof ReviewPause>;

const Decision = z.object({
  action: z.string(),
  by: z.string(),
  at: Instant,
  rulePack: z.string(),
  groundCode: z.string().nullable(),
  /** What the rule pack says about that ground. */
  ground: z.object({ zh: z.string(), en: z.string() }).nullable(),
  text: z.string().nullable(),
});
export type DecisionView = z.infer<typeof Decision>;

const Objection = z.object({
  id: id('obj'),
  organisationId: z.string(),
  by: z.string(),
  reason: z.string(),
  fileIds: z.array(z.string()),
  at: Instant,
  dueAt: Instant,
  upheld: z.boolean().nullable(),
  text: z.string().nullable(),
});
export type ObjectionView = z.infer<typeof Objection>;

const Request = z.object({ items: z.array(z.string()), dueAt: Instant });

export const ApplicationSummary = z
  .object({
    id: id('app'),
    version: z.number().int(),
    applicantId: id('org'),
    registrarId: id('org'),
    resourceId: id('res'),
    resourceName: z.string(),
    regime: z.string(),
    type: z.literal('INITIAL'),
    state: z.enum(applicationStates),
    submittedAt: Instant.nullable(),
    certificateNumber: z.string().nullable(),
  })
  .meta({ id: 'ApplicationSummary' });
export type ApplicationSummary = z.infer<typeof ApplicationSummary>;

export const ApplicationView = ApplicationSummary.extend({
  rulePack: z.string().meta({ examples: ['CN-PROPERTY-2026@1.0.0'] }),
  /** What this reader may do now. */
  actions: z.array(z.string()),
  content: ApplicationContent,
  clocks: z.object({
    acceptance: Clock.nullable(),
    review: Clock.extend({
      paused: z.boolean(),
      overdue: z.boolean(),
      extendedDays: z.number().int().nullable(),
      pauses: z.array(ReviewPause),
    }).nullable(),
    notice: Clock.nullable(),
  }),
  /** Silence accepted it (N1 §17). */
  deemedAccepted: z.boolean(),
  flags: z.array(z.string()),
  correction: Request.nullable(),
  supplement: Request.nullable(),
  /** The questions of the review, with the reviewer's answers once the review has passed. */
  checklist: z.array(
    z.object({
      code: z.string(),
      question: z.object({ zh: z.string(), en: z.string() }),
      ok: z.boolean().nullable(),
      note: z.string(),
    }),
  ),
  reviewerId: z.string().nullable(),
  remarks: z.array(Remark),
  objections: z.array(Objection),
  decisions: z.array(Decision),
  evidence: z.object({ hash: Sha256, document: z.string() }).nullable(),
  validFrom: Instant.nullable(),
  validTo: Instant.nullable(),
}).meta({ id: 'Application' });
export type ApplicationView = z.infer<typeof ApplicationView>;

export const ApplicationQuery = PageQuery.extend({ state: z.enum(applicationStates).optional() });
export type ApplicationQuery = z.infer<typeof ApplicationQuery>;

/** What the notice publishes (N1 §24), and how long objections are open. */
export const PublicNotice = z
  .object({
    applicationId: id('app'),
    registrarId: id('org'),
    applicant: z.object({ name: z.string(), uscc: z.string() }),
    dataName: z.string(),
    dataAbstract: z.string(),
    restrictions: z.array(z.string()),
    publishedAt: Instant,
    endsAt: Instant,
    provisional: z.boolean(),
    remainingSeconds: z.number().int(),
    remainingWorkingDays: z.number().int(),
  })
  .meta({ id: 'PublicNotice' });
export type PublicNotice = z.infer<typeof PublicNotice>;
