import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { applicationMachine } from './application-machine.js';
import { Application } from './application.js';

/** What is under way at a registrar that is gone goes on at its successor. */
export class HandOverApplications extends Command<void> {
  constructor(
    readonly registrarId: string,
    readonly successorId: string,
  ) {
    super();
  }
}

@CommandHandler(HandOverApplications)
export class HandOverApplicationsHandler implements ICommandHandler<HandOverApplications> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ registrarId, successorId }: HandOverApplications): Promise<void> {
    const actor = permit('application.by-deadline');
    const act = { actor, now: this.clock.now() };
    const underWay = await this.sql.rows<{ id: string }>(
      'SELECT id FROM registration.application WHERE registrar_id = $1 AND state = ANY($2) ORDER BY id',
      [registrarId, applicationMachine.transitions.withdraw.from],
    );
    for (const { id } of underWay) {
      const application = await this.uow.get(Application, id);
      application.handOver(successorId, act);
      // A notice that ended while nobody might publish ends again.
      await this.uow.schedule('registration.notice', id, application.deadlines['registration.notice']);
    }
  }
}
