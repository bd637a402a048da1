import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetCurrentCertificate } from '../certificates/get-current-certificate.js';
import { mustActFor, permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetReliedCertificate } from '../recognition/get-relied-certificate.js';
import { Listing } from './listing.js';

/** Lets a suspended listing rely on the certificate that stands in the place of its own; whether it may resume, the gates say. */
export class RepointListing extends Command<void> {
  constructor(readonly listingId: string) {
    super();
  }
}

@CommandHandler(RepointListing)
export class RepointListingHandler implements ICommandHandler<RepointListing> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  async execute({ listingId }: RepointListing): Promise<void> {
    const actor = permit('listing.offer');
    const listing = await this.uow.get(Listing, listingId);
    mustActFor(actor, listing.sellerId);
    const { upgradedBy } = await this.queries.execute(new GetReliedCertificate(listing.certificateNumber));
    const successor = upgradedBy ?? listing.certificateNumber;
    const { number, resourceId } = await this.queries.execute(new GetCurrentCertificate(successor));
    if (number === listing.certificateNumber) throw new Refusal('market/not-superseded', { number });
    listing.repoint(number, resourceId);
  }
}
