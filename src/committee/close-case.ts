import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { caseMachine, CommitteeCase } from './committee-case.js';
import { Obligation, OBLIGATION_DUE, obligationMachine } from './obligation.js';

/** The application ended without a registration: its case is closed unopened, and what its resolution demanded lapses. */
export class CloseCase extends Command<void> {
  constructor(
    readonly applicationId: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(CloseCase)
export class CloseCaseHandler implements ICommandHandler<CloseCase> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ applicationId, reason }: CloseCase): Promise<void> {
    permit('committee.by-itself');
    const { manager } = this.uow;
    for (const { id } of await manager.find(CommitteeCase, { where: { applicationId }, select: { id: true } })) {
      const committeeCase = await this.uow.get(CommitteeCase, id);
      if (!caseMachine.actions(committeeCase.state).includes('close')) continue;
      committeeCase.close(reason, this.clock.now());
      for (const kind of Object.keys(committeeCase.deadlines)) await this.uow.schedule(kind, id, null);
    }
    for (const { id } of await manager.find(Obligation, { where: { applicationId }, select: { id: true } })) {
      const obligation = await this.uow.get(Obligation, id);
      if (!obligationMachine.actions(obligation.state).includes('lapse')) continue;
      obligation.lapse(reason);
      await this.uow.schedule(OBLIGATION_DUE, id, null);
    }
  }
}
