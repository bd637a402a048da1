import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ApplicationContent } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';
import { DataResource } from './data-resource.js';

/** Rewrites a draft, or what the registrar wants corrected. */
export class ReviseApplication extends Command<void> {
  constructor(
    readonly id: string,
    readonly content: ApplicationContent,
  ) {
    super();
  }
}

@CommandHandler(ReviseApplication)
export class ReviseApplicationHandler implements ICommandHandler<ReviseApplication> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, content }: ReviseApplication): Promise<void> {
    const actor = permit('application.file');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, async (application) => {
      mustActFor(actor, (await this.uow.get(DataResource, content.resourceId)).holderId);
      application.revise(content, act);
    });
  }
}
