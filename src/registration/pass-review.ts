import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { PassReviewBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';
import { DataResource } from './data-resource.js';

export class PassReview extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: PassReviewBody,
  ) {
    super();
  }
}

@CommandHandler(PassReview)
export class PassReviewHandler implements ICommandHandler<PassReview> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body: { checklist, remarks } }: PassReview): Promise<void> {
    const actor = permit('application.examine');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, async (application) => {
      const { declaration } = await this.uow.get(DataResource, application.resourceId);
      application.passReview(checklist, remarks, declaration, act);
    });
  }
}
