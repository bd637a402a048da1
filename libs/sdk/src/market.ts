import { z } from 'zod';
import { id, Instant, Money, PageQuery, text } from './schema.js';

export const venueTypes = ['EXCHANGE', 'BASE', 'PLATFORM'] as const;

/** A node of 一所多基地多平台: an exchange, or a regional base or industry platform in front of one. */
export const OpenVenueBody = z
  .strictObject({
    code: z.string().regex(/^[A-Z][A-Z0-9-]{1,15}$/, { error: '2–16 capital letters, digits and hyphens' }),
    name: z.strictObject({ zh: text(80), en: text(120) }),
    type: z.enum(venueTypes),
    parentId: id('ven').nullable(),
    operatorId: id('org'),
  })
  .meta({ id: 'OpenVenue' });
export type OpenVenueBody = z.infer<typeof OpenVenueBody>;

export const VenueView = z
  .object({
    id: id('ven'),
    version: z.number().int(),
    code: z.string(),
    name: z.object({ zh: z.string(), en: z.string() }),
    type: z.enum(venueTypes),
    parentId: z.string().nullable(),
    operatorId: z.string(),
  })
  .meta({ id: 'Venue' });
export type VenueView = z.infer<typeof VenueView>;

export const productTypes = [
  'DATASET',
  'API',
  'INDICATOR',
  'REPORT',
  'MODEL',
  'APPLICATION',
  'ENCRYPTED',
  'SERVICE',
] as const;
export const listingStates = [
  'DRAFT',
  'SUBMITTED',
  'PUBLISHED',
  'REJECTED',
  'SUSPENDED',
  'DELISTED',
  'EXPIRED',
] as const;

/** What a buyer may do with the data. `maxLicences`: how many orders may be active at once; `termMonths`: null = no end. */
export const Licence = z
  .strictObject({
    exclusive: z.boolean().default(false),
    maxLicences: z.number().int().min(1).max(1_000_000).nullable().default(null),
    termMonths: z.number().int().min(1).max(1200).nullable().default(null),
    resale: z.boolean().default(false),
    purposes: text(400, { min: 0, multiline: true }).default(''),
  })
  .meta({ id: 'Licence' });
export type Licence = z.infer<typeof Licence>;

/** 无合规不上架: the seller's own statement on source, chain of rights, personal and important data. */
export const ComplianceStatement = z
  .strictObject({ text: text(4000, { min: 0, multiline: true }), accepted: z.boolean(), statedAt: Instant })
  .meta({ id: 'ComplianceStatement' });

/** A draft may be incomplete: what is missing is refused, all at once, when it is submitted. */
export const DraftListingBody = z
  .strictObject({
    venueId: id('ven'),
    certificateNumber: text(64),
    title: text(80),
    description: text(4000, { multiline: true }),
    productType: z.enum(productTypes),
    scenarios: z.array(text(200)).max(20),
    complianceStatement: ComplianceStatement,
    price: Money,
    deliveryModes: z.array(z.literal('FILE')).length(1),
    licence: Licence.prefault({}),
    schemeId: id('sch').nullable().default(null),
    brokerMandateId: id('man').nullable().default(null),
    /** Working days for inspection after the delivery. */
    acceptanceDays: z.number().int().min(1).max(60).default(7),
  })
  .meta({ id: 'DraftListing' });
export type DraftListingBody = z.infer<typeof DraftListingBody>;

export const ReasonBody = z.strictObject({ reason: text(1000, { multiline: true }) }).meta({ id: 'Reason' });
export type ReasonBody = z.infer<typeof ReasonBody>;

export const OptionalReasonBody = z
  .strictObject({ reason: text(1000, { min: 0, multiline: true }).default('') })
  .meta({ id: 'OptionalReason' });
export type OptionalReasonBody = z.infer<typeof OptionalReasonBody>;

export const ListingsQuery = PageQuery.extend({
  /** Words in the title or the description. */
  q: z.string().trim().max(100).optional(),
  venueId: z.string().max(64).optional(),
  productType: z.enum(productTypes).optional(),
  /** The public catalogue, the listings of one's own organisation, or those at the venues that it operates. */
  scope: z.enum(['catalogue', 'own', 'venue']).default('catalogue'),
});
export type ListingsQuery = z.infer<typeof ListingsQuery>;

export const ListingView = DraftListingBody.extend({
  id: id('lst'),
  version: z.number().int(),
  sellerId: id('org'),
  resourceId: z.string().nullable(),
  state: z.enum(listingStates),
  actions: z.array(z.string()),
  reason: z.string().nullable(),
  /** CERTIFICATE: the seller may resume it when its certificate is in force again. */
  suspendedFor: z.enum(['CERTIFICATE', 'VENUE']).nullable(),
  publishedAt: Instant.nullable(),
}).meta({ id: 'Listing' });
export type ListingView = z.infer<typeof ListingView>;
