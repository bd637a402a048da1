import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { BallotBox } from './ballot-box.js';
import { changeCase } from './case-command.js';

/** Who has not declared in time loses the seat to the next of the order. */
@OnDeadline('committee.answers')
export class ReplaceSilent extends Command<void> {
  constructor(readonly caseId: string) {
    super();
  }
}

@CommandHandler(ReplaceSilent)
export class ReplaceSilentHandler implements ICommandHandler<ReplaceSilent> {
  constructor(
    readonly uow: UnitOfWork,
    readonly queries: QueryBus,
    readonly box: BallotBox,
    private readonly clock: Clock,
  ) {}

  async execute({ caseId }: ReplaceSilent): Promise<void> {
    permit('committee.by-itself');
    const now = this.clock.now();
    await changeCase(this, caseId, now, (committeeCase) => {
      if (committeeCase.isDue('committee.answers', now)) committeeCase.replaceSilent(now);
    });
  }
}
