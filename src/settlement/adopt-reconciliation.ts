import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ReceiveBankNotice } from './receive-bank-notice.js';
import { Reconciliation } from './reconciliation.js';

/** Takes in from the statement what the bank never told by notice. */
export class AdoptReconciliation extends Command<void> {
  constructor(readonly reconciliationId: string) {
    super();
  }
}

@CommandHandler(AdoptReconciliation)
export class AdoptReconciliationHandler implements ICommandHandler<AdoptReconciliation> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ reconciliationId }: AdoptReconciliation): Promise<void> {
    const actor = permit('reconciliation.run');
    const reconciliation = await this.uow.get(Reconciliation, reconciliationId);
    for (const told of reconciliation.adopt(actor.id)) await this.uow.execute(new ReceiveBankNotice(told));
  }
}
