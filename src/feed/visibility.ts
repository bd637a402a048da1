/**
 * Who sees which event, and in which state it leaves its object.
 *
 * - `everyone`: every operator of a venue gets it. Only what is public anyhow.
 * - `venue`: the operator of the venue that it belongs to, and the operator of the exchange above that venue
 *   (一所多基地多平台: a base or a platform trades for its exchange).
 * - `nobody`: in no feed. People, log-ins, files, bank and bookkeeping, applications and quality reports.
 *
 * `found` is where the payload names the venue, or another object whose venue is known by then; without it the venue is
 * that of the object's earlier events. An event whose venue nobody can tell (a payout for no order) is in no feed.
 */
export interface Sight {
  readonly seenBy: 'everyone' | 'venue' | 'nobody';
  /** The state after it; `SAME`: as before; null: the object has no state machine. */
  readonly state: string | null;
  readonly found?: string;
}

const SAME = '(unchanged)';
const everyone = (state: string | null = null): Sight => ({ seenBy: 'everyone', state });
const venue = (state: string | null, found?: string): Sight => ({ seenBy: 'venue', state, ...(found && { found }) });
/** States stand here too where a later event of the same object is visible: they are its state before. */
const nobody = (state: string | null = null): Sight => ({ seenBy: 'nobody', state });

