import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { RecordRequest, type RecordRequestAction } from './record-request.js';

/** The holder consents or declines; the registrar grants or refuses. */
export class DecideRecordRequest extends Command<void> {
  constructor(
    readonly requestId: string,
    readonly action: Exclude<RecordRequestAction, 'withdraw'>,
    readonly text: string,
  ) {
    super();
  }
}

@CommandHandler(DecideRecordRequest)
export class DecideRecordRequestHandler implements ICommandHandler<DecideRecordRequest> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ requestId, action, text }: DecideRecordRequest): Promise<void> {
    const actor = permit(action === 'consent' || action === 'decline' ? 'record.consent' : 'record.decide');
    const request = await this.uow.get(RecordRequest, requestId);
    request.decide(action, text, { actor, now: this.clock.now() });
  }
}
