import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeRegistrar } from './registrar-command.js';

/** The registrar brings its entry up to date with the change that was confirmed (N1 §12). */
export class UpdateRegistrar extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(UpdateRegistrar)
export class UpdateRegistrarHandler implements ICommandHandler<UpdateRegistrar> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: UpdateRegistrar): Promise<void> {
    const actor = permit('registrar.run');
    await changeRegistrar(this.uow, id, (registrar) => registrar.update({ actor, now: this.clock.now() }));
  }
}
