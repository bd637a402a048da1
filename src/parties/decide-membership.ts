import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetVenue } from '../market/get-venue.js';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Membership, type MembershipAction } from './membership.js';

/** An officer of the venue's operator admits, turns away, suspends or lets back in. */
export class DecideMembership extends Command<void> {
  constructor(
    readonly membershipId: string,
    readonly action: Exclude<MembershipAction, 'withdraw'>,
    readonly reason: string | null,
  ) {
    super();
  }
}

@CommandHandler(DecideMembership)
export class DecideMembershipHandler implements ICommandHandler<DecideMembership> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  async execute({ membershipId, action, reason }: DecideMembership): Promise<void> {
    const officer = permit('membership.decide');
    const membership = await this.uow.get(Membership, membershipId);
    const { operatorId } = await this.queries.execute(new GetVenue(membership.venueId));
    mustActFor(officer, operatorId);
    membership.change(action, reason);
  }
}
