import { z } from 'zod';
import { applicationTypes } from './particulars.js';
import { id, Instant } from './schema.js';

/** What the notice publishes (N1 §24), and how long objections are open. */
export const PublicNotice = z
  .object({
    applicationId: id('app'),
    registrarId: id('org'),
    type: z.enum(applicationTypes),
    /** What its regime calls it. */
    typeName: z.object({ zh: z.string(), en: z.string() }),
    /** The certificate that it concerns; null for an initial registration. */
    certificateNumber: z.string().nullable(),
    applicant: z.object({ name: z.string(), uscc: z.string() }),
    /** Who applies together with the applicant. */
    jointApplicants: z.array(z.object({ name: z.string(), uscc: z.string() })),
    transferee: z.object({ name: z.string(), uscc: z.string() }).nullable(),
    dataName: z.string(),
    dataAbstract: z.string(),
    /** In words; what somebody wrote is the same in both. */
    restrictions: z.array(z.object({ zh: z.string(), en: z.string() })),
    publishedAt: Instant,
    endsAt: Instant,
    provisional: z.boolean(),
    remainingSeconds: z.number().int(),
    remainingWorkingDays: z.number().int(),
  })
  .meta({ id: 'PublicNotice' });
export type PublicNotice = z.infer<typeof PublicNotice>;
