import { z } from 'zod';
import { GivenJwk } from './parties.js';
import { rightKinds, unique } from './registration.js';
import { id, Instant, PageQuery, rule, Sha256, text } from './schema.js';

const longText = (max: number) => text(max, { multiline: true });
const WebUrl = z
  .url({ protocol: /^https?$/ })
  .max(400)
  .meta({ description: 'Where the issuing body shows it to everybody' });

/** Certificates of Shenzhen, vouchers of registration of Guangdong, and those of other registrars under the national guideline. */
export const foreignCertificateKinds = ['SHENZHEN', 'GUANGDONG', 'NATIONAL'] as const;
export const foreignCertificateStates = [
  'SUBMITTED',
  'VERIFIED',
  'REJECTED',
  'RECORDED',
  'UPGRADED',
  'LAPSED',
  'ENDED',
] as const;

export const SubmitForeignCertificateBody = z
  .strictObject({
    kind: z.enum(foreignCertificateKinds),
    number: z.string().regex(/^[A-Z0-9][A-Z0-9-]{3,63}$/, { error: '4–64 capital letters, digits and hyphens' }),
    issuer: text(120),
    registerUrl: WebUrl,
    /** The registrar here that verifies it. */
    registrarId: id('org'),
    /** The holder's own declared data that it covers. */
    resourceId: id('res'),
    rights: z
      .array(z.enum(rightKinds))
      .min(1)
      .max(3)
      .check(unique((right) => right)),
    validFrom: Instant,
    /** Null: it states no end. */
    validTo: Instant.nullable(),
    /** The certificate as a signed credential (VC-JWT), where there is one. */
    credential: z.string().min(1).max(100_000).nullable().default(null),
    /** The document as it was issued. */
    fileId: id('file'),
  })
  .check(
    rule<{ validFrom: string; validTo: string | null }>(
      ({ validFrom, validTo }) => validTo === null || new Date(validFrom) < new Date(validTo),
      '有效期止须晚于有效期起',
      'validTo must be later than validFrom',
    ),
  )
  .meta({ id: 'SubmitForeignCertificate' });
export type SubmitForeignCertificateBody = z.infer<typeof SubmitForeignCertificateBody>;

export const VerifyForeignCertificateBody = z
  .strictObject({
    /** What was compared with what. */
    checked: longText(2000),
    /** A record of the issuing body's public register; not needed when signature and status say everything. */
    evidenceFileId: id('file').nullable().default(null),
    /** The issuer's status list credential, to which the credential refers. */
    statusList: z.string().min(1).max(500_000).nullable().default(null),
    /** Questions of the review here that the issuing body's review answered too (N1 §41). */
    reviewItems: z
      .array(text(20))
      .max(50)
      .check(unique((item) => item)),
  })
  .meta({ id: 'VerifyForeignCertificate' });
export type VerifyForeignCertificateBody = z.infer<typeof VerifyForeignCertificateBody>;

export const RecognitionReasonBody = z.strictObject({ reason: longText(1000) }).meta({ id: 'RecognitionReason' });
export type RecognitionReasonBody = z.infer<typeof RecognitionReasonBody>;

export const EndForeignCertificateBody = z
  .strictObject({ reason: longText(1000), fileId: id('file') })
  .meta({ id: 'EndForeignCertificate' });
export type EndForeignCertificateBody = z.infer<typeof EndForeignCertificateBody>;

/** Why a venue may still not rely on it (INV-26); nothing else lets it review again. */
export const justCauses = ['EVIDENCE_DOUBTED', 'DATA_DIFFERS', 'ENDED_AT_SOURCE', 'STATUTORY'] as const;
export const RefuseRelianceBody = z
  .strictObject({ venueId: id('ven'), code: z.enum(justCauses), reason: longText(1000) })
  .meta({ id: 'RefuseReliance' });
export type RefuseRelianceBody = z.infer<typeof RefuseRelianceBody>;

const Verification = z.object({
  method: z.enum(['SIGNATURE', 'PUBLIC_REGISTER']),
  issuer: z.object({ id: z.string(), did: z.string(), name: z.string() }).nullable(),
  credentialSha256: Sha256.nullable(),
  statusChecked: z.boolean(),
  evidenceSha256: Sha256.nullable(),
  checked: z.string(),
  reviewItems: z.array(z.string()),
  by: z.string(),
  at: Instant,
});
export type Verification = z.infer<typeof Verification>;

const Refused = z.object({
  venueId: z.string(),
  code: z.enum(justCauses),
  reason: z.string(),
  by: z.string(),
  at: Instant,
});
export type RefusedReliance = z.infer<typeof Refused>;

export const ForeignCertificateView = z
  .object({
    id: id('fct'),
    version: z.number().int(),
    state: z.enum(foreignCertificateStates),
    actions: z.array(z.string()),
    holderId: id('org'),
    registrarId: id('org'),
    resourceId: id('res'),
    kind: z.enum(foreignCertificateKinds),
    /** The rule pack by which it is read. */
    rulePack: z.string(),
    number: z.string(),
    issuer: z.string(),
    registerUrl: z.string(),
    rights: z.array(z.enum(rightKinds)),
    validFrom: Instant,
    validTo: Instant.nullable(),
    documentSha256: Sha256,
    verification: Verification.nullable(),
    recorded: z.object({ by: z.string(), at: Instant }).nullable(),
    ended: z.object({ reason: z.string(), at: Instant }).nullable(),
    /** The certificate of this platform that stands in its place. */
    upgradedBy: z.object({ certificateId: id('cert'), number: z.string(), at: Instant }).nullable(),
    refusals: z.array(Refused),
  })
  .meta({ id: 'ForeignCertificate' });
export type ForeignCertificateView = z.infer<typeof ForeignCertificateView>;

export const ForeignCertificateQuery = PageQuery.extend({ number: z.string().max(64).optional() });
export type ForeignCertificateQuery = z.infer<typeof ForeignCertificateQuery>;

/** An issuer whose signatures are believed: its keys are pinned, nothing is fetched from it. */
export const ProposeTrustedIssuerBody = z
  .strictObject({
    did: z
      .string()
      .max(200)
      .regex(/^(did:web:[\w.%:-]+|https:\/\/[\w.:/-]+)$/, { error: 'a did:web or an https URL' }),
    name: text(120),
    /** Its place in certificate numbers: it is believed for no other. */
    place: z.string().regex(/^SJ\d{3}$/, { error: 'SJ, region and digit' }),
    contexts: z.array(z.url({ protocol: /^https?$/ }).max(200)).max(5),
    jwks: z.strictObject({ keys: z.array(GivenJwk).min(1).max(5) }),
    reason: longText(1000),
  })
  .meta({ id: 'ProposeTrustedIssuer' });
export type ProposeTrustedIssuerBody = z.infer<typeof ProposeTrustedIssuerBody>;

export const TrustedIssuerView = z
  .object({
    id: id('tri'),
    version: z.number().int(),
    did: z.string(),
    name: z.string(),
    place: z.string(),
    contexts: z.array(z.string()),
    keys: z.array(z.record(z.string(), z.unknown())),
    reason: z.string(),
    state: z.enum(['PROPOSED', 'TRUSTED', 'DECLINED', 'WITHDRAWN']),
    proposedBy: z.string(),
    decidedBy: z.string().nullable(),
    actions: z.array(z.string()),
  })
  .meta({ id: 'TrustedIssuer' });
export type TrustedIssuerView = z.infer<typeof TrustedIssuerView>;
