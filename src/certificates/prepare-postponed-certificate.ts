import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Postponement } from './postponement.js';
import { POSTPONED, PrepareCertificate } from './prepare-certificate.js';

/** A new month has begun, and with it new numbers. */
@OnDeadline(POSTPONED)
export class PreparePostponedCertificate extends Command<void> {
  constructor(readonly postponementId: string) {
    super();
  }
}

@CommandHandler(PreparePostponedCertificate)
export class PreparePostponedCertificateHandler implements ICommandHandler<PreparePostponedCertificate> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ postponementId }: PreparePostponedCertificate): Promise<void> {
    permit('certificate.issue');
    const postponement = await this.uow.get(Postponement, postponementId);
    if (postponement.state === 'ENDED') return;
    const now = this.clock.now();
    const waiting = await this.uow.execute(PrepareCertificate.codedAt(now, postponement.registered));
    if (waiting.length === 0) return postponement.end(now);
    postponement.extend(waiting[0]!.until);
    await this.uow.schedule(POSTPONED, postponementId, waiting[0]!.until);
  }
}
