import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { DeclareInterestsBody } from '@app/sdk';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Expert } from './expert.js';

/** An expert states its employer and interests anew. */
export class DeclareInterests extends Command<void> {
  constructor(
    readonly expertId: string,
    readonly body: DeclareInterestsBody,
  ) {
    super();
  }
}

@CommandHandler(DeclareInterests)
export class DeclareInterestsHandler implements ICommandHandler<DeclareInterests> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ expertId, body }: DeclareInterests): Promise<void> {
    const actor = permit('expert.declare');
    const expert = await this.uow.get(Expert, expertId);
    if (expert.personId !== actor.id) throw new Refusal('not-found', { kind: 'expert', id: expertId });
    expert.declareInterests(body, actor.id);
  }
}
