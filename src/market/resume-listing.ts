import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ExamineListing } from './examine-listing.js';
import { Listing } from './listing.js';
import { Venue } from './venue.js';

export class ResumeListing extends Command<void> {
  constructor(readonly listingId: string) {
    super();
  }
}

@CommandHandler(ResumeListing)
export class ResumeListingHandler implements ICommandHandler<ResumeListing> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  async execute({ listingId }: ResumeListing): Promise<void> {
    const actor = permit('listing.decide');
    const listing = await this.uow.get(Listing, listingId);
    mustActFor(actor, (await this.uow.get(Venue, listing.venueId)).operatorId);
    const { failed } = await this.queries.execute(new ExamineListing(listing));
    listing.resume(failed);
  }
}
