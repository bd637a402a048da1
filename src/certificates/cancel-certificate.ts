import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Certificate } from './certificate.js';

/** The registrar cancels (注销) a certificate it issued, on a ground of its rule pack, in writing (N1 §37). */
export class CancelCertificate extends Command<void> {
  constructor(
    readonly certificateId: string,
    readonly groundCode: string,
    readonly text: string,
  ) {
    super();
  }
}

@CommandHandler(CancelCertificate)
export class CancelCertificateHandler implements ICommandHandler<CancelCertificate> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ certificateId, groundCode, text }: CancelCertificate): Promise<void> {
    const actor = permit('certificate.cancel');
    const certificate = await this.uow.get(Certificate, certificateId);
    mustActFor(actor, certificate.registrarId);
    certificate.cancel(groundCode, text, this.clock.now());
    await this.uow.schedule('certificates.expiry', certificateId, null);
  }
}
