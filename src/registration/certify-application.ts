import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CertificateIssued } from '../certificates/certificate.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';
import { Application } from './application.js';

type Issued = Pick<CertificateIssued, 'applicationId' | 'certificateId' | 'number' | 'holderId'>;

/** What the certificates of applications are. */
export class CertifyApplication extends Command<void> {
  readonly issued: readonly Issued[];

  constructor(...issued: Issued[]) {
    super();
    this.issued = issued;
  }
}

@CommandHandler(CertifyApplication)
export class CertifyApplicationHandler implements ICommandHandler<CertifyApplication> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ issued }: CertifyApplication): Promise<void> {
    permit('application.by-deadline');
    await this.uow.getAll(Application, [...new Set(issued.map(({ applicationId }) => applicationId))]);
    for (const { applicationId, certificateId, number, holderId } of issued)
      await changeApplication(this.uow, applicationId, (application) => {
        // What a transferor keeps has a certificate of its own; the application is certified by that of the transferee.
        if (application.state !== 'CERTIFIED' && application.holderId === holderId)
          application.certify(certificateId, number);
      });
  }
}
