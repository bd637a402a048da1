import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { GroundBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';

export class RefuseApplication extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: GroundBody,
  ) {
    super();
  }
}

@CommandHandler(RefuseApplication)
export class RefuseApplicationHandler implements ICommandHandler<RefuseApplication> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: RefuseApplication): Promise<void> {
    const actor = permit('application.examine');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, (application) => application.refuse(body.groundCode, body.text, act));
  }
}
