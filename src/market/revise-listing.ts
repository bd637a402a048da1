import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { DraftListingBody } from '@app/sdk';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Listing } from './listing.js';
import { Venue } from './venue.js';

export class ReviseListing extends Command<void> {
  constructor(
    readonly listingId: string,
    readonly body: DraftListingBody,
  ) {
    super();
  }
}

@CommandHandler(ReviseListing)
export class ReviseListingHandler implements ICommandHandler<ReviseListing> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ listingId, body }: ReviseListing): Promise<void> {
    const actor = permit('listing.offer');
    const listing = await this.uow.get(Listing, listingId);
    mustActFor(actor, listing.sellerId);
    await this.uow.get(Venue, body.venueId);
    listing.revise(body);
  }
}
