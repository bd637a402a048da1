import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { VoteBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { BallotBox } from './ballot-box.js';
import { changeCase, expertOf, mustBeImpartial } from './case-command.js';

/** One vote each, final, unreadable until the ballot closes; the last one closes it. */
export class CastVote extends Command<void> {
  constructor(
    readonly caseId: string,
    readonly body: VoteBody,
  ) {
    super();
  }
}

@CommandHandler(CastVote)
export class CastVoteHandler implements ICommandHandler<CastVote> {
  constructor(
    readonly uow: UnitOfWork,
    readonly queries: QueryBus,
    readonly box: BallotBox,
    private readonly clock: Clock,
  ) {}

  async execute({ caseId, body }: CastVote): Promise<void> {
    const actor = permit('committee.vote');
    const now = this.clock.now();
    const expert = await expertOf(this, actor.id, now);
    await changeCase(this, caseId, now, async (committeeCase) => {
      committeeCase.mustBeVote(expert.id, body, now);
      mustBeImpartial(expert, committeeCase, now);
      const vote = { caseId, ballot: committeeCase.ballot, expertId: expert.id, ...body };
      committeeCase.cast(expert.id, await this.box.seal(vote), now);
    });
  }
}
