import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { DeclareImpartialityBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { BallotBox } from './ballot-box.js';
import { changeCase, expertOf, mustBeImpartial } from './case-command.js';

/** A panellist accepts, or recuses and is replaced by the next of the order. */
export class DeclareImpartiality extends Command<void> {
  constructor(
    readonly caseId: string,
    readonly body: DeclareImpartialityBody,
  ) {
    super();
  }
}

@CommandHandler(DeclareImpartiality)
export class DeclareImpartialityHandler implements ICommandHandler<DeclareImpartiality> {
  constructor(
    readonly uow: UnitOfWork,
    readonly queries: QueryBus,
    readonly box: BallotBox,
    private readonly clock: Clock,
  ) {}

  async execute({ caseId, body }: DeclareImpartiality): Promise<void> {
    const actor = permit('committee.vote');
    const now = this.clock.now();
    const expert = await expertOf(this, actor.id, now);
    await changeCase(this, caseId, now, (committeeCase) => {
      if (!body.impartial) return committeeCase.recuse(expert.id, body.reason, actor.id, now);
      mustBeImpartial(expert, committeeCase, now);
      return committeeCase.accept(expert.id, now);
    });
  }
}
