import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { NoticeExitBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetOwnDocument } from './get-own-document.js';
import { changeRegistrar } from './registrar-command.js';
import { mustBeSuccessor } from './registrar-successor.js';

/** A registrar announces its exit, with its plan and the registrar that takes over (N1 §13). */
export class NoticeExit extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: NoticeExitBody,
  ) {
    super();
  }
}

@CommandHandler(NoticeExit)
export class NoticeExitHandler implements ICommandHandler<NoticeExit> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: NoticeExit): Promise<void> {
    const actor = permit('registrar.run');
    const { sha256 } = await this.queries.execute(new GetOwnDocument(body.planFileId, actor.orgId, '/planFileId'));
    await changeRegistrar(this.uow, id, async (registrar) => {
      await mustBeSuccessor(this.sql, body.successorId, registrar.organisationId);
      registrar.noticeExit(body, sha256, { actor, now: this.clock.now() });
    });
  }
}
