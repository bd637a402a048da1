import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { SubmitRegistrarReportBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetRegistrarNumbers } from '../registration/get-registrar-numbers.js';
import { changeRegistrar } from './registrar-command.js';

/** The report on a year (N1 §11); its numbers are computed from what the platform holds. */
export class ReportAsRegistrar extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: SubmitRegistrarReportBody,
  ) {
    super();
  }
}

@CommandHandler(ReportAsRegistrar)
export class ReportAsRegistrarHandler implements ICommandHandler<ReportAsRegistrar> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: ReportAsRegistrar): Promise<void> {
    const actor = permit('registrar.run');
    await changeRegistrar(this.uow, id, async (registrar) => {
      mustActFor(actor, registrar.organisationId);
      const numbers = await this.queries.execute(new GetRegistrarNumbers(registrar.organisationId, body.year));
      registrar.report(body, numbers, { actor, now: this.clock.now() });
    });
  }
}
