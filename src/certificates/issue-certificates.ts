import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Certificate } from './certificate.js';
import { EXPIRY } from './expire-certificate.js';
import type { SignedCertificate } from './prepared-certificate.js';

/** Records the signatures over prepared certificates: from now on they are in force. The first signatures count. */
export class IssueCertificates extends Command<void> {
  constructor(readonly signed: readonly SignedCertificate[]) {
    super();
  }
}

@CommandHandler(IssueCertificates)
export class IssueCertificatesHandler implements ICommandHandler<IssueCertificates> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ signed }: IssueCertificates): Promise<void> {
    permit('certificate.issue');
    const certificates = await this.uow.recall(
      Certificate,
      signed.map(({ intent }) => intent),
    );
    for (const [i, certificate] of certificates.entries()) {
      if (certificate.status !== 'PREPARED') continue;
      certificate.issue(signed[i]!);
      await this.uow.schedule(EXPIRY, certificate.id, certificate.validTo);
    }
  }
}
