import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetAdmission } from '../parties/get-admission.js';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Mandate } from './mandate.js';

export class AcceptMandate extends Command<void> {
  constructor(readonly mandateId: string) {
    super();
  }
}

@CommandHandler(AcceptMandate)
export class AcceptMandateHandler implements ICommandHandler<AcceptMandate> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ mandateId }: AcceptMandate): Promise<void> {
    const actor = permit('mandate.answer');
    const mandate = await this.uow.get(Mandate, mandateId);
    mustActFor(actor, mandate.brokerId);
    const { brokerId, venueId } = mandate;
    const { roles } = await this.queries.execute(new GetAdmission(brokerId, venueId));
    if (!roles.includes('BROKER')) throw new Refusal('brokerage/broker-not-admitted', { brokerId, venueId });
    mandate.accept(this.clock.now());
  }
}
