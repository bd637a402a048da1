import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';
import type { Resolution } from './application-events.js';

/** The sealed opinion of the committee takes effect, unless the application is no longer before it. */
export class ApplyResolution extends Command<void> {
  constructor(
    readonly id: string,
    readonly resolution: Resolution,
  ) {
    super();
  }
}

@CommandHandler(ApplyResolution)
export class ApplyResolutionHandler implements ICommandHandler<ApplyResolution> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, resolution }: ApplyResolution): Promise<void> {
    const actor = permit('application.by-deadline');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, (application) => {
      if (application.state === 'COMMITTEE_REVIEW') application.resolve(resolution, act);
    });
  }
}
