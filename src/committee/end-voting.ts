import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { BallotBox } from './ballot-box.js';
import { changeCase, openVotes } from './case-command.js';

/** The time is over: the votes are opened, or too few have come. */
@OnDeadline('committee.voting')
export class EndVoting extends Command<void> {
  constructor(readonly caseId: string) {
    super();
  }
}

@CommandHandler(EndVoting)
export class EndVotingHandler implements ICommandHandler<EndVoting> {
  constructor(
    readonly uow: UnitOfWork,
    readonly queries: QueryBus,
    readonly box: BallotBox,
    private readonly clock: Clock,
  ) {}

  async execute({ caseId }: EndVoting): Promise<void> {
    permit('committee.by-itself');
    const now = this.clock.now();
    await changeCase(this, caseId, now, async (committeeCase) => {
      if (!committeeCase.isDue('committee.voting', now)) return;
      if (committeeCase.mayClose(now)) await openVotes(this, committeeCase, now);
      else committeeCase.failQuorum(now);
    });
  }
}
