import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Listing } from './listing.js';
import { Venue } from './venue.js';

export class SuspendListing extends Command<void> {
  constructor(
    readonly listingId: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(SuspendListing)
export class SuspendListingHandler implements ICommandHandler<SuspendListing> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ listingId, reason }: SuspendListing): Promise<void> {
    const actor = permit('listing.suspend');
    const listing = await this.uow.get(Listing, listingId);
    mustActFor(actor, (await this.uow.get(Venue, listing.venueId)).operatorId);
    listing.suspend(reason, 'VENUE');
  }
}
