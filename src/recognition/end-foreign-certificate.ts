import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetActingRegistrar } from '../registrars/get-acting-registrar.js';
import { GetOwnDocument } from '../registrars/get-own-document.js';
import { ForeignCertificate } from './foreign-certificate.js';
import { FOREIGN_EXPIRY } from './lapse-foreign-certificate.js';

/** The issuing body has ended it: noted with the document that says so. */
export class EndForeignCertificate extends Command<void> {
  constructor(
    readonly id: string,
    readonly reason: string,
    readonly fileId: string,
  ) {
    super();
  }
}

@CommandHandler(EndForeignCertificate)
export class EndForeignCertificateHandler implements ICommandHandler<EndForeignCertificate> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id, reason, fileId }: EndForeignCertificate): Promise<void> {
    const actor = permit('foreign-certificate.record');
    const certificate = await this.uow.get(ForeignCertificate, id);
    const { registrarId, holderId } = certificate;
    mustActFor(actor, await this.queries.execute(new GetActingRegistrar(registrarId, holderId)));
    const { sha256 } = await this.queries.execute(new GetOwnDocument(fileId, actor.orgId, '/fileId'));
    certificate.end(reason, sha256, { actor, now: this.clock.now() });
    await this.uow.schedule(FOREIGN_EXPIRY, id, null);
  }
}
