import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { BallotBox } from './ballot-box.js';
import { changeCase } from './case-command.js';

/** Another panel is drawn; nobody is barred from it by this. */
export class DismissPanel extends Command<void> {
  constructor(
    readonly caseId: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(DismissPanel)
export class DismissPanelHandler implements ICommandHandler<DismissPanel> {
  constructor(
    readonly uow: UnitOfWork,
    readonly queries: QueryBus,
    readonly box: BallotBox,
    private readonly clock: Clock,
  ) {}

  async execute({ caseId, reason }: DismissPanel): Promise<void> {
    const actor = permit('committee.keep');
    const now = this.clock.now();
    const told = { kind: 'BY_SECRETARY', text: reason, by: actor.id, silent: [] } as const;
    await changeCase(this, caseId, now, (committeeCase) => committeeCase.dismissPanel(told, now));
  }
}
