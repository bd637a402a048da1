import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';
import { isAcceptedBySilence } from './application-rules.js';

/** No answer within the time is acceptance (N1 §17); under a regime that does not have it so, it is noted that the registrar is late. */
@OnDeadline('registration.acceptance')
export class AcceptBySilence extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(AcceptBySilence)
export class AcceptBySilenceHandler implements ICommandHandler<AcceptBySilence> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: AcceptBySilence): Promise<void> {
    const actor = permit('application.by-deadline');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, (application) => {
      if (!application.isDue('registration.acceptance', act.now)) return;
      if (isAcceptedBySilence(application.pack)) application.acceptBySilence(act);
      else application.noteOverdue(act);
    });
  }
}
