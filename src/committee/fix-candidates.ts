import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { BallotBox } from './ballot-box.js';
import { changeCase, poolFor } from './case-command.js';

/** After the pool has grown: lists anew who can be drawn. */
export class FixCandidates extends Command<void> {
  constructor(readonly caseId: string) {
    super();
  }
}

@CommandHandler(FixCandidates)
export class FixCandidatesHandler implements ICommandHandler<FixCandidates> {
  constructor(
    readonly uow: UnitOfWork,
    readonly queries: QueryBus,
    readonly box: BallotBox,
    private readonly clock: Clock,
  ) {}

  async execute({ caseId }: FixCandidates): Promise<void> {
    permit('committee.keep');
    const now = this.clock.now();
    await changeCase(this, caseId, now, async (committeeCase) =>
      committeeCase.fixCandidates(await poolFor(this, committeeCase, now), now),
    );
  }
}