/** Every type of event. What stands in no line is seen by nobody, and a test names it. */
export const sights: Readonly<Record<string, Sight>> = {
  'market.venue-opened.v1': everyone(),
  'market.listing-drafted.v1': venue('DRAFT', 'offer.venueId'),
  'market.listing-revised.v1': venue('DRAFT', 'offer.venueId'),
  'market.listing-submitted.v1': venue('SUBMITTED'),
  'market.listing-published.v1': venue('PUBLISHED', 'venueId'),
  'market.listing-rejected.v1': venue('REJECTED'),
  'market.listing-suspended.v1': venue('SUSPENDED'),
  'market.listing-repointed.v1': venue('SUSPENDED'),
  'market.listing-resumed.v1': venue('PUBLISHED'),
  'market.listing-delisted.v1': venue('DELISTED'),
  'market.listing-expired.v1': venue('EXPIRED'),

  'trading.order-placed.v1': venue('CREATED', 'venueId'),
  'trading.order-signed.v1': venue(SAME),
  'trading.order-contracted.v1': venue('CONTRACTED', 'venueId'),
  'trading.order-funded.v1': venue('FUNDED'),
  'trading.order-delivery-started.v1': venue('DELIVERING'),
  'trading.order-delivered.v1': venue('DELIVERED'),
  'trading.order-accepted.v1': venue('ACCEPTED'),
  'trading.order-rejected.v1': venue('REWORK'),
  'trading.order-disputed.v1': venue('DISPUTED'),
  'trading.order-halted.v1': venue('HALTED'),
  'trading.order-flagged.v1': venue(SAME),
  'trading.order-unflagged.v1': venue(SAME),
  'trading.order-refunded.v1': venue('REFUNDED'),
  'trading.order-cancelled.v1': venue('CANCELLED'),
  'trading.order-settled.v1': venue('SETTLED'),
  'trading.order-completed.v1': venue('COMPLETED'),

  'delivery.delivery-ordered.v1': venue('PREPARING', 'orderId'),
  'delivery.delivery-prepared.v1': venue('READY', 'orderId'),
  'delivery.link-issued.v1': venue('READY'),
  'delivery.link-used.v1': venue('READY', 'orderId'),
  'delivery.delivery-received.v1': venue('RECEIVED', 'orderId'),
  'delivery.delivery-withdrawn.v1': venue('WITHDRAWN', 'orderId'),

  'settlement.escrow-opened.v1': venue('OPENED', 'terms.venueId'),
  'settlement.escrow-funded.v1': venue('FUNDED'),
  'settlement.escrow-cancelled.v1': venue('CANCELLED'),
  'settlement.escrow-refunded.v1': venue('REFUNDED'),
  'settlement.escrow-released.v1': venue('RELEASED'),
  'settlement.distribution-calculated.v1': venue('CALCULATED', 'orderId'),
  'settlement.distribution-posted.v1': venue('POSTED', 'orderId'),
  'settlement.order-paid-out.v1': venue('PAID', 'orderId'),
  'settlement.payout-instructed.v1': venue('INSTRUCTED', 'facts.orderId'),
  'settlement.payout-sent.v1': venue('SENT'),
  'settlement.payout-confirmed.v1': venue('CONFIRMED'),
  'settlement.payout-failed.v1': venue('FAILED'),
  'settlement.payout-retried.v1': venue('INSTRUCTED'),
  'settlement.fee-schedule-proposed.v1': venue('PROPOSED', 'terms.venueId'),
  'settlement.fee-schedule-published.v1': venue('PUBLISHED', 'venueId'),
  'settlement.fee-schedule-superseded.v1': venue('SUPERSEDED', 'venueId'),

  'brokerage.mandate-offered.v1': venue('OFFERED', 'terms.venueId'),
  'brokerage.mandate-accepted.v1': venue('ACTIVE'),
  'brokerage.mandate-declined.v1': venue('DECLINED'),
  'brokerage.mandate-terminated.v1': venue('TERMINATED'),
  'brokerage.mandate-expired.v1': venue('EXPIRED'),
  'brokerage.commission-earned.v1': venue(null, 'orderId'),

  'parties.membership-submitted.v1': venue('SUBMITTED', 'venueId'),
  'parties.membership-approved.v1': venue('APPROVED', 'venueId'),
  'parties.membership-rejected.v1': venue('REJECTED', 'venueId'),
  'parties.membership-suspended.v1': venue('SUSPENDED', 'venueId'),
  'parties.membership-reinstated.v1': venue('APPROVED', 'venueId'),
  'parties.membership-withdrawn.v1': venue('WITHDRAWN', 'venueId'),

  'parties.organisation-registered.v1': everyone('ACTIVE'),
  'parties.organisation-suspended.v1': everyone('SUSPENDED'),
  'parties.organisation-reinstated.v1': everyone('ACTIVE'),
  'parties.organisation-key-added.v1': everyone(),
  'rulepacks.rule-pack-published.v1': everyone('PUBLISHED'),
  'registration.registrar-catalogued.v1': everyone(),
  'registration.application-published.v1': everyone('PUBLIC_NOTICE'),
  'registration.application-notice-ended.v1': everyone('NOTICE_DONE'),
  'certificates.certificate-issued.v1': everyone('ACTIVE'),
  'certificates.certificate-document-sealed.v1': everyone(SAME),
  'certificates.certificate-expired.v1': everyone('EXPIRED'),
  'certificates.certificate-cancelled.v1': everyone('CANCELLED'),
  'certificates.certificate-revoked.v1': everyone('REVOKED'),
  'certificates.certificate-superseded.v1': everyone('SUPERSEDED'),
  'certificates.certificate-remark-placed.v1': everyone(SAME),
  'certificates.certificate-remark-lifted.v1': everyone(SAME),
  'certificates.certificate-restricted.v1': everyone('RESTRICTED'),
  'certificates.certificate-released.v1': everyone('ACTIVE'),
  'certificates.certificate-objection-opened.v1': everyone(SAME),
  'certificates.certificate-objection-closed.v1': everyone(SAME),
  'certificates.certificate-objected.v1': everyone('OBJECTED'),
  'certificates.certificate-objection-cleared.v1': everyone('ACTIVE'),
  'platform.clock-moved.v1': everyone(),
  'ledger.log-key-added.v1': everyone(),
  'ledger.log-key-retired.v1': everyone(),
  'ledger.schema-migrated.v1': everyone(),
  'ledger.restored.v1': everyone(),

  'rulepacks.rule-pack-proposed.v1': nobody('PROPOSED'),
  'rulepacks.rule-pack-reviewed.v1': nobody('REVIEWED'),
  'rulepacks.rule-pack-rejected.v1': nobody('REJECTED'),
  'rulepacks.rule-pack-withdrawn.v1': nobody('WITHDRAWN'),
  'certificates.certificate-prepared.v1': nobody('PREPARED'),
  // Proposals; what comes of them is a fact of the register, above.
  'certificates.register-act-proposed.v1': nobody(),
  'certificates.register-act-took-effect.v1': nobody(),
  'certificates.register-act-approved.v1': nobody(),
  'certificates.register-act-confirmed.v1': nobody(),
  'certificates.register-act-rejected.v1': nobody(),
  'certificates.register-act-undone.v1': nobody(),
  'certificates.register-act-withdrawn.v1': nobody(),
  'registration.application-filed.v1': nobody('DRAFT'),
  'registration.application-revised.v1': nobody(SAME),
  'registration.application-submitted.v1': nobody('SUBMITTED'),
  'registration.application-withdrawn.v1': nobody('WITHDRAWN'),
  'registration.application-correction-requested.v1': nobody('CORRECTION_REQUIRED'),
  'registration.application-lapsed.v1': nobody('LAPSED'),
  'registration.application-declined.v1': nobody('NOT_ACCEPTED'),
  'registration.application-accepted.v1': nobody('ACCEPTED'),
  'registration.application-review-started.v1': nobody('UNDER_REVIEW'),
  'registration.application-review-extended.v1': nobody('UNDER_REVIEW'),
  'registration.application-supplement-requested.v1': nobody('SUPPLEMENT_REQUIRED'),
  'registration.application-supplied.v1': nobody('UNDER_REVIEW'),
  'registration.application-terminated.v1': nobody('TERMINATED'),
  'registration.application-refused.v1': nobody('REFUSED'),
  'registration.application-referred.v1': nobody('COMMITTEE_REVIEW'),
  'registration.application-admitted-by-committee.v1': nobody('UNDER_REVIEW'),
  'registration.application-returned-by-committee.v1': nobody('SUPPLEMENT_REQUIRED'),
  'registration.application-refused-by-committee.v1': nobody('REFUSED'),
  'registration.application-waiver-proposed.v1': nobody('UNDER_REVIEW'),
  'registration.application-notice-waived.v1': nobody('NOTICE_WAIVED'),
  'registration.application-objection-partly-upheld.v1': nobody('UNDER_REVIEW'),
  'registration.application-review-passed.v1': nobody('UNDER_REVIEW'),
  'registration.application-review-returned.v1': nobody('UNDER_REVIEW'),
  'registration.application-approved.v1': nobody('REVIEW_PASSED'),
  'registration.application-objected.v1': nobody('OBJECTION_HANDLING'),
  'registration.application-objection-dismissed.v1': nobody('PUBLIC_NOTICE'),
  'registration.application-overdue.v1': nobody(SAME),
  'registration.application-registered.v1': nobody('REGISTERED'),
  'registration.application-certified.v1': nobody('CERTIFIED'),

  'committee.case-opened.v1': nobody(),
  'committee.candidates-fixed.v1': nobody(),
  'committee.panel-short.v1': nobody(),
  'committee.panel-drawn.v1': nobody(),
  'committee.expert-accepted.v1': nobody(),
  'committee.seat-vacated.v1': nobody(),
  'committee.recusals-checked.v1': nobody(),
  'committee.voting-opened.v1': nobody(),
  'committee.vote-cast.v1': nobody(),
  'committee.voting-extended.v1': nobody(),
  'committee.votes-opened.v1': nobody(),
  'committee.tied.v1': nobody(),
  'committee.revote-called.v1': nobody(),
  'committee.case-resolved.v1': nobody(),
  'committee.resolution-signed.v1': nobody(),
  'committee.resolution-sealed.v1': nobody(),
  'committee.panel-dismissed.v1': nobody(),
  'committee.case-closed.v1': nobody(),
  'committee.expert-appointed.v1': nobody(),
  'committee.expert-interests-declared.v1': nobody(),
  'committee.expert-suspended.v1': nobody(),
  'committee.expert-reinstated.v1': nobody(),
  'committee.expert-retired.v1': nobody(),
  'committee.obligation-opened.v1': nobody(),
  'committee.obligation-evidence-submitted.v1': nobody(),
  'committee.obligation-evidence-sent-back.v1': nobody(),
  'committee.obligation-fulfilled.v1': nobody(),
  'committee.obligation-overdue.v1': nobody(),
  'committee.obligation-lapsed.v1': nobody(),

  'registration.data-resource-declared.v1': nobody(),
  'parties.person-added.v1': nobody(),
  'parties.person-deactivated.v1': nobody(),
  'parties.person-logged-in.v1': nobody(),
  'parties.person-password-changed.v1': nobody(),
  'parties.client-added.v1': nobody(),
  'platform.file-uploaded.v1': nobody(),
  'settlement.account-opened.v1': nobody(),
  'settlement.transfer-posted.v1': nobody(),
  'settlement.hold-placed.v1': nobody(),
  'settlement.hold-posted.v1': nobody(),
  'settlement.hold-voided.v1': nobody(),
  'settlement.bank-notice-received.v1': nobody(),
  'settlement.bank-notice-matched.v1': nobody(),
  'settlement.bank-notice-suspended.v1': nobody(),
  'settlement.bank-notice-sent-back.v1': nobody(),
  'settlement.statement-reconciled.v1': nobody(),
  'settlement.reconciliation-adopted.v1': nobody(),
  'settlement.distribution-scheme-proposed.v1': nobody(),
  'settlement.distribution-scheme-party-signed.v1': nobody(),
  'settlement.distribution-scheme-signed.v1': nobody(),
  // Of a feed and not in it, so that a day on which nothing happened is empty; read them at /v1/feed/manifests.
  'feed.manifest-published.v1': nobody(),
  // Whose data they were is nobody else's affair; the feed gives null for what was erased.
  'ledger.erasure-requested.v1': nobody(),
  'ledger.erasure-declined.v1': nobody(),
  'ledger.payload-erased.v1': nobody(),
  'feed.webhook-added.v1': nobody(),
  'feed.webhook-changed.v1': nobody(),
  'feed.webhook-key-rolled.v1': nobody(),
  'feed.webhook-keys-ended.v1': nobody(),
  'feed.webhook-enabled.v1': nobody(),
  'feed.webhook-disabled.v1': nobody(),
  'feed.webhook-retired.v1': nobody(),
};

/** What some feed holds. */
export const FEED_TYPES: string[] = Object.keys(sights).filter((type) => sights[type]!.seenBy !== 'nobody');

/** Types that leave the state as it was. */
export const UNCHANGED: readonly string[] = Object.keys(sights).filter((type) => sights[type]!.state === SAME);

/** The state of an object after an event of this type, `before` being the one before it. */
export function stateAfter(type: string, before: string | null): string | null {
  const state = sights[type]?.state ?? null;
  return state === SAME ? before : state;
}
