import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { EventView } from '@app/sdk';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { EventReader } from './event-reader.js';

/** One event of the log with its payload. */
export class GetEvent extends Query<EventView> {
  constructor(readonly eventId: string) {
    super();
  }
}

@QueryHandler(GetEvent)
export class GetEventHandler implements IQueryHandler<GetEvent> {
  constructor(private readonly reader: EventReader) {}

  async execute({ eventId }: GetEvent): Promise<EventView> {
    permit('ledger.read');
    const [event] = await this.reader.withPayloads(await this.reader.find([eventId]));
    if (!event) throw new Refusal('not-found', { kind: 'event', id: eventId });
    return event;
  }
}
