import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ForeignCertificate } from './foreign-certificate.js';

export const FOREIGN_EXPIRY = 'recognition.expiry';

/** Its term has ended. */
@OnDeadline(FOREIGN_EXPIRY)
export class LapseForeignCertificate extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(LapseForeignCertificate)
export class LapseForeignCertificateHandler implements ICommandHandler<LapseForeignCertificate> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: LapseForeignCertificate): Promise<void> {
    permit('foreign-certificate.lapse');
    const certificate = await this.uow.get(ForeignCertificate, id);
    if (certificate.state === 'RECORDED') certificate.lapse(this.clock.now());
  }
}
