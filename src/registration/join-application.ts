import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { actingIn } from './acting-for.js';
import { changeApplication } from './application-command.js';

/** A transferee (N1 §34) or a joint applicant joins an application that names it: they apply together. */
export class JoinApplication extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(JoinApplication)
export class JoinApplicationHandler implements ICommandHandler<JoinApplication> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: JoinApplication): Promise<void> {
    const actor = permit('application.join');
    const own = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, async (application) => {
      application.join(await actingIn(application, 'JOIN', own, this.queries, this.uow));
    });
  }
}
