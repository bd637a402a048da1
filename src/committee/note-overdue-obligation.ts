import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Obligation, OBLIGATION_DUE } from './obligation.js';

/** An alert; what follows from it, others decide. */
@OnDeadline(OBLIGATION_DUE)
export class NoteOverdueObligation extends Command<void> {
  constructor(readonly obligationId: string) {
    super();
  }
}

@CommandHandler(NoteOverdueObligation)
export class NoteOverdueObligationHandler implements ICommandHandler<NoteOverdueObligation> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ obligationId }: NoteOverdueObligation): Promise<void> {
    permit('committee.by-itself');
    const obligation = await this.uow.get(Obligation, obligationId);
    const { overdueAt } = obligation;
    if (overdueAt && overdueAt <= this.clock.now()) obligation.noteOverdue();
  }
}
