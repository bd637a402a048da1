import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { FulfilObligationBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { GetFile } from '../platform/get-file.js';
import { fault, orNull } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Obligation, OBLIGATION_DUE } from './obligation.js';

/** The holder shows that a condition is met, also late. */
export class SubmitEvidence extends Command<void> {
  constructor(
    readonly obligationId: string,
    readonly body: FulfilObligationBody,
  ) {
    super();
  }
}

@CommandHandler(SubmitEvidence)
export class SubmitEvidenceHandler implements ICommandHandler<SubmitEvidence> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ obligationId, body: { fileId, note } }: SubmitEvidence): Promise<void> {
    const actor = permit('obligation.fulfil');
    const obligation = await this.uow.get(Obligation, obligationId);
    mustActFor(actor, obligation.applicantId);
    const file = await orNull(this.queries.execute(new GetFile(fileId)));
    if (file?.ownerId !== actor.orgId)
      throw fault('/fileId', '没有该文件,或不属于您的机构', 'no such file of your organisation');
    const { sha256 } = file;
    obligation.submit({ fileId, sha256, note, by: actor.id, at: this.clock.now().toISOString() });
    await this.uow.schedule(OBLIGATION_DUE, obligationId, null);
  }
}
