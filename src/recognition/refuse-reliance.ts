import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { RefuseRelianceBody } from '@app/sdk';
import { GetVenue } from '../market/get-venue.js';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ForeignCertificate } from './foreign-certificate.js';

/** A venue does not rely on it, for a just cause that it states (INV-26). */
export class RefuseReliance extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: RefuseRelianceBody,
  ) {
    super();
  }
}

@CommandHandler(RefuseReliance)
export class RefuseRelianceHandler implements ICommandHandler<RefuseReliance> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: RefuseReliance): Promise<void> {
    const actor = permit('foreign-certificate.refuse-reliance');
    const { operatorId } = await this.queries.execute(new GetVenue(body.venueId));
    const certificate = await this.uow.get(ForeignCertificate, id);
    certificate.refuseReliance(body, operatorId, { actor, now: this.clock.now() });
  }
}
