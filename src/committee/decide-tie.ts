import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { VoteBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { BallotBox } from './ballot-box.js';
import { changeCase, expertOf, mustBeImpartial, namesOf } from './case-command.js';

/** The chair decides what the votes left open. */
export class DecideTie extends Command<void> {
  constructor(
    readonly caseId: string,
    readonly body: VoteBody,
  ) {
    super();
  }
}

@CommandHandler(DecideTie)
export class DecideTieHandler implements ICommandHandler<DecideTie> {
  constructor(
    readonly uow: UnitOfWork,
    readonly queries: QueryBus,
    readonly box: BallotBox,
    private readonly clock: Clock,
  ) {}

  async execute({ caseId, body }: DecideTie): Promise<void> {
    const actor = permit('committee.vote');
    const now = this.clock.now();
    const expert = await expertOf(this, actor.id, now);
    await changeCase(this, caseId, now, async (committeeCase) => {
      mustBeImpartial(expert, committeeCase, now);
      committeeCase.decideTie(expert.id, body, await namesOf(this.uow, committeeCase), now);
    });
  }
}
