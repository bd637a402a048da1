import { z } from 'zod';
import { ApplicantBlock, RightHolder } from './application-parties.js';
import { Agency } from './authorities.js';
import { Findings } from './findings.js';
import { applicationTypes, Particulars } from './particulars.js';
import { rightKinds, unique } from './registration.js';
import { id, Instant, LegalDate, PageQuery, Sha256, text } from './schema.js';

/** `termYears` null: no agreed term; `limits` empty: none. */
export const ClaimedRight = z
  .strictObject({
    right: z.enum(rightKinds),
    termYears: z.number().int().min(1).max(100).nullable().default(null),
    limits: text(400, { min: 0, multiline: true }).default(''),
  })
  .meta({ id: 'ClaimedRight' });
export type ClaimedRight = z.infer<typeof ClaimedRight>;

/** `sha256`: what the file must hash to; `seal`: who sealed it, and the hash of what was sealed. */
export const Material = z
  .strictObject({
    code: text(40),
    fileId: id('file'),
    sha256: Sha256.optional(),
    seal: z.strictObject({ by: text(200), hash: Sha256 }).optional(),
  })
  .meta({ id: 'Material' });
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
    /** A certificate issued elsewhere and recorded here, of which this is the simplified upgrade (N1 §41). */
    upgradeOf: id('fct').optional(),
    /** Who applies together with the applicant (共同申请): each joins by an act of its own before the submission. */
    jointApplicants: z
      .array(z.strictObject({ organisationId: id('org') }))
      .min(1)
      .max(19)
      .check(unique<{ organisationId: string }>(({ organisationId }) => organisationId))
      .optional(),
    /** The blocks of those who apply: applicant and joint applicants, or transferor and transferee, in this order. */
    applicants: z.array(ApplicantBlock).min(1).max(20).optional(),
    /** 权利配置说明: everybody who holds a right in the data, the applicant included. */
    holders: z.array(RightHolder).max(50).optional(),
    /** Whether data leaves the country, or came from abroad. */
    crossBorder: z.boolean().optional(),
    /** Why the applicant asks to do without a public notice; absent: it does not ask. */
    noticeWaiver: text(2000, { multiline: true }).optional(),
    /** When the data comes from authorised operation: the last day of the operating agreement. */
    operatingAgreementEnd: LegalDate.optional(),
  })
  .meta({ id: 'ApplicationContent' });
export type ApplicationContent = z.infer<typeof ApplicationContent>;

/** What is kept of an application: also of one that concerns a certificate; the rest of its content is then the certificate's. */
export const FiledContent = ApplicationContent.extend({ particulars: Particulars.optional() }).meta({
  id: 'FiledContent',
});
export type FiledContent = z.infer<typeof FiledContent>;

export const Remark = z.strictObject({ kind: text(40), text: text(400, { multiline: true }) }).meta({ id: 'Remark' });
export type Remark = z.infer<typeof Remark>;

export const applicationStates = [
  'DRAFT',
  'SUBMITTED',
  'CORRECTION_REQUIRED',
  'LAPSED',
  'NOT_ACCEPTED',
  'ACCEPTED',
  'UNDER_REVIEW',
  'SUPPLEMENT_REQUIRED',
  'COMMITTEE_REVIEW',
  'TERMINATED',
  'REFUSED',
  'REVIEW_PASSED',
  'PUBLIC_NOTICE',
  'OBJECTION_HANDLING',
  'NOTICE_DONE',
  'NOTICE_WAIVED',
  'REGISTERED',
  'CERTIFIED',
  'CLOSED',
  'WITHDRAWN',
] as const;

const Clock = z.object({
  startedAt: Instant,
  due: Instant,
  /** 未公布: part of the calendar is not published, the date may still move. */
  provisional: z.boolean(),
  remainingWorkingDays: z.number().int(),
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
  /** By whose agent it was done; absent: by none. */
  authorityId: z.string().optional(),
});
export type DecisionView = z.infer<typeof Decision>;

const Objection = z.object({
  id: id('obj'),
  organisationId: z.string(),
  by: z.string(),
  reason: z.string(),
  fileIds: z.array(z.string()),
  at: Instant,
  /** Null: 未公布. */
  dueAt: Instant.nullable(),
  upheld: z.boolean().nullable(),
  text: z.string().nullable(),
});
export type ObjectionView = z.infer<typeof Objection>;

/** Data like that of an application: estimated from fingerprints, exact for the same file. For the registrar only. */
export const SimilarData = z
  .object({
    /** Of the same applicant, or of others, who may hold the same right in the same data (N1 §21). */
    kind: z.enum(['DUPLICATE_SUSPECT', 'SIMILAR_DATA']),
    applicationId: id('app'),
    applicantId: id('org'),
    resourceId: id('res'),
    sameFile: z.boolean(),
    /** The share of this application's rows that stand in the other data. */
    share: z.number().min(0).max(1),
    /** Of all rows of both (Jaccard). */
    similarity: z.number().min(0).max(1),
    /** Of the names of all columns of both. */
    schemaShare: z.number().min(0).max(1),
  })
  .meta({ id: 'SimilarData' });
