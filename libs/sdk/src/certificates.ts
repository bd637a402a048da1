import { z } from 'zod';
import { Instant, LegalDate, PageQuery, Sha256, text } from './schema.js';

export const certificateStates = [
  'PREPARED',
  'ACTIVE',
  'RESTRICTED',
  'OBJECTED',
  'SUPERSEDED',
  'EXPIRED',
  'CANCELLED',
  'REVOKED',
] as const;
/** As the public register and the console call them. */
export const certificateStateNames: Readonly<
  Record<(typeof certificateStates)[number], { readonly zh: string; readonly en: string }>
> = {
  PREPARED: { zh: '签发中', en: 'Being issued' },
  ACTIVE: { zh: '有效', en: 'In force' },
  RESTRICTED: { zh: '受限（保全或管制）', en: 'Restricted' },
  OBJECTED: { zh: '有效（异议处理中）', en: 'In force, objection open' },
  SUPERSEDED: { zh: '已被新凭证取代', en: 'Superseded' },
  EXPIRED: { zh: '已过期', en: 'Expired' },
  CANCELLED: { zh: '已注销', en: 'Cancelled' },
  REVOKED: { zh: '已撤销', en: 'Revoked' },
};

/** Whether rights may be exercised by it: an open objection does not invalidate it, a restriction does not end it but bars new use. */
export const inForce = (status: string): boolean => status === 'ACTIVE' || status === 'OBJECTED';

export const remarkKinds = ['AGREED_LIMIT', 'JUDICIAL_PRESERVATION', 'ADMIN_CONTROL', 'STATUTORY', 'OTHER'] as const;
export type RemarkKind = (typeof remarkKinds)[number];

/** Whether a remark bars transfer, cancellation by the holder and new listings (INV-10). */
export const blocks = ({ kind }: { readonly kind: string }): boolean =>
  kind === 'JUDICIAL_PRESERVATION' || kind === 'ADMIN_CONTROL';

/** What stands on the register beside the rights since the issuance (N1 §23). */
export const RegisterRemark = z
  .object({
    id: z.string(),
    kind: z.enum(remarkKinds),
    text: z.string(),
    authority: z.string().nullable(),
    documentSha256: Sha256.nullable(),
    from: Instant,
    to: Instant.nullable(),
    lifted: z
      .object({ at: Instant, because: z.enum(['DECISION', 'EXPIRED', 'NOT_CONFIRMED']), text: z.string() })
      .nullable(),
  })
  .meta({ id: 'RegisterRemark' });
export type RegisterRemark = z.infer<typeof RegisterRemark>;

/** What the public register shows of a certificate (登记凭证). */
export const CertificateView = z
  .object({
    id: z.string(),
    version: z.number().int(),
    number: z.string().meta({ examples: ['SJ4412026080001'] }),
    status: z.enum(certificateStates),
    applicationId: z.string(),
    holderId: z.string(),
    registrarId: z.string(),
    resourceId: z.string(),
    rulePack: z.string(),
    rights: z.array(z.enum(['HOLD', 'USE', 'OPERATE'])),
    validFrom: Instant,
    validTo: Instant,
    /** The number before it in the chain. */
    supersedes: z.string().nullable(),
    /** The certificate out of which the rights were transferred to this one. */
    transferredFrom: z.string().nullable(),
    /** What is certified, as the credential says it. */
    subject: z.record(z.string(), z.unknown()),
    statusListIndex: z.number().int(),
    /** SHA-256 of the compact credentials; null until they are signed. */
    credentialSha256: z.object({ ES256: Sha256, EdDSA: Sha256, SGD_SM3_SM2: Sha256.optional() }).nullable(),
    /** SHA-256 of the sealed PDF; null until it is first asked for. */
    documentSha256: Sha256.nullable(),
    ended: z.object({ at: Instant, groundCode: z.string(), text: z.string() }).nullable(),
    remarks: z.array(RegisterRemark),
    /** How many accepted objections are open. */
    openObjections: z.number().int(),
    /** The number of the certificate that stands in its place; null of one that is SUPERSEDED: it is registered, its number follows. */
    supersededBy: z.string().nullable(),
  })
  .meta({ id: 'Certificate' });
