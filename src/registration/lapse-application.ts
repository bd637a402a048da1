import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';

/** Not corrected in time: the application counts as never made (N1 §17). */
@OnDeadline('registration.correction')
export class LapseApplication extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(LapseApplication)
export class LapseApplicationHandler implements ICommandHandler<LapseApplication> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: LapseApplication): Promise<void> {
    const actor = permit('application.by-deadline');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, (application) => {
      if (application.isDue('registration.correction', act.now)) application.lapse(act);
    });
  }
}
