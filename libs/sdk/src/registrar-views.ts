import { z } from 'zod';
import { RegistrarDisclosure, RegistrarFee, registrarOrderKinds, RegistrarProfile } from './registrars.js';
import { RegistrarView } from './registration.js';
import { id, Instant, LegalDate, Sha256 } from './schema.js';

const Bilingual = z.object({ zh: z.string(), en: z.string() });

/** Computed from what this platform holds; `onTimeShare` null: nothing was accepted in that year. */
export const RegistrarNumbers = z
  .object({
    applications: z.number().int(),
    accepted: z.number().int(),
    onTimeShare: z.string().nullable(),
    /** Times to accept that passed without an answer; absent in earlier reports. */
    acceptancesOverdue: z.number().int().optional(),
    registered: z.number().int(),
    refusals: z.record(z.string(), z.number().int()),
    objections: z.number().int(),
    objectionsUpheld: z.number().int(),
    certificatesIssued: z.number().int(),
    certificatesEnded: z.record(z.string(), z.number().int()),
    staff: z.number().int(),
  })
  .meta({ id: 'RegistrarNumbers' });
export type RegistrarNumbers = z.infer<typeof RegistrarNumbers>;

const Assessment = z.object({
  result: z.string(),
  reason: z.string(),
  documentSha256: Sha256,
  by: z.string(),
  at: Instant,
  late: z.boolean(),
});
export const RegistrarReport = z
  .object({
    year: z.number().int(),
    numbers: RegistrarNumbers,
    fees: z.array(RegistrarFee),
    text: z.string(),
    complaintsReceived: z.number().int(),
    complaintsSettled: z.number().int(),
    by: z.string(),
    at: Instant,
    late: z.boolean(),
    assessment: Assessment.nullable(),
  })
  .meta({ id: 'RegistrarReport' });
export type RegistrarReport = z.infer<typeof RegistrarReport>;

const Order = z.object({
  id: z.string(),
  kind: z.enum(registrarOrderKinds),
  reason: z.string(),
  documentSha256: Sha256,
  digit: z.string().nullable(),
  successorId: z.string().nullable(),
  proposedBy: z.string(),
  proposedAt: Instant,
});
export type RegistrarOrder = z.infer<typeof Order>;
const Measure = Order.extend({ confirmedBy: z.string(), confirmedAt: Instant });
export type RegistrarMeasure = z.infer<typeof Measure>;

const Change = z.object({
  id: z.string(),
  state: z.enum(['NOTICED', 'CONFIRMED', 'DECLINED', 'DONE']),
  effectiveOn: LegalDate,
  reason: z.string(),
  name: z.string(),
  profile: RegistrarProfile,
  noticedAt: Instant,
  /** Less than the working days that N1 §12 wants before it. */
  late: z.boolean(),
  updateDue: Instant.nullable(),
});
export type RegistrarChange = z.infer<typeof Change>;

const Exit = z.object({
  exitOn: LegalDate,
  reason: z.string(),
  planSha256: Sha256,
  noticedAt: Instant,
  decisionDue: Instant,
  approvedAt: Instant.nullable(),
  reportDue: Instant.nullable(),
  reportedAt: Instant.nullable(),
});
export type RegistrarExit = z.infer<typeof Exit>;

/** The archive as it was handed over: one line of canonical JSON for each entry, and the root of their RFC 6962 tree. */
const Archive = z.object({
  /** For the successor, whose file it is: under `/v1/files`; null for others. */
  fileId: z.string().nullable(),
  entries: z.number().int(),
  root: Sha256,
  sha256: Sha256,
  builtAt: Instant,
  confirmedBy: z.string().nullable(),
  confirmedAt: Instant.nullable(),
});
export type RegistrarArchive = z.infer<typeof Archive>;

export const registrarDuties = [
  'CHANGE_NOTICE',
  'CHANGE_UPDATE',
  'EXIT_DECISION',
  'EXIT_REPORT',
  'ANNUAL_REPORT',
  'ANNUAL_ASSESSMENT',
] as const;
export type RegistrarDuty = (typeof registrarDuties)[number];
const Overdue = z.object({ duty: z.enum(registrarDuties), due: Instant, at: Instant });
export type RegistrarOverdueView = z.infer<typeof Overdue>;

/** `profile`, the pending order and the change under way are shown to the registrar, the authority and those who watch. */
export const RegistrarDetail = RegistrarView.extend({
  digit: z.string().nullable(),
  actions: z.array(z.string()),
  successorId: z.string().nullable(),
  disclosure: RegistrarDisclosure.nullable(),
  exit: Exit.nullable(),
  archive: Archive.nullable(),
  measures: z.array(Measure),
  reports: z.array(RegistrarReport),
  overdue: z.array(Overdue),
  reviewers: z.object({ active: z.number().int(), byDiscipline: z.record(z.string(), z.number().int()) }),
  /** The duties that run now, each with its end. */
  duties: z.array(z.object({ duty: z.enum(registrarDuties), due: Instant })),
  profile: RegistrarProfile.nullable(),
  admission: z
    .array(
      z.object({
        code: z.string(),
        name: Bilingual,
        source: z.string(),
        ok: z.boolean(),
        fileId: z.string().nullable(),
      }),
    )
    .nullable(),
  order: Order.nullable(),
  changes: z.array(Change).nullable(),
}).meta({ id: 'RegistrarDetail' });
export type RegistrarDetail = z.infer<typeof RegistrarDetail>;

export const StaffMemberView = z
  .object({
    id: id('stf'),
    version: z.number().int(),
    registrarId: id('org'),
    personId: z.string(),
    /** null: somebody of another issuer, whose name is not known here. */
    personName: z.string().nullable(),
    disciplines: z.array(z.enum(['DATA', 'LAW'])),
    experiencedSince: LegalDate,
    documentSha256: Sha256,
    state: z.enum(['ACTIVE', 'ENDED']),
    listedAt: Instant,
    endedAt: Instant.nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'StaffMember' });
export type StaffMemberView = z.infer<typeof StaffMemberView>;
