import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, RequestErasureBody } from '@app/sdk';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Erasure, isErasable, type ErasureSubject } from './erasure.js';

/** Asks that the payload of an event be erased; another person decides. */
export class RequestErasure extends Command<Created> {
  constructor(
    readonly eventId: string,
    readonly grounds: RequestErasureBody,
  ) {
    super();
  }
}

@CommandHandler(RequestErasure)
export class RequestErasureHandler implements ICommandHandler<RequestErasure> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async execute({ eventId: id, grounds }: RequestErasure): Promise<Created> {
    const { id: by } = permit('payload.erase');
    const event = await this.sql.row<ErasureSubject & { erased: boolean }>(
      `SELECT event_id AS "eventId", type AS "eventType", stream AS "eventStream", payload IS NULL AS erased
       FROM ledger.payload WHERE event_id = $1`,
      [id],
    );
    if (!event) throw new Refusal('not-found', { kind: 'event', id });
    const { erased, ...subject } = event;
    if (!isErasable(subject.eventType)) throw new Refusal('ledger/not-erasable', { eventType: subject.eventType });
    const open = await this.sql.row(`SELECT 1 FROM ledger.erasure WHERE event_id = $1 AND state <> 'DECLINED'`, [id]);
    if (erased || open) throw new Refusal('ledger/erasure-exists');
    return { id: this.uow.add(Erasure.request(subject, grounds, by)).id };
  }
}
