import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { SubmitGroupBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { allOrNone, membersFor } from './application-group.js';
import { handIn } from './application-submission.js';

/** Hands all drafts of a group to their registrars; from then on each goes its own way. */
export class SubmitGroup extends Command<void> {
  constructor(
    readonly groupId: string,
    readonly body: SubmitGroupBody,
  ) {
    super();
  }
}

@CommandHandler(SubmitGroup)
export class SubmitGroupHandler implements ICommandHandler<SubmitGroup> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ groupId, body }: SubmitGroup): Promise<void> {
    const actor = permit('application.file');
    const act = { actor, now: this.clock.now() };
    const drafts = await membersFor('submit', groupId, body, act, this.uow, this.queries, this.sql);
    await allOrNone(drafts, ({ id }) => handIn(id, 'submit', act, this.uow, this.queries));
  }
}
