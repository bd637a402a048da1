import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeAuthority } from './authority-command.js';
import { mustBeFitAgent } from './fit-agent.js';

/** The agent takes it on: from now on, within its term, it acts for the principal. */
export class AcceptAuthority extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(AcceptAuthority)
export class AcceptAuthorityHandler implements ICommandHandler<AcceptAuthority> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: AcceptAuthority): Promise<void> {
    const actor = permit('authority.answer');
    const act = { actor, now: this.clock.now() };
    await changeAuthority(this.uow, id, async (authority) => {
      authority.accept(act);
      await mustBeFitAgent(authority.agentId, '', this.queries);
    });
  }
}
