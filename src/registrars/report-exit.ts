import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeRegistrar } from './registrar-command.js';

/** The authority has reported the exit to the national authority (N1 §13). */
export class ReportExit extends Command<void> {
  constructor(
    readonly id: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(ReportExit)
export class ReportExitHandler implements ICommandHandler<ReportExit> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, reason }: ReportExit): Promise<void> {
    const actor = permit('registrar.supervise');
    const act = { actor, now: this.clock.now() };
    await changeRegistrar(this.uow, id, (registrar) => registrar.reportExit(reason, act));
  }
}
