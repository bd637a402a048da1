import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ReturnReviewBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';

export class ReturnReview extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: ReturnReviewBody,
  ) {
    super();
  }
}

@CommandHandler(ReturnReview)
export class ReturnReviewHandler implements ICommandHandler<ReturnReview> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: ReturnReview): Promise<void> {
    const actor = permit('application.approve');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, (application) => application.returnReview(body.text, act));
  }
}
