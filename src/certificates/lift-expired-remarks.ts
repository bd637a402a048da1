import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Certificate } from './certificate.js';

export const REMARK_ENDS = 'certificates.remark';

/** A remark with an end lifts itself then. */
@OnDeadline(REMARK_ENDS)
export class LiftExpiredRemarks extends Command<void> {
  constructor(readonly certificateId: string) {
    super();
  }
}

@CommandHandler(LiftExpiredRemarks)
export class LiftExpiredRemarksHandler implements ICommandHandler<LiftExpiredRemarks> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ certificateId }: LiftExpiredRemarks): Promise<void> {
    permit('certificate.issue');
    const certificate = await this.uow.get(Certificate, certificateId);
    certificate.liftExpired(this.clock.now());
    await this.uow.schedule(REMARK_ENDS, certificateId, certificate.nextLifting);
  }
}
