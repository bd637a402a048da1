import { z } from 'zod';
import { id, Instant, Money, PageQuery, rule, text } from './schema.js';

export const mandateStates = ['OFFERED', 'ACTIVE', 'DECLINED', 'TERMINATED', 'EXPIRED'] as const;

export const OfferMandateBody = z
  .strictObject({
    brokerId: id('org'),
    side: z.enum(['SELL', 'BUY']),
    venueId: id('ven'),
    commissionBp: z.number().int().min(0).max(3000).describe('1/10 000 of the gross price, owed for a concluded sale'),
    validFrom: Instant,
    validTo: Instant,
    exclusive: z.boolean(),
    antiCircumventionMonths: z
      .number()
      .int()
      .min(0)
      .max(36)
      .default(0)
      .describe(
        'How long after its end a sale that bypasses the broker still owes the commission, as the parties agree',
      ),
  })
  .check(rule(({ validFrom, validTo }) => validFrom < validTo, '截止时间须晚于起始时间', 'must end after it begins'))
  .meta({ id: 'OfferMandate' });
export type OfferMandateBody = z.infer<typeof OfferMandateBody>;

export const EndMandateBody = z.strictObject({ reason: text(400) }).meta({ id: 'EndMandate' });
export type EndMandateBody = z.infer<typeof EndMandateBody>;

export const MandateView = z
  .object({
    id: id('man'),
    version: z.number().int(),
    brokerId: z.string(),
    principalId: z.string(),
    side: z.enum(['SELL', 'BUY']),
    venueId: z.string(),
    commissionBp: z.number().int(),
    validFrom: Instant,
    validTo: Instant,
    exclusive: z.boolean(),
    antiCircumventionMonths: z.number().int(),
    reason: z.string().nullable(),
    state: z.enum(mandateStates),
    actions: z.array(z.string()),
  })
  .meta({ id: 'BrokerMandate' });
export type MandateView = z.infer<typeof MandateView>;
export const MandatesQuery = PageQuery.extend({ state: z.enum(mandateStates).optional() });
export type MandatesQuery = z.infer<typeof MandatesQuery>;

export const CommissionView = z
  .object({
    id: id('com'),
    version: z.number().int(),
    mandateId: z.string(),
    orderId: z.string(),
    brokerId: z.string(),
    principalId: z.string(),
    commissionBp: z.number().int(),
    amount: Money,
  })
  .meta({ id: 'Commission' });
export type CommissionView = z.infer<typeof CommissionView>;
export const CommissionsQuery = PageQuery.extend({ orderId: id('ord').optional() });
export type CommissionsQuery = z.infer<typeof CommissionsQuery>;
