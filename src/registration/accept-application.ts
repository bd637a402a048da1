import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';

export class AcceptApplication extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(AcceptApplication)
export class AcceptApplicationHandler implements ICommandHandler<AcceptApplication> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: AcceptApplication): Promise<void> {
    const actor = permit('application.examine');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, (application) => application.accept(act));
  }
}
