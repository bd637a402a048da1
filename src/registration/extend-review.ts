import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ExtendReviewBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';

export class ExtendReview extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: ExtendReviewBody,
  ) {
    super();
  }
}

@CommandHandler(ExtendReview)
export class ExtendReviewHandler implements ICommandHandler<ExtendReview> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: ExtendReview): Promise<void> {
    const actor = permit('application.examine');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, (application) =>
      application.extendReview(body.workingDays, body.reason, act),
    );
  }
}
