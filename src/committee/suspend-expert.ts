import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Expert } from './expert.js';

/** For a time: not drawn, and no vote. */
export class SuspendExpert extends Command<void> {
  constructor(
    readonly expertId: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(SuspendExpert)
export class SuspendExpertHandler implements ICommandHandler<SuspendExpert> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ expertId, reason }: SuspendExpert): Promise<void> {
    const actor = permit('expert.keep');
    (await this.uow.get(Expert, expertId)).suspend(reason, actor.id);
  }
}
