import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';

/** A transferee (N1 §34) or a joint applicant joins an application that names it: they apply together. */
export class JoinApplication extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(JoinApplication)
export class JoinApplicationHandler implements ICommandHandler<JoinApplication> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: JoinApplication): Promise<void> {
    const actor = permit('application.join');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, (application) => application.join(act));
  }
}
