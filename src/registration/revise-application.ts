import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { ReviseApplicationBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { actingFor, actingIn } from './acting-for.js';
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
    const own = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, async (application) => {
      const right = application.state === 'DRAFT' ? 'REVISE' : 'ANSWER';
      const act = await actingIn(application, right, own, this.queries, this.uow);
      const { content, about } = await filedContent(body, application.applicantId, this.uow, this.queries);
      // What it is about now, too.
      const need = { act: right, type: application.type, resourceId: content.resourceId } as const;
      await actingFor([application.applicantId], need, own, this.queries, this.uow);
      application.revise(content, act, about);
    });
  }
}
