import { z } from 'zod';
import { id, Instant, Money, PageQuery, Sha256, text } from './schema.js';

export const orderStates = [
  'CREATED',
  'CONTRACTED',
  'CANCELLED',
  'FUNDED',
  'DELIVERING',
  'REWORK',
  'DELIVERED',
  'ACCEPTED',
  'DISPUTED',
  'HALTED',
  'REFUNDED',
  'SETTLED',
  'COMPLETED',
] as const;

export const PlaceOrderBody = z
  .strictObject({
    listingId: id('lst'),
    /** The buyer's own broker; without one, that of the listing counts. */
    brokerMandateId: id('man').nullable().default(null),
  })
  .meta({ id: 'PlaceOrder' });
export type PlaceOrderBody = z.infer<typeof PlaceOrderBody>;

export const PlacedOrder = z
  .object({ id: id('ord'), number: z.string(), contractHash: Sha256 })
  .meta({ id: 'PlacedOrder' });
export type PlacedOrder = z.infer<typeof PlacedOrder>;

/** A compact JWS (RFC 7515) over canonical JSON (RFC 8785). */
export const Jws = z
  .string()
  .max(8192)
  .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, { error: 'a compact JWS' });

export const SignOrderBody = z.strictObject({ jws: Jws }).meta({
  id: 'SignOrder',
  description:
    'JWS, typ contract-signature+jws, kid of a signing key of the organisation, over {contractHash, orderId, organisationId}',
});
export type SignOrderBody = z.infer<typeof SignOrderBody>;

export const ResolveDisputeBody = z
  .strictObject({ outcome: z.enum(['REDELIVER', 'ACCEPT', 'REFUND']), reason: text(1000, { multiline: true }) })
  .meta({ id: 'ResolveDispute' });
export type ResolveDisputeBody = z.infer<typeof ResolveDisputeBody>;

export const OrdersQuery = PageQuery.extend({
  state: z.enum(orderStates).optional(),
  listingId: z.string().max(64).optional(),
});
export type OrdersQuery = z.infer<typeof OrdersQuery>;

export const OrderView = z
  .object({
    id: id('ord'),
    version: z.number().int(),
    number: z.string(),
    state: z.enum(orderStates),
    actions: z.array(z.string()),
    listingId: z.string(),
    venueId: z.string(),
    buyerId: z.string(),
    sellerId: z.string(),
    certificateNumber: z.string(),
    resourceId: z.string(),
    gross: Money,
    schemeId: z.string().nullable(),
    brokerMandateId: z.string().nullable(),
    deliveryMode: z.literal('FILE'),
    acceptanceDays: z.number().int(),
    silentAcceptance: z.boolean(),
    contractHash: Sha256,
    signatures: z.array(z.object({ organisationId: z.string(), keyId: z.string(), signedAt: Instant })),
    reworks: z.number().int(),
    deliveryId: z.string().nullable(),
    acceptanceDue: Instant.nullable(),
    reason: z.string().nullable(),
    risks: z.array(z.object({ ground: z.literal('CERTIFICATE_RESTRICTED'), stops: z.boolean(), at: Instant })),
    placedAt: Instant,
  })
  .meta({ id: 'Order' });
export type OrderView = z.infer<typeof OrderView>;

/** `document` is the text whose UTF-8 bytes were hashed; the readable texts are derived from it. */
export const OrderContractView = z
  .object({
    contractHash: Sha256,
    document: z.string(),
    text: z.object({ zh: z.string(), en: z.string() }),
    signatures: z.array(
      z.object({ organisationId: z.string(), keyId: z.string(), jws: z.string(), signedAt: Instant }),
    ),
  })
  .meta({ id: 'OrderContract' });
export type OrderContractView = z.infer<typeof OrderContractView>;
