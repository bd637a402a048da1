import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { DecideObjectionBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';

export class DecideObjection extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: DecideObjectionBody,
  ) {
    super();
  }
}

@CommandHandler(DecideObjection)
export class DecideObjectionHandler implements ICommandHandler<DecideObjection> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body: { upheld, partly, text } }: DecideObjection): Promise<void> {
    const actor = permit('application.approve');
    const act = { actor, now: this.clock.now() };
    const outcome = upheld ? (partly ? 'upholdObjectionPartly' : 'upholdObjection') : 'dismissObjection';
    await changeApplication(this.uow, id, (application) => application.decideObjection(outcome, text, act));
  }
}
