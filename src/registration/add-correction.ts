import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AddCorrectionBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';

/** A supervisor adds to the list of corrections. */
export class AddCorrection extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: AddCorrectionBody,
  ) {
    super();
  }
}

@CommandHandler(AddCorrection)
export class AddCorrectionHandler implements ICommandHandler<AddCorrection> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body: { items, dueDays, reason } }: AddCorrection): Promise<void> {
    const actor = permit('application.approve');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, (application) => application.addCorrection(items, dueDays, reason, act));
  }
}
