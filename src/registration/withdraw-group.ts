import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { WithdrawGroupBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';
import { actingIn } from './acting-for.js';
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
    private readonly queries: QueryBus,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ groupId, body }: WithdrawGroup): Promise<void> {
    const actor = permit('application.file');
    const own = { actor, now: this.clock.now() };
    const open = await membersFor('withdraw', groupId, body, own, this.uow, this.queries, this.sql);
    await allOrNone(open, ({ id }) =>
      changeApplication(this.uow, id, async (application) => {
        const act = await actingIn(application, 'WITHDRAW', own, this.queries, this.uow);
        application.withdraw(body.reason, act);
      }),
    );
  }
}
