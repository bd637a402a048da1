import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Certificate, type SignedCredentials } from './certificate.js';

/** Records the signatures over a prepared certificate: from now on it is in force. */
export class IssueCertificate extends Command<void> {
  constructor(
    readonly certificateId: string,
    readonly credentials: SignedCredentials,
  ) {
    super();
  }
}

@CommandHandler(IssueCertificate)
export class IssueCertificateHandler implements ICommandHandler<IssueCertificate> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ certificateId, credentials }: IssueCertificate): Promise<void> {
    permit('certificate.issue');
    const certificate = await this.uow.get(Certificate, certificateId);
    if (certificate.status !== 'PREPARED') return;
    certificate.issue(credentials);
    await this.uow.schedule('certificates.expiry', certificate.id, certificate.validTo);
  }
}
