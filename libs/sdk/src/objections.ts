import { z } from 'zod';
import { Agency } from './authorities.js';
import { id, Instant, PageQuery, Sha256, text } from './schema.js';

export const objectionStates = [
  'FILED',
  'INCOMPLETE',
  'ACCEPTED',
  'ADMITTED',
  'CONTESTED',
  'INVESTIGATING',
  'CONCLUDED',
  'AGREED',
  'REJECTED_BY_PARTY',
  'LITIGATION',
  'ARBITRATION',
  'EXECUTED',
  'DISMISSED',
  'WITHDRAWN',
] as const;
export const objectionParties = ['OBJECTOR', 'REGISTRANT', 'REGISTRAR'] as const;
/** What is done about the certificate in the end: nothing, a change that the registrant applies for, or its cancellation. */
export const remedies = ['NONE', 'CHANGE', 'CANCEL'] as const;

const words = text(4000, { multiline: true });
const files = z.array(id('file')).max(20);

/** Somebody objects to a registration; preliminary evidence is needed (N1 §29). */
export const FileObjectionBody = z
  .strictObject({ reason: words, fileIds: files.min(1), onBehalfOf: id('org').optional() })
  .meta({
    id: 'FileObjection',
    examples: [{ reason: '该数据由我方享有持有权', fileIds: ['file_01930e2c7b7a7c3e9d4f5a6b7c8d9e0f'] }],
  });
export type FileObjectionBody = z.infer<typeof FileObjectionBody>;

export const ObjectionActBody = z
  .strictObject({ text: words, fileIds: files.default([]) })
  .meta({ id: 'ObjectionAct' });
export type ObjectionActBody = z.infer<typeof ObjectionActBody>;

export const ConcludeObjectionBody = z
  .strictObject({ upheld: z.boolean(), remedy: z.enum(remedies), text: words, fileIds: files.default([]) })
  .check((c) => {
    if (c.value.upheld === (c.value.remedy !== 'NONE')) return;
    c.issues.push({
      code: 'custom',
      path: ['remedy'],
      input: c.value.remedy,
      params: { zh: '异议成立时须变更或注销,不成立时为 NONE', en: 'CHANGE or CANCEL when upheld, NONE when not' },
      message: 'CHANGE or CANCEL when upheld, NONE when not',
    });
  })
  .meta({ id: 'ConcludeObjection' });
export type ConcludeObjectionBody = z.infer<typeof ConcludeObjectionBody>;

export const AnswerConclusionBody = z
  .strictObject({ agrees: z.boolean(), text: words })
  .meta({ id: 'AnswerConclusion' });
export type AnswerConclusionBody = z.infer<typeof AnswerConclusionBody>;

export const ReferObjectionBody = z
  .strictObject({ to: z.enum(['LITIGATION', 'ARBITRATION']), text: words, fileIds: files.default([]) })
  .meta({ id: 'ReferObjection' });
export type ReferObjectionBody = z.infer<typeof ReferObjectionBody>;

export const ExecuteObjectionBody = z
  .strictObject({
    remedy: z.enum(remedies),
    /** A ground to cancel, of the certificate's rule pack; with the remedy CANCEL only. */
    groundCode: text(20).nullable().default(null),
    text: words,
    fileIds: files.default([]),
  })
  .meta({
    id: 'ExecuteObjection',
    examples: [{ remedy: 'CANCEL', groundCode: 'A-C3', text: '异议成立', fileIds: [] }],
  });
export type ExecuteObjectionBody = z.infer<typeof ExecuteObjectionBody>;

export const ObjectionQuery = PageQuery.extend({
  state: z.enum(objectionStates).optional(),
  certificateNumber: z.string().max(64).optional(),
});
export type ObjectionQuery = z.infer<typeof ObjectionQuery>;

const ProvenFile = z.object({ fileId: z.string(), sha256: Sha256 });
export type ProvenFile = z.infer<typeof ProvenFile>;

export const CertificateObjectionView = z
  .object({
    id: z.string(),
    version: z.number().int(),
    certificateId: z.string(),
    certificateNumber: z.string(),
    registrarId: z.string(),
    registrantId: z.string(),
    objectorId: z.string(),
    /** Of the certificate; the grounds of its cancellation are those of this version. */
    rulePack: z.string(),
    state: z.enum(objectionStates),
    /** What this reader may do now. */
    actions: z.array(z.string()),
    /** Whose turn it is; empty when it is over. */
    awaits: z.array(z.enum(objectionParties)),
    reason: z.string(),
    evidence: z.array(ProvenFile),
    filedAt: Instant,
    acceptedAt: Instant.nullable(),
    closedAt: Instant.nullable(),
    /** The registrar tells the registrant within this time; null: not published by the regime, or the material is incomplete. */
    notice: z.object({ due: Instant, provisional: z.boolean(), overdue: z.boolean() }).nullable(),
    conclusion: z.object({ upheld: z.boolean(), remedy: z.enum(remedies), text: z.string() }).nullable(),
    /** Who spoke for a party, and by what authority. */
    agents: z.array(Agency),
    answers: z.array(z.object({ party: z.enum(objectionParties), agrees: z.boolean() })),
    remedy: z
      .object({
        kind: z.enum(remedies),
        groundCode: z.string().nullable(),
        ground: z.object({ zh: z.string(), en: z.string() }).nullable(),
      })
      .nullable(),
    /** The application that carries out a CHANGE, and the certificate that it led to. */
    change: z
      .object({ applicationId: z.string(), state: z.string(), certificateNumber: z.string().nullable() })
      .nullable(),
    acts: z.array(
      z.object({
        action: z.string(),
        party: z.enum(objectionParties),
        /** The agent by whom it spoke; null: by itself. */
        agentId: z.string().nullable(),
        at: Instant,
        text: z.string(),
        files: z.array(ProvenFile),
      }),
    ),
  })
  .meta({ id: 'CertificateObjection' });
export type CertificateObjectionView = z.infer<typeof CertificateObjectionView>;
