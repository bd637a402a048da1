import { z } from 'zod';
import { remarkKinds } from './certificates.js';
import { id, Instant, PageQuery, Sha256, text } from './schema.js';

/** Acts of the registrar upon a certificate that it issued: each needs two persons. */
export const registerActKinds = ['PLACE_REMARK', 'LIFT_REMARK', 'CANCEL', 'REVOKE'] as const;
export const registerActStates = ['PROPOSED', 'UNCONFIRMED', 'DONE', 'REJECTED', 'WITHDRAWN', 'UNDONE'] as const;

const reasons = text(1000, { multiline: true });

/** Of the registrar's own motion (N1 §37), or for fraud and the like (撤销). */
export const EndCertificateBody = z
  .strictObject({ groundCode: text(20), text: reasons })
  .meta({ id: 'EndCertificate', examples: [{ groundCode: 'A-C2', text: '数据已销毁，数据产权消灭' }] });
export type EndCertificateBody = z.infer<typeof EndCertificateBody>;

export const PlaceRemarkBody = z
  .strictObject({
    kind: z.enum(remarkKinds),
    text: reasons,
    /** Who ordered it: the court or authority. Those of kinds JUDICIAL_PRESERVATION and ADMIN_CONTROL must name it. */
    authority: text(100).nullable().default(null),
    /** The order or agreement, uploaded by the registrar; the same kinds must have it. */
    fileId: id('file').nullable().default(null),
    /** When it lifts itself. */
    to: Instant.nullable().default(null),
  })
  .meta({
    id: 'PlaceRemark',
    examples: [
      {
        kind: 'JUDICIAL_PRESERVATION',
        text: '财产保全',
        authority: '演示人民法院',
        fileId: 'file_01930e2c7b7a7c3e9d4f5a6b7c8d9e0f',
        to: '2027-08-03T16:00:00.000Z',
      },
    ],
  });
export type PlaceRemarkBody = z.infer<typeof PlaceRemarkBody>;

export const LiftRemarkBody = z
  .strictObject({ text: reasons, fileId: id('file').nullable().default(null) })
  .meta({ id: 'LiftRemark' });
export type LiftRemarkBody = z.infer<typeof LiftRemarkBody>;

export const DecideActBody = z.strictObject({ text: reasons }).meta({ id: 'DecideRegisterAct' });
export type DecideActBody = z.infer<typeof DecideActBody>;

export const NumberSeriesQuery = z.object({
  yearMonth: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
});
export type NumberSeriesQuery = z.infer<typeof NumberSeriesQuery>;

/** The certificate numbers of one registrar in one month. */
export const NumberSeriesView = z
  .object({
    regionCode2: z.string(),
    registrarDigit: z.string(),
    yearMonth: z.string().meta({ examples: ['202608'] }),
    used: z.number().int(),
    capacity: z.number().int(),
    /** Percent at which the last alarm was raised; 0: none. */
    alarm: z.number().int(),
    /** Serials that no certificate has: first and last of each run. */
    gaps: z.array(z.tuple([z.number().int(), z.number().int()])),
    unnotedGaps: z.number().int(),
    /** Registered applications that wait for numbers. */
    waiting: z.number().int(),
  })
  .meta({ id: 'NumberSeries' });
export type NumberSeriesView = z.infer<typeof NumberSeriesView>;

export const RegisterActQuery = PageQuery.extend({
  state: z.enum(registerActStates).optional(),
  certificateId: z.string().max(64).optional(),
});
export type RegisterActQuery = z.infer<typeof RegisterActQuery>;

export const RegisterActView = z
  .object({
    id: z.string(),
    version: z.number().int(),
    certificateId: z.string(),
    number: z.string(),
    registrarId: z.string(),
    kind: z.enum(registerActKinds),
    state: z.enum(registerActStates),
    actions: z.array(z.string()),
    groundCode: z.string().nullable(),
    ground: z.object({ zh: z.string(), en: z.string() }).nullable(),
    text: z.string(),
    remark: z
      .object({
        id: z.string(),
        kind: z.enum(remarkKinds),
        text: z.string(),
        authority: z.string().nullable(),
        documentSha256: Sha256.nullable(),
        to: Instant.nullable(),
      })
      .nullable(),
    proposed: z.object({ by: z.string(), at: Instant }),
    decided: z.object({ by: z.string(), at: Instant, text: z.string() }).nullable(),
  })
  .meta({ id: 'RegisterAct' });
export type RegisterActView = z.infer<typeof RegisterActView>;
