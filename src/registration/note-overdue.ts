import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';

/** The registrar is late. It is noted for all to see; nothing is decided by it. */
@OnDeadline('registration.review')
@OnDeadline('registration.objection')
export class NoteOverdue extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(NoteOverdue)
export class NoteOverdueHandler implements ICommandHandler<NoteOverdue> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: NoteOverdue): Promise<void> {
    const actor = permit('application.by-deadline');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, (application) => {
      if (application.isDue('registration.review', act.now) || application.isDue('registration.objection', act.now))
        application.noteOverdue(act);
    });
  }
}
