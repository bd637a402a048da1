import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ExamineListing } from './examine-listing.js';
import { LISTING_EXPIRY } from './expire-listing.js';
import { Listing } from './listing.js';
import { Venue } from './venue.js';

/** The venue examines every gate again: the facts may have changed since the submission. */
export class ApproveListing extends Command<void> {
  constructor(readonly listingId: string) {
    super();
  }
}

@CommandHandler(ApproveListing)
export class ApproveListingHandler implements ICommandHandler<ApproveListing> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ listingId }: ApproveListing): Promise<void> {
    const actor = permit('listing.decide');
    const listing = await this.uow.get(Listing, listingId);
    mustActFor(actor, (await this.uow.get(Venue, listing.venueId)).operatorId);
    const { failed, validTo } = await this.queries.execute(new ExamineListing(listing));
    listing.approve(failed, this.clock.now());
    await this.uow.schedule(LISTING_EXPIRY, listing.id, validTo);
  }
}
