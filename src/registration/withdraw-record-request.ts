import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { actingFor } from './acting-for.js';
import { RecordRequest } from './record-request.js';

/** The requester, or its agent who may ask for records, no longer wants the copy. */
export class WithdrawRecordRequest extends Command<void> {
  constructor(
    readonly requestId: string,
    readonly text: string,
  ) {
    super();
  }
}

@CommandHandler(WithdrawRecordRequest)
export class WithdrawRecordRequestHandler implements ICommandHandler<WithdrawRecordRequest> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ requestId, text }: WithdrawRecordRequest): Promise<void> {
    const own = { actor: permit('record.request'), now: this.clock.now() };
    const request = await this.uow.get(RecordRequest, requestId);
    const need = { act: 'REQUEST_RECORD', type: null, resourceId: null } as const;
    request.decide('withdraw', text, await actingFor([request.requesterId], need, own, this.queries, this.uow));
  }
}
