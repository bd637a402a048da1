import { z } from 'zod';
import { unique } from './registration.js';
import { id, Instant, LegalDate, PageQuery, rule, Sha256, text } from './schema.js';

export const disciplines = ['LAW', 'SECURITY', 'INDUSTRY', 'ACCOUNTING', 'TECHNOLOGY'] as const;
export type Discipline = (typeof disciplines)[number];
export const interestKinds = ['EMPLOYMENT', 'SHAREHOLDING', 'ADVISORY'] as const;
export const expertStates = ['ACTIVE', 'SUSPENDED', 'RETIRED'] as const;
export const obligationStates = ['OPEN', 'SUBMITTED', 'OVERDUE', 'FULFILLED', 'LAPSED'] as const;

/** What ties an expert to an organisation; `until` null: still. */
export const Interest = z
  .strictObject({
    organisationId: id('org'),
    kind: z.enum(interestKinds),
    until: LegalDate.nullable().default(null),
  })
  .meta({ id: 'Interest' });
export type Interest = z.infer<typeof Interest>;

const Interests = z.array(Interest).max(100);

export const AppointExpertBody = z
  .strictObject({
    personId: id('per'),
    disciplines: z
      .array(z.enum(disciplines))
      .min(1)
      .check(unique<Discipline>((discipline) => discipline)),
    /** Where the expert works. */
    employerId: id('org'),
    interests: Interests.default([]),
    termFrom: LegalDate,
    termTo: LegalDate,
  })
  .check(rule(({ termFrom, termTo }) => termFrom < termTo, '任期截止须晚于起始', 'the term must end after it begins'))
  .meta({ id: 'AppointExpert' });
export type AppointExpertBody = z.infer<typeof AppointExpertBody>;

/** The whole list as it is now; it replaces the earlier one. */
export const DeclareInterestsBody = z
  .strictObject({ employerId: id('org'), interests: Interests })
  .meta({ id: 'DeclareInterests' });
export type DeclareInterestsBody = z.infer<typeof DeclareInterestsBody>;

const reason = text(400, { multiline: true });
export const CommitteeReasonBody = z.strictObject({ reason }).meta({ id: 'CommitteeReason' });
export type CommitteeReasonBody = z.infer<typeof CommitteeReasonBody>;

export const ExpertView = z
  .object({
    id: id('exp'),
    version: z.number().int(),
    personId: z.string(),
    name: z.string(),
    disciplines: z.array(z.enum(disciplines)),
    employerId: z.string(),
    interests: z.array(Interest),
    termFrom: LegalDate,
    termTo: LegalDate,
    state: z.enum(expertStates),
    reason: z.string().nullable(),
    actions: z.array(z.string()),
  })
  .meta({ id: 'CommitteeExpert' });
export type ExpertView = z.infer<typeof ExpertView>;
export const ExpertQuery = PageQuery.extend({
  state: z.enum(expertStates).optional(),
  discipline: z.enum(disciplines).optional(),
});
export type ExpertQuery = z.infer<typeof ExpertQuery>;

export const ObligationView = z
  .object({
    id: id('obl'),
    version: z.number().int(),
    caseId: z.string(),
    applicationId: z.string(),
    applicantId: z.string(),
    registrarId: z.string(),
    text: z.string(),
    dueAt: Instant,
    overdue: z.boolean(),
    evidence: z
      .object({ fileId: z.string(), sha256: Sha256, note: z.string(), by: z.string(), at: Instant })
      .nullable(),
    /** Why the evidence was sent back, or the obligation lapsed. */
    reason: z.string().nullable(),
    confirmedBy: z.string().nullable(),
    confirmedAt: Instant.nullable(),
    state: z.enum(obligationStates),
    actions: z.array(z.string()),
  })
  .meta({ id: 'Obligation' });
export type ObligationView = z.infer<typeof ObligationView>;
export const ObligationQuery = PageQuery.extend({
  state: z.enum(obligationStates).optional(),
  applicationId: id('app').optional(),
});
export type ObligationQuery = z.infer<typeof ObligationQuery>;

export const FulfilObligationBody = z
  .strictObject({ fileId: id('file'), note: text(1000, { min: 0, multiline: true }).default('') })
  .meta({ id: 'FulfilObligation' });
export type FulfilObligationBody = z.infer<typeof FulfilObligationBody>;
