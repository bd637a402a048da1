import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { EXPIRY } from './expire-mandate.js';
import { Mandate } from './mandate.js';

export class TerminateMandate extends Command<void> {
  constructor(
    readonly mandateId: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(TerminateMandate)
export class TerminateMandateHandler implements ICommandHandler<TerminateMandate> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ mandateId, reason }: TerminateMandate): Promise<void> {
    const { orgId } = permit('mandate.terminate');
    const mandate = await this.uow.get(Mandate, mandateId);
    if (![mandate.principalId, mandate.brokerId].includes(orgId)) throw new Refusal('not-your-organisation');
    mandate.terminate(orgId, reason);
    await this.uow.schedule(EXPIRY, mandateId, null);
  }
}
