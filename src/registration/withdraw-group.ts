import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { WithdrawGroupBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';
import { allOrNone, membersFor } from './application-group.js';

/** Takes back all applications of a group that are still under way. */
export class WithdrawGroup extends Command<void> {
  constructor(
    readonly groupId: string,
    readonly body: WithdrawGroupBody,
  ) {
    super();
  }
}

@CommandHandler(WithdrawGroup)
export class WithdrawGroupHandler implements ICommandHandler<WithdrawGroup> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ groupId, body }: WithdrawGroup): Promise<void> {
    const actor = permit('application.file');
    const act = { actor, now: this.clock.now() };
    const open = await membersFor('withdraw', groupId, body, actor, this.uow, this.sql);
    await allOrNone(open, ({ id }) =>
      changeApplication(this.uow, id, (application) => application.withdraw(body.reason, act)),
    );
  }
}
