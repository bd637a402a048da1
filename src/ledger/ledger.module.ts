import { Module } from '@nestjs/common';
import { EventReader } from './event-reader.js';
import { EventsController } from './events.controller.js';
import { GetCheckpointHandler } from './get-checkpoint.js';
import { GetEventHandler } from './get-event.js';
import { GetProofHandler } from './get-proof.js';
import { GetTileHandler } from './get-tile.js';
import { LedgerDatabase } from './ledger-database.js';
import { ListEventsHandler } from './list-events.js';
import { LogController } from './log.controller.js';
import { LogKey } from './log-key.js';
import { Publisher } from './publisher.js';
import { Sequencer } from './sequencer.js';

@Module({
  controllers: [LogController, EventsController],
  providers: [
    LedgerDatabase,
    LogKey,
    Sequencer,
    Publisher,
    EventReader,
    GetCheckpointHandler,
    GetTileHandler,
    GetEventHandler,
    GetProofHandler,
    ListEventsHandler,
  ],
})
export class LedgerModule {}
