import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RequestSupplementBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';

export class RequestSupplement extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: RequestSupplementBody,
  ) {
    super();
  }
}

@CommandHandler(RequestSupplement)
export class RequestSupplementHandler implements ICommandHandler<RequestSupplement> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: RequestSupplement): Promise<void> {
    const actor = permit('application.examine');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, (application) =>
      application.requestSupplement(body.items, body.dueDays, act),
    );
  }
}
