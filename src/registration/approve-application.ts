import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { applicantsOf, changeApplication } from './application-command.js';
import { DataResource } from './data-resource.js';
import { noticeOf } from './evidence.js';
import { priorOf } from './prior-certificate.js';

/** The second pair of eyes; what N1 §24 names is published at once. */
export class ApproveApplication extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(ApproveApplication)
export class ApproveApplicationHandler implements ICommandHandler<ApproveApplication> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: ApproveApplication): Promise<void> {
    const actor = permit('application.approve');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, async (application) => {
      const facts = {
        ...(await applicantsOf(application, this.queries)),
        resource: await this.uow.get(DataResource, application.resourceId),
        prior: await priorOf(application, this.queries),
      };
      application.approve(noticeOf(application, facts, act.now), act);
    });
  }
}
