import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeAuthority } from './authority-command.js';

/** The principal takes it back, at once. */
export class RevokeAuthority extends Command<void> {
  constructor(
    readonly id: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(RevokeAuthority)
export class RevokeAuthorityHandler implements ICommandHandler<RevokeAuthority> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, reason }: RevokeAuthority): Promise<void> {
    const actor = permit('authority.grant');
    const act = { actor, now: this.clock.now() };
    await changeAuthority(this.uow, id, (authority) => authority.revoke(reason, act));
  }
}
