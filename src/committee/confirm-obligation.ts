import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Obligation } from './obligation.js';

/** A second person, of the registrar, finds that the condition is met. */
export class ConfirmObligation extends Command<void> {
  constructor(readonly obligationId: string) {
    super();
  }
}

@CommandHandler(ConfirmObligation)
export class ConfirmObligationHandler implements ICommandHandler<ConfirmObligation> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ obligationId }: ConfirmObligation): Promise<void> {
    const actor = permit('obligation.confirm');
    const obligation = await this.uow.get(Obligation, obligationId);
    mustActFor(actor, obligation.registrarId);
    obligation.confirm(actor.id, this.clock.now());
  }
}
