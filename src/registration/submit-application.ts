import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { handIn } from './application-submission.js';

/** Hands a draft, or after a correction the application, to the registrar. */
export class SubmitApplication extends Command<void> {
  constructor(
    readonly id: string,
    readonly action: 'submit' | 'resubmit',
  ) {
    super();
  }
}

@CommandHandler(SubmitApplication)
export class SubmitApplicationHandler implements ICommandHandler<SubmitApplication> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id, action }: SubmitApplication): Promise<void> {
    const actor = permit('application.file');
    await handIn(id, action, { actor, now: this.clock.now() }, this.uow, this.queries);
  }
}
