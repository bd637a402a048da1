import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { WaiverBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';

/** The reviewer proposes to do without a public notice. */
export class ProposeWaiver extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: WaiverBody,
  ) {
    super();
  }
}

@CommandHandler(ProposeWaiver)
export class ProposeWaiverHandler implements ICommandHandler<ProposeWaiver> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: ProposeWaiver): Promise<void> {
    const actor = permit('application.examine');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, (application) => application.proposeWaiver(body.text, act));
  }
}
