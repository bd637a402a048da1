import { z } from 'zod';
import { id, Instant, LegalDate, PageQuery, Sha256 } from './schema.js';

const decimal = z.string().regex(/^(0|[1-9]\d{0,15})$/, { error: 'a decimal number' });

/**
 * One event of an operator's feed: CloudEvents 1.0.2, structured JSON mode. The same bytes on every channel. `sequence`
 * is the leaf's index in the log; `position` counts this operator's own feed, dense from 1: drop positions you have seen.
 */
export const CloudEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: z.uuid().meta({ description: 'The event' }),
    source: z.url(),
    type: z.string(),
    subject: z.string().meta({ description: 'The stream: the id of the object' }),
    time: Instant,
    datacontenttype: z.literal('application/json'),
    sequence: decimal,
    position: decimal,
    data: z.object({
      version: z.number().int().meta({ description: "The object's version after the event" }),
      actor: z.string(),
      onBehalfOf: z.string().optional(),
      rulePack: z.string().optional(),
      venue: z.string().nullable().meta({ description: 'null: public' }),
      state: z
        .object({ before: z.string().nullable(), after: z.string() })
        .nullable()
        .meta({ description: 'null: the object has no state machine' }),
      payload: z.record(z.string(), z.unknown()).nullable().meta({ description: 'null: erased' }),
      salt: z.string().nullable().meta({ description: 'Hexadecimal; null: erased' }),
      payloadDigest: Sha256.meta({ description: 'SHA-256(salt ‖ canonical JSON of payload, RFC 8785)' }),
      leaf: z.string().meta({ description: 'The bytes in the log, base64; they hold payloadDigest' }),
      links: z.object({ object: z.string().nullable(), proof: z.string() }),
    }),
  })
  .meta({ id: 'CloudEvent' });
export type CloudEvent = z.infer<typeof CloudEvent>;

export const CLOUD_EVENTS_BATCH = 'application/cloudevents-batch+json';

const filters = {
  operator: id('org').optional().meta({ description: 'Whose feed; for regulators and auditors' }),
  venue: id('ven').optional(),
  type: z
    .string()
    .regex(/^[a-z0-9.-]{1,100}(,[a-z0-9.-]{1,100}){0,49}$/, { error: 'types of events, separated by commas' })
    .optional(),
  subject: z
    .string()
    .regex(/^[a-z]{3,4}_\w{1,64}$/, { error: 'the id of an object' })
    .optional(),
};
const start = {
  cursor: z.string().max(512).optional(),
  after: z.coerce.number().int().min(-1000).max(Number.MAX_SAFE_INTEGER).optional().meta({
    description:
      'Where to begin without a cursor: after this position; -50: with the last fifty. Without it: the first',
  }),
};

export const FeedQuery = z.object({
  ...filters,
  ...start,
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
export type FeedQuery = z.infer<typeof FeedQuery>;

export const FeedStreamQuery = z.object({ ...filters, ...start });
export type FeedStreamQuery = z.infer<typeof FeedStreamQuery>;

/** `nextCursor` is never null: what comes later is read from there. */
export const FeedPage = z.object({ items: z.array(CloudEvent), nextCursor: z.string() }).meta({ id: 'FeedPage' });
export type FeedPage = z.infer<typeof FeedPage>;

/** What can stand in a feed: the types that a filter can name. */
export const FeedTypes = z.object({ types: z.array(z.string()) }).meta({ id: 'FeedTypes' });
export type FeedTypes = z.infer<typeof FeedTypes>;

export const FeedManifestQuery = z.object({ operator: filters.operator });
export type FeedManifestQuery = z.infer<typeof FeedManifestQuery>;

export const FeedManifestsQuery = PageQuery.extend({ operator: filters.operator });
export type FeedManifestsQuery = z.infer<typeof FeedManifestsQuery>;

/**
 * What stood in an operator's feed when a day ended in Asia/Shanghai: the positions from `first` to `last`, none when
 * `last` = `first` − 1. `root` is the RFC 6962 root of their leaves in that order. The feed of the first `logSize` leaves
 * of the log ends at `last`; `checkpoint` is the signed note of those leaves.
 */
export const FeedManifestStatement = z.object({
  operatorId: z.string(),
  date: LegalDate,
  first: z.number().int(),
  last: z.number().int(),
  count: z.number().int(),
  root: Sha256,
  logSize: z.number().int(),
  checkpoint: z.string(),
  previous: Sha256.nullable().meta({ description: 'digest of the manifest before; null: the first' }),
  cutAt: Instant,
});
export type FeedManifestStatement = z.infer<typeof FeedManifestStatement>;

/** `typ` of the JWS over a {@link FeedManifestStatement}; its key stands in `/v1/feed/keys`. */
export const FEED_MANIFEST_TYP = 'feed-manifest+jws';

export const FeedManifestView = FeedManifestStatement.extend({
  id: id('mft'),
  version: z.number().int(),
  jws: z.string().meta({ description: 'Compact JWS over the canonical JSON of the other members' }),
  digest: Sha256.meta({ description: 'SHA-256 of jws' }),
}).meta({ id: 'FeedManifest' });
export type FeedManifestView = z.infer<typeof FeedManifestView>;
