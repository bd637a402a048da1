import { Column, Entity } from 'typeorm';
import type { DraftListingBody, Licence, Money } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';
import type { FailedGate } from './listing-gates.js';

/** Domain model §8.4. What is published does not change: a change is a new listing, examined anew. */
export const listingMachine = defineMachine('listing', 'DRAFT', {
  revise: { from: ['DRAFT', 'REJECTED'], to: 'DRAFT' },
  submit: { from: ['DRAFT'], to: 'SUBMITTED' },
  approve: { from: ['SUBMITTED'], to: 'PUBLISHED' },
  reject: { from: ['SUBMITTED'], to: 'REJECTED' },
  suspend: { from: ['PUBLISHED'], to: 'SUSPENDED' },
  repoint: { from: ['SUSPENDED'], to: 'SUSPENDED' },
  resume: { from: ['SUSPENDED'], to: 'PUBLISHED' },
  delist: { from: ['DRAFT', 'SUBMITTED', 'REJECTED', 'PUBLISHED', 'SUSPENDED'], to: 'DELISTED' },
  expire: { from: ['PUBLISHED', 'SUSPENDED'], to: 'EXPIRED' },
});
export type ListingState = (typeof listingMachine.states)[number];
type ListingAction = keyof typeof listingMachine.transitions;

/** Who may resume it: the seller, when its certificate is in force again, or the venue only. */
export type SuspensionCause = 'CERTIFICATE' | 'VENUE';

@Event('market.listing-drafted.v1')
export class ListingDrafted {
  constructor(
    readonly listingId: string,
    readonly sellerId: string,
    readonly offer: DraftListingBody,
  ) {}
}

@Event('market.listing-revised.v1')
export class ListingRevised {
  constructor(
    readonly listingId: string,
    readonly offer: DraftListingBody,
  ) {}
}

@Event('market.listing-submitted.v1')
export class ListingSubmitted {
  constructor(
    readonly listingId: string,
    readonly resourceId: string,
  ) {}
}

@Event('market.listing-published.v1')
export class ListingPublished {
  constructor(
    readonly listingId: string,
    readonly venueId: string,
    readonly sellerId: string,
    readonly certificateNumber: string,
    readonly resourceId: string,
    readonly title: string,
    readonly price: Money,
    readonly publishedAt: string,
  ) {}
}

@Event('market.listing-rejected.v1')
export class ListingRejected {
  constructor(
    readonly listingId: string,
    readonly reason: string,
  ) {}
}

@Event('market.listing-suspended.v1')
export class ListingSuspended {
  constructor(
    readonly listingId: string,
    readonly reason: string,
    readonly cause?: SuspensionCause,
  ) {}
}

/** It relies on another certificate from now on: the one that superseded its own. */
@Event('market.listing-repointed.v1')
export class ListingRepointed {
  constructor(
    readonly listingId: string,
    readonly certificateNumber: string,
    readonly resourceId: string,
  ) {}
}

@Event('market.listing-resumed.v1')
export class ListingResumed {
  constructor(readonly listingId: string) {}
}

@Event('market.listing-delisted.v1')
export class ListingDelisted {
  constructor(
    readonly listingId: string,
    readonly reason: string,
  ) {}
}

@Event('market.listing-expired.v1')
export class ListingExpired {
  constructor(readonly listingId: string) {}
}

/** An offer of registered data at a venue. */
@Entity({ schema: 'market', name: 'listing' })
@Stream('lst')
export class Listing extends Aggregate {
  @Column('text') readonly sellerId!: string;
  @Column('text') readonly venueId!: string;
  @Column('text') readonly certificateNumber!: string;
  /** Known from the submission on, when the certificate is checked for the first time. */
  @Column('text', { nullable: true }) readonly resourceId!: string | null;
  @Column('text') readonly title!: string;
  @Column('text') readonly description!: string;
  @Column('text') readonly productType!: DraftListingBody['productType'];
  @Column('jsonb') readonly scenarios!: string[];
  @Column('jsonb') readonly complianceStatement!: DraftListingBody['complianceStatement'];
  @Column('bigint') readonly priceAmount!: string;
  @Column('text') readonly currency!: 'CNY';
  @Column('jsonb') readonly deliveryModes!: 'FILE'[];
  @Column('jsonb') readonly licence!: Licence;
  @Column('text', { nullable: true }) readonly schemeId!: string | null;
  @Column('text', { nullable: true }) readonly brokerMandateId!: string | null;
  @Column('integer') readonly acceptanceDays!: number;
  @Column('text') readonly state!: ListingState;
  @Column('text', { nullable: true }) readonly reason!: string | null;
  @Column('text', { nullable: true }) readonly suspendedFor!: SuspensionCause | null;
  @Column('timestamptz', { nullable: true }) readonly publishedAt!: Date | null;

