import type { ListingView } from '@app/sdk';
import { listingMachine } from './listing.js';

export type ListingRow = Omit<ListingView, 'actions' | 'publishedAt'> & { readonly publishedAt: Date | null };

/** The columns of a view, from `market.listing l`. */
export const LISTING_COLUMNS = `l.id, l.version, l.seller_id AS "sellerId", l.venue_id AS "venueId",
  l.certificate_number AS "certificateNumber", l.resource_id AS "resourceId", l.title, l.description,
  l.product_type AS "productType", l.scenarios, l.compliance_statement AS "complianceStatement",
  jsonb_build_object('amount', l.price_amount::text, 'currency', l.currency) AS price,
  l.delivery_modes AS "deliveryModes", l.licence, l.scheme_id AS "schemeId",
  l.broker_mandate_id AS "brokerMandateId", l.acceptance_days AS "acceptanceDays", l.state, l.reason,
  l.suspended_for AS "suspendedFor",
  l.published_at AS "publishedAt"`;

export const toListingView = ({ publishedAt, ...row }: ListingRow): ListingView => ({
  ...row,
  actions: listingMachine.actions(row.state),
  publishedAt: publishedAt?.toISOString() ?? null,
});
