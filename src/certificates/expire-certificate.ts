import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Certificate } from './certificate.js';
import { REMARK_ENDS } from './lift-expired-remarks.js';

export const EXPIRY = 'certificates.expiry';

/** A certificate that was not renewed lapses by itself when its term ends (N1 §36). */
@OnDeadline(EXPIRY)
export class ExpireCertificate extends Command<void> {
  constructor(readonly certificateId: string) {
    super();
  }
}

@CommandHandler(ExpireCertificate)
export class ExpireCertificateHandler implements ICommandHandler<ExpireCertificate> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ certificateId }: ExpireCertificate): Promise<void> {
    permit('certificate.issue');
    const certificate = await this.uow.get(Certificate, certificateId);
    const now = this.clock.now();
    if (!certificate.isLasting || certificate.validTo > now) return;
    certificate.expire(now);
    await this.uow.schedule(REMARK_ENDS, certificateId, null);
  }
}
