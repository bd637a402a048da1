import { z } from 'zod';
import { id, Instant, PageQuery, text } from './schema.js';

export const signatureSchemes = ['v1a', 'v1'] as const;
export const webhookStates = ['ENABLED', 'DISABLED', 'RETIRED'] as const;
export const deliveryStates = ['PENDING', 'DELIVERED', 'FAILED'] as const;

const Url = z
  .string()
  .trim()
  .min(1)
  .max(2000)
  .meta({
    format: 'uri',
    description: 'https, public. It stands in the ledger and in answers: put no secret into it',
    examples: ['https://hooks.example.org/databourse'],
  });
const Types = z
  .array(
    z
      .string()
      .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, { error: 'types of events' })
      .max(100),
  )
  .min(1)
  .max(50)
  .nullable()
  .meta({ description: 'Only events of these types; null: all' });
const VenueFilter = id('ven').nullable().meta({ description: 'Only events of this venue; null: the whole feed' });
const Scheme = z.enum(signatureSchemes).meta({ description: 'Of Standard Webhooks 1.0: v1a Ed25519, v1 HMAC-SHA256' });
const Position = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const AddWebhookBody = z
  .strictObject({
    url: Url,
    description: text(200, { min: 0 }).default(''),
    venueId: VenueFilter.default(null),
    types: Types.default(null),
    scheme: Scheme.default('v1a'),
    after: Position.optional().meta({
      description:
        "The position in the operator's feed after which it begins; 0: from the first. Without it: from now on",
    }),
  })
  .meta({ id: 'AddWebhook' });
export type AddWebhookBody = z.infer<typeof AddWebhookBody>;

/** What is left out stays as it is (RFC 7396). */
export const ChangeWebhookBody = z
  .strictObject({
    url: Url.optional(),
    description: text(200, { min: 0 }).optional(),
    venueId: VenueFilter.optional(),
    types: Types.optional(),
  })
  .meta({ id: 'ChangeWebhook' });
export type ChangeWebhookBody = z.infer<typeof ChangeWebhookBody>;

export const RollWebhookKeyBody = z
  .strictObject({
    scheme: Scheme.optional().meta({ description: 'Without it: the scheme of the key before' }),
    overlapHours: z.number().int().min(0).max(168).default(24).meta({
      description: 'How long the old key signs beside the new one; 0: it ends at once, as when it became known',
    }),
  })
  .meta({ id: 'RollWebhookKey' });
export type RollWebhookKeyBody = z.infer<typeof RollWebhookKeyBody>;

export const WebhookKey = z
  .object({
    id: id('whk'),
    scheme: Scheme,
    publicKey: z.string().nullable().meta({ description: 'whpk_…; null for v1' }),
    endsAt: Instant.nullable().meta({ description: 'When it no longer signs; null: not planned' }),
  })
  .meta({ id: 'WebhookKey' });
export type WebhookKey = z.infer<typeof WebhookKey>;

/** `secret` is shown here and never again; null for v1a, whose private half nobody gets, and in a repeated answer. */
export const WebhookKeyMade = z
  .object({ id: id('whe'), keyId: id('whk'), publicKey: z.string().nullable(), secret: z.string().nullable() })
  .meta({ id: 'WebhookKeyMade' });
export type WebhookKeyMade = z.infer<typeof WebhookKeyMade>;

export const WebhookView = z
  .object({
    id: id('whe'),
    version: z.number().int(),
    operatorId: id('org'),
    url: z.string(),
    description: z.string(),
    venueId: z.string().nullable(),
    types: z.array(z.string()).nullable(),
    keys: z.array(WebhookKey).meta({ description: 'All sign every message; the newest first' }),
    state: z.enum(webhookStates),
    actions: z.array(z.string()),
    reason: z.enum(['REQUESTED', 'GONE', 'FAILING']).nullable().meta({
      description:
        'Why it is disabled: on request, because it answered 410, or because nothing got through for five days',
    }),
    position: Position.meta({ description: 'Everything up to here was sent or stands among the deliveries' }),
    pausedUntil: Instant.nullable().meta({
      description: 'Nothing is sent before: the receiver asked for it or gave no answer',
    }),
    failingSince: Instant.nullable().meta({ description: 'Nothing got through since then' }),
  })
  .meta({ id: 'Webhook' });
export type WebhookView = z.infer<typeof WebhookView>;

export const WebhookDeliveriesQuery = PageQuery.extend({ state: z.enum(deliveryStates).optional() });
export type WebhookDeliveriesQuery = z.infer<typeof WebhookDeliveriesQuery>;

/** One message to one endpoint. Delivered ones are shown for a week, failed ones for ninety days; the feed keeps all. */
export const WebhookDeliveryView = z
  .object({
    position: Position,
    eventId: z.uuid().meta({ description: 'The id of the CloudEvent and the webhook-id' }),
    state: z.enum(deliveryStates),
    attempts: z.number().int().meta({ description: 'Since it was first tried, or replayed' }),
    nextAttemptAt: Instant.nullable(),
    changedAt: Instant,
    last: z
      .object({
        at: Instant,
        status: z.number().int().nullable().meta({ description: 'null: no answer' }),
        error: z.string().nullable().meta({ description: 'Why there was no answer' }),
        durationMs: z.number().int(),
        excerpt: z.string().meta({ description: 'The beginning of the answer' }),
      })
      .nullable(),
  })
  .meta({ id: 'WebhookDelivery' });
export type WebhookDeliveryView = z.infer<typeof WebhookDeliveryView>;

export const WebhookPosition = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

export const REPLAY_MAX = 1000;

export const ReplayWebhookBody = z
  .strictObject({ first: Position.min(1), last: Position.min(1) })
  .meta({ id: 'ReplayWebhook', description: `Positions of the feed, both included, at most ${REPLAY_MAX}` });
export type ReplayWebhookBody = z.infer<typeof ReplayWebhookBody>;

export const WebhookReplayed = z
  .object({ id: id('whe'), messages: z.number().int() })
  .meta({ id: 'WebhookReplayed', description: 'How many messages will be sent again' });
export type WebhookReplayed = z.infer<typeof WebhookReplayed>;
