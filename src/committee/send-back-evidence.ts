import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetActingRegistrar } from '../registrars/get-acting-registrar.js';
import { Obligation, OBLIGATION_DUE } from './obligation.js';

/** The evidence does not show it: the obligation is open again, with its date. */
export class SendBackEvidence extends Command<void> {
  constructor(
    readonly obligationId: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(SendBackEvidence)
export class SendBackEvidenceHandler implements ICommandHandler<SendBackEvidence> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ obligationId, reason }: SendBackEvidence): Promise<void> {
    const actor = permit('obligation.confirm');
    const obligation = await this.uow.get(Obligation, obligationId);
    const { registrarId, applicantId } = obligation;
    mustActFor(actor, await this.queries.execute(new GetActingRegistrar(registrarId, applicantId)));
    obligation.sendBack(reason, actor.id, this.clock.now());
    await this.uow.schedule(OBLIGATION_DUE, obligationId, obligation.overdueAt);
  }
}
