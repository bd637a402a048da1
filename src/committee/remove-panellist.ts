import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { BallotBox } from './ballot-box.js';
import { changeCase } from './case-command.js';

/** For a conflict that was found later. */
export class RemovePanellist extends Command<void> {
  constructor(
    readonly caseId: string,
    readonly expertId: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(RemovePanellist)
export class RemovePanellistHandler implements ICommandHandler<RemovePanellist> {
  constructor(
    readonly uow: UnitOfWork,
    readonly queries: QueryBus,
    readonly box: BallotBox,
    private readonly clock: Clock,
  ) {}

  async execute({ caseId, expertId, reason }: RemovePanellist): Promise<void> {
    const actor = permit('committee.keep');
    const now = this.clock.now();
    await changeCase(this, caseId, now, (committeeCase) => committeeCase.remove(expertId, reason, actor.id, now));
  }
}
