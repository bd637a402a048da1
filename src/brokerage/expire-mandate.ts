import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Mandate } from './mandate.js';

export const EXPIRY = 'brokerage.mandate-expiry';

@OnDeadline(EXPIRY)
export class ExpireMandate extends Command<void> {
  constructor(readonly mandateId: string) {
    super();
  }
}

@CommandHandler(ExpireMandate)
export class ExpireMandateHandler implements ICommandHandler<ExpireMandate> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ mandateId }: ExpireMandate): Promise<void> {
    permit('mandate.expire');
    (await this.uow.get(Mandate, mandateId)).expire();
  }
}
