import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ExamineListing } from './examine-listing.js';
import { LISTING_EXPIRY } from './expire-listing.js';
import { Listing } from './listing.js';
import { Venue } from './venue.js';

/** The seller brings back what was suspended for its certificate, the venue whatever was; every gate is examined again. */
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
    const actor = permit('listing.resume');
    const listing = await this.uow.get(Listing, listingId);
    const own = actor.orgId === listing.sellerId && listing.suspendedFor === 'CERTIFICATE';
    if (!own) mustActFor(permit('listing.decide'), (await this.uow.get(Venue, listing.venueId)).operatorId);
    const { failed, validTo } = await this.queries.execute(new ExamineListing(listing));
    listing.resume(failed);
    await this.uow.schedule(LISTING_EXPIRY, listing.id, validTo);
  }
}
