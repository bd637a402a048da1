import type { ApplyForMembershipBody, Created, VenueView } from '@app/sdk';
import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetVenue } from '../market/get-venue.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Membership } from './membership.js';
import { Organisation } from './organisation.js';

/** The actor's organisation asks to be admitted at a venue. */
export class ApplyForMembership extends Command<Created> {
  constructor(readonly body: ApplyForMembershipBody) {
    super();
  }
}

@CommandHandler(ApplyForMembership)
export class ApplyForMembershipHandler implements ICommandHandler<ApplyForMembership> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly queries: QueryBus,
  ) {}

  async execute({ body }: ApplyForMembership): Promise<Created> {
    const { orgId } = permit('membership.apply');
    (await this.uow.get(Organisation, orgId)).mustBeActive();
    const venues: VenueView[] = [];
    for (let id: string | null = body.venueId; id !== null; id = venues.at(-1)!.parentId)
      venues.push(await this.queries.execute(new GetVenue(id)));
    const living = await this.sql.row<{ id: string; state: string }>(
      `SELECT id, state FROM parties.membership
       WHERE organisation_id = $1 AND venue_id = $2 AND state IN ('SUBMITTED', 'APPROVED', 'SUSPENDED')`,
      [orgId, body.venueId],
    );
    if (living) throw new Refusal('parties/already-member', living);
    return { id: this.uow.add(Membership.submit(orgId, body, venues)).id };
  }
}
