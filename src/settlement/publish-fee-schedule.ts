import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetVenue } from '../market/get-venue.js';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { FeeSchedule } from './fee-schedule.js';

/** The checker, another finance officer: the schedule is in force at once, and the one before it no more. */
export class PublishFeeSchedule extends Command<void> {
  constructor(readonly feeScheduleId: string) {
    super();
  }
}

@CommandHandler(PublishFeeSchedule)
export class PublishFeeScheduleHandler implements ICommandHandler<PublishFeeSchedule> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  async execute({ feeScheduleId }: PublishFeeSchedule): Promise<void> {
    const actor = permit('fee-schedule.publish');
    const { manager } = this.uow;
    const { venueId } = (await manager.findOneBy(FeeSchedule, { id: feeScheduleId })) ?? { venueId: '' };
    const inForce = await manager.findOneBy(FeeSchedule, { venueId, state: 'PUBLISHED' });
    // The old one leaves first: the table never holds two in force.
    if (inForce && inForce.id !== feeScheduleId) (await this.uow.get(FeeSchedule, inForce.id)).supersede();
    const schedule = await this.uow.get(FeeSchedule, feeScheduleId);
    mustActFor(actor, (await this.queries.execute(new GetVenue(schedule.venueId))).operatorId);
    schedule.bringIntoForce(actor.id);
  }
}