  static draft(sellerId: string, offer: DraftListingBody): Listing {
    const listing = new Listing();
    listing.apply(new ListingDrafted(newId('lst'), sellerId, offer));
    return listing;
  }

  revise(offer: DraftListingBody): void {
    this.move('revise', new ListingRevised(this.id, offer));
  }

  /** @param failed the gates that the facts of this moment do not pass */
  submit(resourceId: string | null, failed: readonly FailedGate[]): void {
    listingMachine.next(this.state, 'submit');
    mustPass(failed);
    this.apply(new ListingSubmitted(this.id, resourceId!));
  }

  approve(failed: readonly FailedGate[], now: Date): void {
    listingMachine.next(this.state, 'approve');
    mustPass(failed);
    const { id, venueId, sellerId, certificateNumber, resourceId, title, price } = this;
    const at = now.toISOString();
    this.apply(new ListingPublished(id, venueId, sellerId, certificateNumber, resourceId!, title, price, at));
  }

  reject(reason: string): void {
    this.move('reject', new ListingRejected(this.id, reason));
  }

  suspend(reason: string, cause: SuspensionCause): void {
    this.move('suspend', new ListingSuspended(this.id, reason, cause));
  }

  repoint(certificateNumber: string, resourceId: string): void {
    this.move('repoint', new ListingRepointed(this.id, certificateNumber, resourceId));
  }

  resume(failed: readonly FailedGate[]): void {
    listingMachine.next(this.state, 'resume');
    mustPass(failed);
    this.apply(new ListingResumed(this.id));
  }

  delist(reason: string): void {
    this.move('delist', new ListingDelisted(this.id, reason));
  }

  expire(): void {
    this.move('expire', new ListingExpired(this.id));
  }

  get price(): Money {
    return { amount: this.priceAmount, currency: this.currency };
  }

  onListingDrafted({ listingId, sellerId, offer }: ListingDrafted): void {
    const start = { resourceId: null, publishedAt: null, reason: null };
    this.become('DRAFT', { id: listingId, sellerId, ...start, ...fieldsOf(offer) });
  }
  onListingRevised({ offer }: ListingRevised): void {
    this.become('DRAFT', { resourceId: null, reason: null, ...fieldsOf(offer) });
  }
  onListingSubmitted({ resourceId }: ListingSubmitted): void {
    this.become('SUBMITTED', { resourceId });
  }
  onListingPublished({ publishedAt }: ListingPublished): void {
    this.become('PUBLISHED', { publishedAt: new Date(publishedAt) });
  }
  onListingRejected({ reason }: ListingRejected): void {
    this.become('REJECTED', { reason });
  }
  onListingSuspended({ reason, cause }: ListingSuspended): void {
    // Those of old name no cause.
    this.become('SUSPENDED', { reason, suspendedFor: cause ?? null });
  }
  onListingRepointed({ certificateNumber, resourceId }: ListingRepointed): void {
    this.become('SUSPENDED', { certificateNumber, resourceId, suspendedFor: this.suspendedFor });
  }
  onListingResumed(): void {
    this.become('PUBLISHED', { reason: null });
  }
  onListingDelisted({ reason }: ListingDelisted): void {
    this.become('DELISTED', { reason });
  }
  onListingExpired(): void {
    this.become('EXPIRED');
  }

  private move(action: ListingAction, event: DomainEvent): void {
    listingMachine.next(this.state, action);
    this.apply(event);
  }

  private become(state: ListingState, changes: Partial<Record<keyof Listing, unknown>> = {}): void {
    Object.assign(this, { suspendedFor: null }, changes, { state });
  }
}

const fieldsOf = ({ price, ...offer }: DraftListingBody) => ({
  ...offer,
  priceAmount: price.amount,
  currency: price.currency,
});

function mustPass(failed: readonly FailedGate[]): void {
  if (failed.length > 0) throw new Refusal('market/gates-failed', { gates: failed.map(({ gate }) => gate) }, failed);
}
