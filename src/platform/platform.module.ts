import { join } from 'node:path';
import { FileKeyStore } from '@app/signing';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessGuard } from './access.js';
import { Clock } from './clock.js';
import { CONFIG, type Config } from './config.js';
import { keyPassphrase } from './key-passphrase.js';
import { ConsoleController } from './console.controller.js';
import { DATABASE_URL, dataSourceOptions } from './data-source.js';
import { DeadlineWorker } from './deadline-worker.js';
import { DemonstrationClockFollower } from './demonstration-clock-follower.js';
import { DemonstrationController } from './demonstration.controller.js';
import { FileStore, openFileStore } from './file-store.js';
import { FilesController } from './files.controller.js';
import { GetFileHandler } from './get-file.js';
import { HealthController } from './health.controller.js';
import { AnswerHeaders, PreconditionGuard, ProblemFilter } from './http.js';
import { KeepFileHandler } from './keep-file.js';
import { ListParkedHandler } from './list-parked.js';
import { Log } from './log.js';
import { MoveClockHandler } from './move-clock.js';
import { News } from './news.js';
import { Outgoing } from './outgoing.js';
import { ParkedController } from './parked.controller.js';
import { Relay } from './relay.js';
import { ResumeParkedHandler } from './resume-parked.js';
import { Sql } from './sql.js';
import { UnitOfWork } from './unit-of-work.js';
import { ValidationPipe } from './validation.js';

/** What every context stands on. It knows no context. */
@Global()
@Module({})
export class PlatformModule {
  static with(config: Config, databaseUrl: string): DynamicModule {
    return {
      module: PlatformModule,
      imports: [
        DiscoveryModule,
        CqrsModule.forRoot({ rethrowUnhandled: true }),
        TypeOrmModule.forRootAsync({
          useFactory: () => ({
            ...dataSourceOptions(databaseUrl, 'databourse_app', config.DATABASE_POOL),
            retryAttempts: 0,
          }),
        }),
      ],
      controllers: [ConsoleController, DemonstrationController, FilesController, HealthController, ParkedController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: DATABASE_URL, useValue: databaseUrl },
        {
          provide: FileKeyStore,
          useFactory: async () => new FileKeyStore(join(config.DATA_DIR, 'keys'), await keyPassphrase(config)),
        },
        { provide: FileStore, useFactory: openFileStore, inject: [CONFIG] },
        Clock,
        Sql,
        Log,
        News,
        Outgoing,
        UnitOfWork,
        Relay,
        DeadlineWorker,
        DemonstrationClockFollower,
        MoveClockHandler,
        KeepFileHandler,
        ListParkedHandler,
        ResumeParkedHandler,
        GetFileHandler,
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: ValidationPipe },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: PreconditionGuard },
        { provide: APP_INTERCEPTOR, useClass: AnswerHeaders },
      ],
      exports: [
        CONFIG,
        FileKeyStore,
        FileStore,
        DATABASE_URL,
        Clock,
        Sql,
        Log,
        News,
        Outgoing,
        UnitOfWork,
        Relay,
        DeadlineWorker,
        CqrsModule,
        DiscoveryModule,
      ],
    };
  }
}
