import { z } from 'zod';
import { WithdrawApplicationBody } from './application-acts.js';
import { unique } from './registration.js';
import { id, text } from './schema.js';

/** A further regime of the same filing (协同办理); without a registrar: at the same one. */
export const AlsoUnder = z.strictObject({ regime: text(40), registrarId: id('org').optional() }).meta({
  id: 'AlsoUnder',
});
export type AlsoUnder = z.infer<typeof AlsoUnder>;

export const alsoUnder = z
  .array(AlsoUnder)
  .max(3)
  .check(unique<AlsoUnder>(({ regime }) => regime))
  .optional();

interface Filed {
  readonly regime: string;
  readonly alsoUnder?: readonly AlsoUnder[] | undefined;
}
/** Each regime once. */
export const otherRegimes = z.refine<Filed>(
  ({ regime, alsoUnder: others = [] }) => others.every((other) => other.regime !== regime),
  {
    path: ['alsoUnder'],
    params: { zh: '与主登记制度重复', en: 'the regime of the filing itself' },
    error: 'the regime of the filing itself',
  },
);

/** Those of the group on which to act, each in the version that was read: it takes the place of If-Match. */
export const SubmitGroupBody = z
  .strictObject({
    applications: z
      .array(z.strictObject({ id: id('app'), version: z.number().int().min(1).max(999_999_999) }))
      .min(1)
      .max(4)
      .check(unique<{ id: string }>((application) => application.id)),
  })
  .meta({ id: 'SubmitGroup' });
export type SubmitGroupBody = z.infer<typeof SubmitGroupBody>;

export const WithdrawGroupBody = SubmitGroupBody.extend(WithdrawApplicationBody.shape).meta({ id: 'WithdrawGroup' });
export type WithdrawGroupBody = z.infer<typeof WithdrawGroupBody>;
