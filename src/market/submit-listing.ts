import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ExamineListing } from './examine-listing.js';
import { Listing } from './listing.js';

export class SubmitListing extends Command<void> {
  constructor(readonly listingId: string) {
    super();
  }
}

@CommandHandler(SubmitListing)
export class SubmitListingHandler implements ICommandHandler<SubmitListing> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  async execute({ listingId }: SubmitListing): Promise<void> {
    const actor = permit('listing.offer');
    const listing = await this.uow.get(Listing, listingId);
    mustActFor(actor, listing.sellerId);
    const { resourceId, failed } = await this.queries.execute(new ExamineListing(listing));
    listing.submit(resourceId, failed);
  }
}