export type CertificateView = z.infer<typeof CertificateView>;

export const CertificateQuery = PageQuery.extend({
  /** Part of the number, of the name of the data or of the holder. */
  search: text(80).optional(),
  number: text(20).optional(),
  /** The organisation, or part of its name. */
  holderId: text(64).optional(),
  holder: text(80).optional(),
  dataName: text(80).optional(),
  registrarId: text(64).optional(),
  /** Of the registrar: two digits of GB/T 2260, as in the number. */
  region: z
    .string()
    .regex(/^[0-9]{2}$/, { error: 'two digits' })
    .optional(),
  /** Section of GB/T 4754, or part of the words. */
  industry: text(80).optional(),
  right: z.enum(['HOLD', 'USE', 'OPERATE']).optional(),
  status: z.enum(certificateStates).optional(),
  /** In force from this day on, and until the end of that day, in Asia/Shanghai. */
  registeredFrom: LegalDate.optional(),
  registeredTo: LegalDate.optional(),
});
export type CertificateQuery = z.infer<typeof CertificateQuery>;

export const VerifyCertificateBody = z
  .strictObject({
    /** A credential as JWT, or as SD-JWT with or without the signature of its holder. */
    credential: z.string().min(1).max(200_000),
    /** What the presentation of a holder must be bound to. */
    binding: z.strictObject({ audience: text(500), nonce: text(200) }).optional(),
    /** Whether it could be relied on at that time; now, when left out. */
    asOf: Instant.optional(),
  })
  .meta({ id: 'VerifyCertificate' });
export type VerifyCertificateBody = z.infer<typeof VerifyCertificateBody>;

const Reason = z.object({ code: z.string(), zh: z.string(), en: z.string(), detail: z.string().optional() });

/** A document or credential that somebody holds, by its SHA-256: is it what the register has? */
export const VerifyDocumentBody = z.strictObject({ number: text(20), sha256: Sha256 }).meta({ id: 'VerifyDocument' });
export type VerifyDocumentBody = z.infer<typeof VerifyDocumentBody>;

export const CertificateVerdict = z
  .object({
    ok: z.boolean(),
    /** The form in which it was brought; null when it is none of them. */
    kind: z.enum(['PDF', 'BUNDLE', 'JWT', 'SD_JWT']).nullable(),
    reasons: z.array(Reason),
    /** Each thing that was checked, in order. */
    checks: z.array(
      z.object({
        name: z.string(),
        zh: z.string(),
        en: z.string(),
        outcome: z.enum(['PASSED', 'FAILED', 'UNKNOWN']),
        reasons: z.array(Reason),
        note: z.object({ zh: z.string(), en: z.string() }).optional(),
      }),
    ),
    number: z.string().nullable(),
    checkedAt: Instant,
  })
  .meta({ id: 'CertificateVerdict' });
export type CertificateVerdict = z.infer<typeof CertificateVerdict>;

/** The list as it was at a time; now, when left out. One of an earlier time is valid at that moment only. */
export const StatusListQuery = z.object({ asOf: Instant.optional() });
export type StatusListQuery = z.infer<typeof StatusListQuery>;

/** What `npm run audit -- certificate` takes; its parts are formats of their own. */
export const CertificateBundleView = z
  .object({
    format: z.literal('databourse-certificate@v1'),
    number: z.string(),
    credentials: z.record(z.string(), z.string()),
    sdJwt: z.string(),
    evidence: z.object({ proof: z.string(), salt: z.string().nullable(), payload: z.string().nullable() }).nullable(),
    statusLists: z.array(z.string()),
    didDocument: z.record(z.string(), z.unknown()),
    trust: z.record(z.string(), z.unknown()),
    madeAt: Instant,
  })
  .meta({ id: 'CertificateBundle' });

/** `SGD_SM3_SM2` (SM2 with SM3) only where the platform signs by the national suite too. */
export const AlgorithmQuery = z.object({ alg: z.enum(['ES256', 'EdDSA', 'SGD_SM3_SM2']).default('ES256') });
export type AlgorithmQuery = z.infer<typeof AlgorithmQuery>;
