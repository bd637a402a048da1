import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetRegistrar } from '../registrars/get-registrar.js';
import { Application } from './application.js';

/** What ended while its registrar might not publish is registered now. */
export class ResumeNotices extends Command<void> {
  constructor(readonly registrarId: string) {
    super();
  }
}

@CommandHandler(ResumeNotices)
export class ResumeNoticesHandler implements ICommandHandler<ResumeNotices> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly queries: QueryBus,
  ) {}

  async execute({ registrarId }: ResumeNotices): Promise<void> {
    permit('application.by-deadline');
    const { organisationId } = await this.queries.execute(new GetRegistrar(registrarId));
    const rows = await this.sql.rows<{ id: string }>(
      `SELECT id FROM registration.application WHERE registrar_id = $1 AND state = 'PUBLIC_NOTICE' ORDER BY id`,
      [organisationId],
    );
    for (const { id } of rows) {
      const { deadlines } = await this.uow.get(Application, id);
      await this.uow.schedule('registration.notice', id, deadlines['registration.notice']);
    }
  }
}
