import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ReferApplicationBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';
import { DataResource } from './data-resource.js';

/** To the compliance committee. */
export class ReferApplication extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: ReferApplicationBody,
  ) {
    super();
  }
}

@CommandHandler(ReferApplication)
export class ReferApplicationHandler implements ICommandHandler<ReferApplication> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: ReferApplication): Promise<void> {
    const actor = permit('application.examine');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, async (application) => {
      const { declaration } = await this.uow.get(DataResource, application.resourceId);
      application.refer(body.text, declaration, act);
    });
  }
}
