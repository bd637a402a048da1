import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Expert } from './expert.js';

/** Leaves the pool for good. */
export class RetireExpert extends Command<void> {
  constructor(
    readonly expertId: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(RetireExpert)
export class RetireExpertHandler implements ICommandHandler<RetireExpert> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ expertId, reason }: RetireExpert): Promise<void> {
    const actor = permit('expert.keep');
    (await this.uow.get(Expert, expertId)).retire(reason, actor.id);
  }
}
