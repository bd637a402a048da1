import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, ProposeFeeScheduleBody } from '@app/sdk';
import { GetVenue } from '../market/get-venue.js';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { FeeSchedule } from './fee-schedule.js';

/** The maker: a finance officer of the venue's operator. */
export class ProposeFeeSchedule extends Command<Created> {
  constructor(readonly body: ProposeFeeScheduleBody) {
    super();
  }
}

@CommandHandler(ProposeFeeSchedule)
export class ProposeFeeScheduleHandler implements ICommandHandler<ProposeFeeSchedule> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  async execute({ body }: ProposeFeeSchedule): Promise<Created> {
    const actor = permit('fee-schedule.propose');
    const { operatorId } = await this.queries.execute(new GetVenue(body.venueId));
    mustActFor(actor, operatorId);
    return { id: this.uow.add(FeeSchedule.propose(body, actor.id)).id };
  }
}
