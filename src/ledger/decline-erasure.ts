import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Erasure } from './erasure.js';

/** The second person lets the payload stand. */
export class DeclineErasure extends Command<void> {
  constructor(readonly erasureId: string) {
    super();
  }
}

@CommandHandler(DeclineErasure)
export class DeclineErasureHandler implements ICommandHandler<DeclineErasure> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ erasureId }: DeclineErasure): Promise<void> {
    const { id: by } = permit('payload.erase');
    const erasure = await this.uow.get(Erasure, erasureId);
    erasure.decline(by);
  }
}
