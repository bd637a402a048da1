import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { KeyRotation } from './key-rotation.js';

/** Records which key an order has made. */
export class CompleteKeyRotation extends Command<void> {
  constructor(
    readonly rotationId: string,
    readonly kid: string,
  ) {
    super();
  }
}

@CommandHandler(CompleteKeyRotation)
export class CompleteKeyRotationHandler implements ICommandHandler<CompleteKeyRotation> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ rotationId, kid }: CompleteKeyRotation): Promise<void> {
    permit('certificate.issue');
    const rotation = await this.uow.get(KeyRotation, rotationId);
    if (rotation.state === 'ORDERED') rotation.complete(kid, this.clock.now());
  }
}
