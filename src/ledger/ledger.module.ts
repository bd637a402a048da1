import { FileKeyStore } from '@app/signing';
import { Module } from '@nestjs/common';
import { CONFIG } from '../platform/config.js';
import { BeginKeyRotationHandler } from './begin-key-rotation.js';
import { CheckpointsController } from './checkpoints.controller.js';
import { EndKeyRotationHandler } from './end-key-rotation.js';
import { DeclineErasureHandler } from './decline-erasure.js';
import { ErasePayloadHandler } from './erase-payload.js';
import { ErasuresController } from './erasures.controller.js';
import { EventReader } from './event-reader.js';
import { EventsController } from './events.controller.js';
import { GetCheckpointAfterHandler } from './get-checkpoint-after.js';
import { GetCheckpointHandler } from './get-checkpoint.js';
import { GetConsistencyHandler } from './get-consistency.js';
import { GetErasureHandler } from './get-erasure.js';
import { GetEventHandler } from './get-event.js';
import { GetLogKeepingHandler } from './get-log-keeping.js';
import { GetProofHandler } from './get-proof.js';
import { GetTileHandler } from './get-tile.js';
import { LedgerDatabase } from './ledger-database.js';
import { ListCheckpointsHandler } from './list-checkpoints.js';
import { ListErasuresHandler } from './list-erasures.js';
import { ListEventsHandler } from './list-events.js';
import { LogController } from './log.controller.js';
import { LogKeepingController } from './log-keeping.controller.js';
import { LogKey } from './log-key.js';
import { LogSigner } from './log-signer.js';
import { LogStart } from './log-start.js';
import { openLogSigner } from './open-log-signer.js';
import { PublishedTiles } from './published-tiles.js';
import { Publisher } from './publisher.js';
import { RecordStartHandler } from './record-start.js';
import { RequestErasureHandler } from './request-erasure.js';
import { Sequencer } from './sequencer.js';
import { WitnessAsker } from './witness-asker.js';

@Module({
  controllers: [LogController, CheckpointsController, LogKeepingController, EventsController, ErasuresController],
  providers: [
    LedgerDatabase,
    { provide: LogSigner, useFactory: openLogSigner, inject: [CONFIG, FileKeyStore] },
    LogKey,
    LogStart,
    Sequencer,
    Publisher,
    WitnessAsker,
    RecordStartHandler,
    BeginKeyRotationHandler,
    EndKeyRotationHandler,
    GetLogKeepingHandler,
    EventReader,
    PublishedTiles,
    GetCheckpointAfterHandler,
    GetCheckpointHandler,
    GetTileHandler,
    GetEventHandler,
    GetProofHandler,
    GetConsistencyHandler,
    ListCheckpointsHandler,
    ListEventsHandler,
    RequestErasureHandler,
    ErasePayloadHandler,
    DeclineErasureHandler,
    GetErasureHandler,
    ListErasuresHandler,
  ],
})
export class LedgerModule {}
