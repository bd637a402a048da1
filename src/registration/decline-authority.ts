import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeAuthority } from './authority-command.js';

/** The agent does not take it on. */
export class DeclineAuthority extends Command<void> {
  constructor(
    readonly id: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(DeclineAuthority)
export class DeclineAuthorityHandler implements ICommandHandler<DeclineAuthority> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, reason }: DeclineAuthority): Promise<void> {
    const actor = permit('authority.answer');
    const act = { actor, now: this.clock.now() };
    await changeAuthority(this.uow, id, (authority) => authority.decline(reason, act));
  }
}
