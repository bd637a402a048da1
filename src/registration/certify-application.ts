import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';

export class CertifyApplication extends Command<void> {
  constructor(
    readonly id: string,
    readonly certificateId: string,
    readonly certificateNumber: string,
  ) {
    super();
  }
}

@CommandHandler(CertifyApplication)
export class CertifyApplicationHandler implements ICommandHandler<CertifyApplication> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ id, certificateId, certificateNumber }: CertifyApplication): Promise<void> {
    permit('application.by-deadline');
    await changeApplication(this.uow, id, (application) => {
      if (application.state !== 'CERTIFIED') application.certify(certificateId, certificateNumber);
    });
  }
}
