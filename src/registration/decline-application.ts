import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { DeclineApplicationBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';

export class DeclineApplication extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: DeclineApplicationBody,
  ) {
    super();
  }
}

@CommandHandler(DeclineApplication)
export class DeclineApplicationHandler implements ICommandHandler<DeclineApplication> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: DeclineApplication): Promise<void> {
    const actor = permit('application.examine');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, (application) => application.decline(body.groundCode, body.reason, act));
  }
}
