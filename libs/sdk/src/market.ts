import { z } from 'zod';
import { id, text } from './schema.js';

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
