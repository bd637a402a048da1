import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CertificateIssued } from '../certificates/certificate.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';
import { Application } from './application.js';

/** What the certificates of applications are. */
export class CertifyApplication extends Command<void> {
  readonly issued: readonly Pick<CertificateIssued, 'applicationId' | 'certificateId' | 'number'>[];

  constructor(...issued: Pick<CertificateIssued, 'applicationId' | 'certificateId' | 'number'>[]) {
    super();
    this.issued = issued;
  }
}

@CommandHandler(CertifyApplication)
export class CertifyApplicationHandler implements ICommandHandler<CertifyApplication> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ issued }: CertifyApplication): Promise<void> {
    permit('application.by-deadline');
    await this.uow.getAll(
      Application,
      issued.map(({ applicationId }) => applicationId),
    );
    for (const { applicationId, certificateId, number } of issued)
      await changeApplication(this.uow, applicationId, (application) => {
        if (application.state !== 'CERTIFIED') application.certify(certificateId, number);
      });
  }
}
