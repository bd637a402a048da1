import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { PanelDraw } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { BallotBox } from './ballot-box.js';
import { changeCase } from './case-command.js';
import { CommitteeCase } from './committee-case.js';

/** Draws the panel of this round, once the log holds its candidates. */
export class DrawPanel extends Command<void> {
  constructor(
    readonly caseId: string,
    readonly round: number,
    readonly origin: PanelDraw['origin'],
  ) {
    super();
  }
}

@CommandHandler(DrawPanel)
export class DrawPanelHandler implements ICommandHandler<DrawPanel> {
  constructor(
    readonly uow: UnitOfWork,
    readonly queries: QueryBus,
    readonly box: BallotBox,
    private readonly clock: Clock,
  ) {}

  async execute({ caseId, round, origin }: DrawPanel): Promise<void> {
    permit('committee.by-itself');
    const now = this.clock.now();
    const { state, fixed } = await this.uow.get(CommitteeCase, caseId);
    if (state !== 'OPEN' || fixed?.round !== round) return;
    await changeCase(this, caseId, now, (committeeCase) => committeeCase.drawPanel(origin, now));
  }
}
