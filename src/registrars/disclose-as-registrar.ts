import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RegistrarDisclosure } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeRegistrar } from './registrar-command.js';

/** Publishes process, fees and channel of complaints (N1 §10). */
export class DiscloseAsRegistrar extends Command<void> {
  constructor(
    readonly id: string,
    readonly disclosure: RegistrarDisclosure,
  ) {
    super();
  }
}

@CommandHandler(DiscloseAsRegistrar)
export class DiscloseAsRegistrarHandler implements ICommandHandler<DiscloseAsRegistrar> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, disclosure }: DiscloseAsRegistrar): Promise<void> {
    const actor = permit('registrar.run');
    const act = { actor, now: this.clock.now() };
    await changeRegistrar(this.uow, id, (registrar) => registrar.disclose(disclosure, act));
  }
}
