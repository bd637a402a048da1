import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { EXPIRY } from './expire-mandate.js';
import { Mandate } from './mandate.js';

export class DeclineMandate extends Command<void> {
  constructor(
    readonly mandateId: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(DeclineMandate)
export class DeclineMandateHandler implements ICommandHandler<DeclineMandate> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ mandateId, reason }: DeclineMandate): Promise<void> {
    const actor = permit('mandate.answer');
    const mandate = await this.uow.get(Mandate, mandateId);
    mustActFor(actor, mandate.brokerId);
    mandate.decline(reason);
    await this.uow.schedule(EXPIRY, mandateId, null);
  }
}
