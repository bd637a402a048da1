import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { AUTHORITY_END, changeAuthority } from './authority-command.js';

/** Its term is over. What the agent may do ends with the term itself, not with this. */
@OnDeadline(AUTHORITY_END)
export class ExpireAuthority extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(ExpireAuthority)
export class ExpireAuthorityHandler implements ICommandHandler<ExpireAuthority> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: ExpireAuthority): Promise<void> {
    const actor = permit('authority.by-deadline');
    const act = { actor, now: this.clock.now() };
    await changeAuthority(this.uow, id, (authority) => {
      if (authority.isDue(act.now)) authority.expire(act);
    });
  }
}
