import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { BallotBox } from './ballot-box.js';
import { changeCase } from './case-command.js';

/** The chair has not decided in time. */
@OnDeadline('committee.tie')
export class EndTie extends Command<void> {
  constructor(readonly caseId: string) {
    super();
  }
}

@CommandHandler(EndTie)
export class EndTieHandler implements ICommandHandler<EndTie> {
  constructor(
    readonly uow: UnitOfWork,
    readonly queries: QueryBus,
    readonly box: BallotBox,
    private readonly clock: Clock,
  ) {}

  async execute({ caseId }: EndTie): Promise<void> {
    permit('committee.by-itself');
    const now = this.clock.now();
    await changeCase(this, caseId, now, (committeeCase) => {
      if (committeeCase.isDue('committee.tie', now)) committeeCase.endTie(now);
    });
  }
}
