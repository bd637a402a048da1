import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetActingRegistrar } from '../registrars/get-acting-registrar.js';
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
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ obligationId }: ConfirmObligation): Promise<void> {
    const actor = permit('obligation.confirm');
    const obligation = await this.uow.get(Obligation, obligationId);
    const { registrarId, applicantId } = obligation;
    mustActFor(actor, await this.queries.execute(new GetActingRegistrar(registrarId, applicantId)));
    obligation.confirm(actor.id, this.clock.now());
  }
}
