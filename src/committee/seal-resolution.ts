import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { CommitteeCase } from './committee-case.js';
import { Obligation, OBLIGATION_DUE } from './obligation.js';

/** Records the seal over a resolution. Its conditions are obligations from now on. */
export class SealResolution extends Command<void> {
  constructor(
    readonly caseId: string,
    readonly jws: string,
  ) {
    super();
  }
}

@CommandHandler(SealResolution)
export class SealResolutionHandler implements ICommandHandler<SealResolution> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ caseId, jws }: SealResolution): Promise<void> {
    permit('committee.by-itself');
    const committeeCase = await this.uow.get(CommitteeCase, caseId);
    if (committeeCase.state !== 'RESOLVED') return;
    committeeCase.seal(jws, this.clock.now());
    const { applicationId, applicantId, registrarId, resolution } = committeeCase;
    for (const condition of resolution!.conditions) {
      const facts = { caseId, applicationId, applicantId, registrarId, ...condition };
      const obligation = this.uow.add(Obligation.open(facts));
      await this.uow.schedule(OBLIGATION_DUE, obligation.id, obligation.overdueAt);
    }
  }
}
