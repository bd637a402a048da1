import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { WithdrawApplicationBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
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
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: WithdrawApplication): Promise<void> {
    const actor = permit('application.file');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, (application) => application.withdraw(body.reason, act));
  }
}
