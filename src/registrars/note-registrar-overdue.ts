import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { REGISTRAR_DUTY, scheduleDuties } from './registrar-command.js';
import { Registrar } from './registrar.js';

/** A registrar, or its authority, is late. It is noted for all to see; nothing is decided by it. */
@OnDeadline(REGISTRAR_DUTY)
export class NoteRegistrarOverdue extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(NoteRegistrarOverdue)
export class NoteRegistrarOverdueHandler implements ICommandHandler<NoteRegistrarOverdue> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: NoteRegistrarOverdue): Promise<void> {
    const actor = permit('registrar.by-deadline');
    const registrar = await this.uow.getHeld(Registrar, id);
    registrar.noteOverdue({ actor, now: this.clock.now() });
    await scheduleDuties(this.uow, registrar);
  }
}
