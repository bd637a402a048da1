import type { OrderView } from '@app/sdk';
import { currentContext, SYSTEM, type Actor } from '../platform/context.js';
import { permit } from '../platform/context.js';
import { orderMachine } from './order.js';

export type OrderRow = Omit<OrderView, 'actions' | 'placedAt' | 'acceptanceDue'> & {
  readonly placedAt: Date;
  readonly acceptanceDue: Date | null;
};

/** The columns of a view, from `trading.order o`. */
export const ORDER_COLUMNS = `o.id, o.version, o.number, o.state, o.listing_id AS "listingId", o.venue_id AS "venueId",
  o.buyer_id AS "buyerId", o.seller_id AS "sellerId", o.certificate_number AS "certificateNumber",
  o.resource_id AS "resourceId", jsonb_build_object('amount', o.gross_amount::text, 'currency', o.currency) AS gross,
  o.scheme_id AS "schemeId", o.broker_mandate_id AS "brokerMandateId", o.delivery_mode AS "deliveryMode",
  o.acceptance_days AS "acceptanceDays", o.silent_acceptance AS "silentAcceptance", o.contract_hash AS "contractHash",
  (SELECT coalesce(jsonb_agg(s - 'jws'), '[]') FROM jsonb_array_elements(o.signatures) s) AS signatures, o.reworks,
  o.delivery_id AS "deliveryId", o.acceptance_due AS "acceptanceDue", o.reason, o.risks, o.placed_at AS "placedAt"`;

/** Whose orders `$1` shows: those that its organisation has a part in, or all (null). */
export const CONCERNED = `($1::text IS NULL OR $1 IN (o.buyer_id, o.seller_id, o.broker_id, o.venue_operator_id))`;

/** The organisation to which the caller's sight is limited; null for those who watch over all. */
export function sight(): string | null {
  if (currentContext().actor === SYSTEM) return null;
  const actor: Actor = permit('order.read');
  return actor.roles.some((role) => role === 'regulator' || role === 'auditor') ? null : actor.orgId;
}

export const toOrderView = ({ placedAt, acceptanceDue, ...row }: OrderRow): OrderView => ({
  ...row,
  actions: orderMachine.actions(row.state),
  acceptanceDue: acceptanceDue?.toISOString() ?? null,
  placedAt: placedAt.toISOString(),
});
