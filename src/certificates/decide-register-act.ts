import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetActingRegistrar } from '../registrars/get-acting-registrar.js';
import { Certificate } from './certificate.js';
import { EXPIRY } from './expire-certificate.js';
import { REMARK_ENDS } from './lift-expired-remarks.js';
import { mustNotBeSucceeded } from './propose-register-act.js';
import { RegisterAct } from './register-act.js';

/** A second person of the registrar approves or confirms what was proposed, or rejects or undoes it, with reasons. */
export class DecideRegisterAct extends Command<void> {
  constructor(
    readonly actId: string,
    readonly approved: boolean,
    readonly text: string,
  ) {
    super();
  }
}

@CommandHandler(DecideRegisterAct)
export class DecideRegisterActHandler implements ICommandHandler<DecideRegisterAct> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ actId, approved, text }: DecideRegisterAct): Promise<void> {
    const actor = permit('certificate.decide');
    const act = await this.uow.get(RegisterAct, actId);
    const certificate = await this.uow.get(Certificate, act.certificateId);
    mustActFor(actor, await this.queries.execute(new GetActingRegistrar(act.registrarId, certificate.holderId)));
    const now = this.clock.now();
    if (approved) await mustNotBeSucceeded(certificate, this.queries);
    if (approved) act.approve(certificate, text, actor, now);
    else act.reject(certificate, text, actor, now);
    await this.uow.schedule(REMARK_ENDS, certificate.id, certificate.nextLifting);
    if (!certificate.isLasting) await this.uow.schedule(EXPIRY, certificate.id, null);
  }
}
