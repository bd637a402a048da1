import { z } from 'zod';
import { id, Instant, PageQuery, Sha256, text } from './schema.js';

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

const size = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** The tree that a proof leads to: the newest published one when left out. */
export const ProofQuery = z.object({ size: size.optional() });
export type ProofQuery = z.infer<typeof ProofQuery>;

/** Two published sizes; `to` is the newest one when left out. */
export const ConsistencyQuery = z.object({ from: size, to: size.optional() });
export type ConsistencyQuery = z.infer<typeof ConsistencyQuery>;

const Base64Hash = z.base64().length(44).meta({ description: 'SHA-256 in base64' });

/** A published tree: what its checkpoint says, and the signed note itself (c2sp.org/tlog-checkpoint). */
export const CheckpointView = z
  .object({ size: z.number().int(), root: Base64Hash, checkpoint: z.string(), publishedAt: Instant })
  .meta({ id: 'Checkpoint' });
export type CheckpointView = z.infer<typeof CheckpointView>;

/** RFC 6962, section 2.1.2: the tree of `from` is a prefix of the tree of `to`. */
export const ConsistencyView = z
  .object({ from: CheckpointView, to: CheckpointView, hashes: z.array(Base64Hash) })
  .meta({ id: 'Consistency' });
export type ConsistencyView = z.infer<typeof ConsistencyView>;

/** Why a payload must go: 个人信息保护法 article 47, or an order. The texts are kept for ever: no personal data in them. */
export const RequestErasureBody = z
  .strictObject({
    legalBasis: z.enum(['PIPL-47', 'COURT-ORDER', 'AUTHORITY-ORDER']),
    reference: text(200).meta({ description: 'Number of the request or order' }),
    reason: text(500).meta({ description: 'Kept in the log for ever: without personal data' }),
  })
  .meta({
    id: 'RequestErasure',
    examples: [{ legalBasis: 'PIPL-47', reference: 'DSR-2026-0007', reason: 'The person withdrew consent' }],
  });
export type RequestErasureBody = z.infer<typeof RequestErasureBody>;

export const ErasureView = z
  .object({
    id: id('ers'),
    version: z.number().int(),
    eventId: EventId,
    eventType: z.string(),
    eventStream: z.string(),
    ...RequestErasureBody.shape,
    requestedBy: z.string(),
    decidedBy: z.string().nullable(),
    state: z.enum(['REQUESTED', 'ERASED', 'DECLINED']),
    actions: z.array(z.string()),
  })
  .meta({ id: 'Erasure' });
export type ErasureView = z.infer<typeof ErasureView>;
