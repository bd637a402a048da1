import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Delivery, type SealedFile } from './delivery.js';

/** Records what the worker sealed; the second of two workers that sealed the same file has worked in vain. */
export class FinishPreparation extends Command<void> {
  constructor(
    readonly deliveryId: string,
    readonly sealed: SealedFile,
  ) {
    super();
  }
}

@CommandHandler(FinishPreparation)
export class FinishPreparationHandler implements ICommandHandler<FinishPreparation> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ deliveryId, sealed }: FinishPreparation): Promise<void> {
    permit('delivery.prepare');
    const delivery = await this.uow.get(Delivery, deliveryId);
    if (delivery.can('prepare')) delivery.prepare(sealed);
  }
}
