import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeAuthority } from './authority-command.js';

/** The agent gives it up (辞去委托). */
export class RenounceAuthority extends Command<void> {
  constructor(
    readonly id: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(RenounceAuthority)
export class RenounceAuthorityHandler implements ICommandHandler<RenounceAuthority> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, reason }: RenounceAuthority): Promise<void> {
    const actor = permit('authority.answer');
    const act = { actor, now: this.clock.now() };
    await changeAuthority(this.uow, id, (authority) => authority.renounce(reason, act));
  }
}
