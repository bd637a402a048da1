import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { WithdrawApplicationBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { actingIn } from './acting-for.js';
import { changeApplication } from './application-command.js';

export class WithdrawApplication extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: WithdrawApplicationBody,
  ) {
    super();
  }
}

@CommandHandler(WithdrawApplication)
export class WithdrawApplicationHandler implements ICommandHandler<WithdrawApplication> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: WithdrawApplication): Promise<void> {
    const actor = permit('application.file');
    const own = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, async (application) => {
      const act = await actingIn(application, 'WITHDRAW', own, this.queries, this.uow);
      application.withdraw(body.reason, act);
    });
  }
}
