import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { GroundBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';

export class TerminateApplication extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: GroundBody,
  ) {
    super();
  }
}

@CommandHandler(TerminateApplication)
export class TerminateApplicationHandler implements ICommandHandler<TerminateApplication> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: TerminateApplication): Promise<void> {
    const actor = permit('application.examine');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, (application) => application.terminate(body.groundCode, body.text, act));
  }
}
