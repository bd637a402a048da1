import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { currentContext, mustActFor, permit } from '../platform/context.js';
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
    const byVenue = currentContext().actor?.roles.includes('exchangeOfficer') === true;
    const actor = permit(byVenue ? 'listing.decide' : 'listing.offer');
    const listing = await this.uow.get(Listing, listingId);
    mustActFor(actor, byVenue ? (await this.uow.get(Venue, listing.venueId)).operatorId : listing.sellerId);
    listing.delist(reason);
    await this.uow.schedule(LISTING_EXPIRY, listing.id, null);
  }
}
