import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Listing } from './listing.js';
import { Venue } from './venue.js';

export class RejectListing extends Command<void> {
  constructor(
    readonly listingId: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(RejectListing)
export class RejectListingHandler implements ICommandHandler<RejectListing> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ listingId, reason }: RejectListing): Promise<void> {
    const actor = permit('listing.decide');
    const listing = await this.uow.get(Listing, listingId);
    mustActFor(actor, (await this.uow.get(Venue, listing.venueId)).operatorId);
    listing.reject(reason);
  }
}
