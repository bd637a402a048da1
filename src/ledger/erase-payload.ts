import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetFeedProgress } from '../feed/get-feed-progress.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Relay } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Erasure } from './erasure.js';
import { EventReader } from './event-reader.js';

/** A second person has the payload erased, for good. The leaf stays, and with it every proof. */
export class ErasePayload extends Command<void> {
  constructor(readonly erasureId: string) {
    super();
  }
}

@CommandHandler(ErasePayload)
export class ErasePayloadHandler implements ICommandHandler<ErasePayload> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly events: EventReader,
    private readonly relay: Relay,
    private readonly queries: QueryBus,
  ) {}

  async execute({ erasureId }: ErasePayload): Promise<void> {
    const { id: by } = permit('payload.erase');
    const erasure = await this.uow.get(Erasure, erasureId);
    if (await this.isNeeded(erasure.eventId)) throw new Refusal('ledger/still-needed');
    erasure.approve(by);
  }

  /** A consequence that is still to come would never come, and nobody would learn whose feed the event belongs to. */
  private async isNeeded(eventId: string): Promise<boolean> {
    const [event] = await this.events.find([eventId]);
    if (!event || !(await this.relay.isPast(event.leafIndex))) return true;
    return (await this.queries.execute(new GetFeedProgress())) <= event.leafIndex;
  }
}
