import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeObjection, OBJECTION_NOTICE } from './objection-command.js';

/** The registrant should have been told by now (N1 §29): noted, and nothing else. */
@OnDeadline(OBJECTION_NOTICE)
export class NoteOverdueObjection extends Command<void> {
  constructor(readonly objectionId: string) {
    super();
  }
}

@CommandHandler(NoteOverdueObjection)
export class NoteOverdueObjectionHandler implements ICommandHandler<NoteOverdueObjection> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ objectionId }: NoteOverdueObjection): Promise<void> {
    const actor = permit('application.by-deadline');
    const act = { actor, now: this.clock.now() };
    await changeObjection(this.uow, objectionId, (objection) => objection.noteOverdue(act));
  }
}
