import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { WaiverBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication, registeredFacts } from './application-command.js';

/** The second pair of eyes agrees with the reviewer that no public notice is needed. */
export class ApproveWithoutNotice extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: WaiverBody,
  ) {
    super();
  }
}

@CommandHandler(ApproveWithoutNotice)
export class ApproveWithoutNoticeHandler implements ICommandHandler<ApproveWithoutNotice> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body: { text } }: ApproveWithoutNotice): Promise<void> {
    const actor = permit('application.approve');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, async (application) =>
      application.approveWithoutNotice(text, await registeredFacts(this.uow, this.queries, application), act),
    );
  }
}
