import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Listing, listingMachine } from './listing.js';

export const LISTING_EXPIRY = 'listing.expire';

/** A listing ends with its certificate. */
@OnDeadline(LISTING_EXPIRY)
export class ExpireListing extends Command<void> {
  constructor(readonly listingId: string) {
    super();
  }
}

@CommandHandler(ExpireListing)
export class ExpireListingHandler implements ICommandHandler<ExpireListing> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ listingId }: ExpireListing): Promise<void> {
    permit('listing.suspend');
    const listing = await this.uow.get(Listing, listingId);
    if (listingMachine.transitions.expire.from.some((state) => state === listing.state)) listing.expire();
  }
}
