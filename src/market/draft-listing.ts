import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, DraftListingBody } from '@app/sdk';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Listing } from './listing.js';
import { Venue } from './venue.js';

export class DraftListing extends Command<Created> {
  constructor(readonly body: DraftListingBody) {
    super();
  }
}

@CommandHandler(DraftListing)
export class DraftListingHandler implements ICommandHandler<DraftListing> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ body }: DraftListing): Promise<Created> {
    const { orgId } = permit('listing.offer');
    await this.uow.get(Venue, body.venueId);
    return { id: this.uow.add(Listing.draft(orgId, body)).id };
  }
}
