import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RequestCorrectionBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';

export class RequestCorrection extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: RequestCorrectionBody,
  ) {
    super();
  }
}

@CommandHandler(RequestCorrection)
export class RequestCorrectionHandler implements ICommandHandler<RequestCorrection> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: RequestCorrection): Promise<void> {
    const actor = permit('application.examine');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, (application) =>
      application.requestCorrection(body.groundCode, body.items, body.dueDays, act),
    );
  }
}
