import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, OfferMandateBody } from '@app/sdk';
import { GetVenue } from '../market/get-venue.js';
import { GetOrganisation } from '../parties/get-organisation.js';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { EXPIRY } from './expire-mandate.js';
import { Mandate } from './mandate.js';

export class OfferMandate extends Command<Created> {
  constructor(readonly body: OfferMandateBody) {
    super();
  }
}

@CommandHandler(OfferMandate)
export class OfferMandateHandler implements ICommandHandler<OfferMandate> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ body }: OfferMandate): Promise<Created> {
    const { orgId } = permit('mandate.offer');
    if (this.clock.now() >= new Date(body.validTo))
      throw new Refusal('brokerage/mandate-over', { validTo: body.validTo });
    await this.queries.execute(new GetVenue(body.venueId));
    await this.queries.execute(new GetOrganisation(body.brokerId));
    const mandate = this.uow.add(Mandate.offer(orgId, body));
    await this.uow.schedule(EXPIRY, mandate.id, mandate.validTo);
    return { id: mandate.id };
  }
}
