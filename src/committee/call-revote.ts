import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { BallotBox } from './ballot-box.js';
import { changeCase, expertOf, mustBeImpartial } from './case-command.js';

/** The chair has the panel vote again, once. */
export class CallRevote extends Command<void> {
  constructor(
    readonly caseId: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(CallRevote)
export class CallRevoteHandler implements ICommandHandler<CallRevote> {
  constructor(
    readonly uow: UnitOfWork,
    readonly queries: QueryBus,
    readonly box: BallotBox,
    private readonly clock: Clock,
  ) {}

  async execute({ caseId, reason }: CallRevote): Promise<void> {
    const actor = permit('committee.vote');
    const now = this.clock.now();
    const expert = await expertOf(this, actor.id, now);
    await changeCase(this, caseId, now, (committeeCase) => {
      mustBeImpartial(expert, committeeCase, now);
      committeeCase.callRevote(expert.id, reason, now);
    });
  }
}
