import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { ReviseApplicationBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';
import { filedContent } from './filed-content.js';

/** Rewrites a draft, or what the registrar wants corrected. */
export class ReviseApplication extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: ReviseApplicationBody,
  ) {
    super();
  }
}

@CommandHandler(ReviseApplication)
export class ReviseApplicationHandler implements ICommandHandler<ReviseApplication> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: ReviseApplication): Promise<void> {
    const actor = permit('application.file');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, async (application) => {
      const { content, about } = await filedContent(body, actor, this.uow, this.queries);
      application.revise(content, act, about);
    });
  }
}