export type SimilarData = z.infer<typeof SimilarData>;

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
    type: z.enum(applicationTypes),
    state: z.enum(applicationStates),
    submittedAt: Instant.nullable(),
    certificateNumber: z.string().nullable(),
  })
  .meta({ id: 'ApplicationSummary' });
export type ApplicationSummary = z.infer<typeof ApplicationSummary>;

export const ApplicationView = ApplicationSummary.extend({
  rulePack: z.string().meta({ examples: ['CN-PROPERTY-2026@1.0.0'] }),
  /** Filed as one under several regimes (协同办理); null: alone. */
  groupId: id('grp').nullable(),
  /** The objection whose result it carries out; null: none. */
  objectionId: id('obj').nullable(),
  /** The others of its group, as far as this reader may see them. */
  siblings: z.array(
    z.object({
      id: id('app'),
      version: z.number().int(),
      regime: z.string(),
      state: z.enum(applicationStates),
      certificateNumber: z.string().nullable(),
    }),
  ),
  /** What this reader may do now. */
  actions: z.array(z.string()),
  content: FiledContent,
  /** Of a transfer: whether the transferee has joined (共同申请), and who did it. */
  counterparty: z
    .object({ organisationId: id('org'), joined: z.object({ by: z.string(), at: Instant }).nullable() })
    .nullable(),
  /** Everybody who applies, the applicant first; it joins nothing, so its `joined` stays null. */
  parties: z.array(
    z.object({
      organisationId: id('org'),
      role: z.enum(['APPLICANT', 'JOINT_APPLICANT', 'TRANSFEREE']),
      joined: z.object({ by: z.string(), at: Instant }).nullable(),
    }),
  ),
  /** Who acted for one of them, or for an objector, and by what authority (代理人). */
  agents: z.array(Agency.extend({ agentName: z.string() })),
  clocks: z.object({
    /** `overdue`: it passed without an answer, where silence is no acceptance. */
    acceptance: Clock.extend({ overdue: z.boolean() }).nullable(),
    review: Clock.extend({
      paused: z.boolean(),
      pausedBecause: z.enum(['SUPPLEMENT', 'NOTICE', 'OBJECTION']).nullable(),
      pausedSince: Instant.nullable(),
      overdue: z.boolean(),
      extendedDays: z.number().int().nullable(),
      pauses: z.array(ReviewPause),
    }).nullable(),
    notice: Clock.nullable(),
  }),
  /** Silence accepted it (N1 §17). */
  deemedAccepted: z.boolean(),
  /** DUPLICATE_SUSPECT, SIMILAR_DATA: for the registrar only, like `similarData`. */
  flags: z.array(z.string()),
  similarData: z.array(SimilarData),
  correction: Request.nullable(),
  supplement: Request.nullable(),
  /** The questions of the review, with the reviewer's answers once the review has passed. */
  checklist: z.array(
    z.object({
      code: z.string(),
      question: z.object({ zh: z.string(), en: z.string() }),
      ok: z.boolean().nullable(),
      note: z.string(),
      /** Answered already by the body that issued the certificate which is upgraded; the reviewer decides all the same. */
      takenOver: z.object({ foreignCertificateId: z.string(), number: z.string(), reason: z.string() }).nullable(),
    }),
  ),
  reviewerId: z.string().nullable(),
  /** Before the compliance committee, and why; `dueAt` null: 未公布. */
  referral: z
    .object({
      by: z.string(),
      at: Instant,
      triggers: z.array(z.string()),
      text: z.string(),
      dueAt: Instant.nullable(),
    })
    .nullable(),
  resolution: z
    .object({
      caseId: z.string(),
      opinion: z.enum(['PASS', 'PASS_WITH_CONDITIONS', 'RETURN_FOR_SUPPLEMENT', 'FAIL']),
      groundCode: z.string().nullable(),
      reasons: z.string(),
      conditions: z.array(z.object({ text: z.string(), dueAt: Instant })),
      resolutionHash: z.string(),
      at: Instant,
      triggers: z.array(z.string()),
    })
    .nullable(),
  /** What the rules say about it, each finding with its source. */
  findings: Findings,
  /** What the conditions of the committee oblige the holder to. */
  obligations: z.array(z.object({ text: z.string(), dueAt: Instant, overdue: z.boolean() })),
  /** The reviewer's proposal to do without a public notice. */
  waiver: z.object({ by: z.string(), at: Instant, text: z.string().nullable() }).nullable(),
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
