import { z } from 'zod';
import { Instant, PageQuery, Sha256 } from './schema.js';

export const EventId = z.uuid().meta({ description: 'UUIDv7 of an event' });

export const EventQuery = PageQuery.extend({
  stream: z
    .string()
    .regex(/^[a-z]{3}_\w{1,64}$/, { error: 'the id of an aggregate' })
    .optional(),
});
export type EventQuery = z.infer<typeof EventQuery>;

/**
 * An event of the ledger: its leaf, and the payload that the leaf vouches for. `payload` is the canonical JSON (RFC 8785)
 * as text, because its bytes count: payloadDigest = SHA-256(salt ‖ payload). Both are null once the payload was erased.
 */
export const EventView = z
  .object({
    index: z.number().int().meta({ description: 'Place in the log, from 0' }),
    id: EventId,
    type: z.string(),
    stream: z.string(),
    streamVersion: z.number().int(),
    actor: z.string(),
    onBehalfOf: z.string().optional(),
    occurredAt: Instant,
    rulePack: z.string().optional(),
    payloadDigest: Sha256,
    salt: z.string().nullable().meta({ description: 'Hexadecimal' }),
    payload: z.string().nullable(),
  })
  .meta({ id: 'Event' });
export type EventView = z.infer<typeof EventView>;
