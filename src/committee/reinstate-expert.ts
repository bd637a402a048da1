import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Expert } from './expert.js';

/** The suspension is over. */
export class ReinstateExpert extends Command<void> {
  constructor(
    readonly expertId: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(ReinstateExpert)
export class ReinstateExpertHandler implements ICommandHandler<ReinstateExpert> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ expertId, reason }: ReinstateExpert): Promise<void> {
    const actor = permit('expert.keep');
    (await this.uow.get(Expert, expertId)).reinstate(reason, actor.id);
  }
}
