import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { LISTING_EXPIRY } from './expire-listing.js';
import { Listing } from './listing.js';
import { Venue } from './venue.js';

/** By the seller, or by the venue. Orders that were placed before go on. */
export class DelistListing extends Command<void> {
  constructor(
    readonly listingId: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(DelistListing)
export class DelistListingHandler implements ICommandHandler<DelistListing> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ listingId, reason }: DelistListing): Promise<void> {
    const { orgId } = permit('listing.delist');
    const listing = await this.uow.get(Listing, listingId);
    const { operatorId } = await this.uow.get(Venue, listing.venueId);
    if (![listing.sellerId, operatorId].includes(orgId)) throw new Refusal('not-your-organisation');
    listing.delist(reason);
    await this.uow.schedule(LISTING_EXPIRY, listing.id, null);
  }
}
