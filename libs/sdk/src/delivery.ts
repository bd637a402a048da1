import { z } from 'zod';
import { id, Instant, PageQuery, Sha256 } from './schema.js';
import { Jws } from './trading.js';

export const DeliveriesQuery = PageQuery.extend({ orderId: z.string().max(64).optional() });
export type DeliveriesQuery = z.infer<typeof DeliveriesQuery>;

/** `jwe` is the content key, wrapped for the buyer's key `keyId`; only the buyer's people see it. */
export const DeliveryView = z
  .object({
    id: id('dlv'),
    version: z.number().int(),
    orderId: z.string(),
    buyerId: z.string(),
    sellerId: z.string(),
    resourceId: z.string(),
    state: z.enum(['PREPARING', 'READY', 'RECEIVED', 'WITHDRAWN']),
    actions: z.array(z.string()),
    sha256: Sha256.nullable(),
    bytes: z.number().int().nullable(),
    cipherSha256: Sha256.nullable(),
    cipherBytes: z.number().int().nullable(),
    keyId: z.string().nullable(),
    jwe: z.string().nullable(),
    downloads: z.number().int(),
    linkExpiresAt: Instant.nullable(),
    linkUsedAt: Instant.nullable(),
  })
  .meta({ id: 'Delivery' });
export type DeliveryView = z.infer<typeof DeliveryView>;

/** `url` begins with a slash where the service does not know its own public address. */
export const DeliveryLink = z.object({ url: z.string(), expiresAt: Instant }).meta({ id: 'DeliveryLink' });
export type DeliveryLink = z.infer<typeof DeliveryLink>;

/** `typ` of a receipt. */
export const RECEIPT_TYP = 'delivery-receipt+jws';

/** What the buyer states; `sha256` is that of the opened file. */
export const ReceiptStatement = z.strictObject({ deliveryId: id('dlv'), orderId: id('ord'), sha256: Sha256 });

export const ReceiptBody = z.strictObject({ jws: Jws }).meta({
  id: 'Receipt',
  description: `JWS, typ ${RECEIPT_TYP}, kid of a signing key of the buyer, over {deliveryId, orderId, sha256}: the hash of the opened file`,
});
export type ReceiptBody = z.infer<typeof ReceiptBody>;
