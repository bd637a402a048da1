import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { MAY_PUBLISH } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication, registeredFacts } from './application-command.js';
import { GetRegistrar } from '../registrars/get-registrar.js';

/** The notice has passed without an open objection: evidence is recorded and the rights are registered. */
@OnDeadline('registration.notice')
export class EndNotice extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(EndNotice)
export class EndNoticeHandler implements ICommandHandler<EndNotice> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: EndNotice): Promise<void> {
    const actor = permit('application.by-deadline');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, async (application) => {
      // It comes again with the reinstatement, or with the hand-over to a successor.
      const { state } = await this.queries.execute(new GetRegistrar(application.registrarId));
      if (!MAY_PUBLISH.includes(state)) return;
      if (application.isDue('registration.notice', act.now))
        application.register(await registeredFacts(this.uow, this.queries, application), act);
    });
  }
}
