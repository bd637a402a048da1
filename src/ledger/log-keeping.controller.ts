import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { LogKeepingView, RotateLogKeyBody } from '@app/sdk';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { BeginKeyRotation } from './begin-key-rotation.js';
import { EndKeyRotation } from './end-key-rotation.js';
import { GetLogKeeping } from './get-log-keeping.js';

@ApiTags('ledger')
@Controller('v1/log/keeping')
export class LogKeepingController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: LogKeepingView })
  get(): Promise<LogKeepingView> {
    return this.queries.execute(new GetLogKeeping());
  }

  /** The new key is published, and the old and the new one sign every checkpoint. */
  @Post('key-rotation/begin')
  @Idempotent()
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: LogKeepingView })
  async begin(@Body({ schema: RotateLogKeyBody }) { reason }: RotateLogKeyBody): Promise<LogKeepingView> {
    await this.commands.execute(new BeginKeyRotation(reason));
    return this.queries.execute(new GetLogKeeping());
  }

  /** The old key signs no more. Do this when those who verify the log have had time to take the new key. */
  @Post('key-rotation/end')
  @Idempotent()
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: LogKeepingView })
  async end(@Body({ schema: RotateLogKeyBody }) { reason }: RotateLogKeyBody): Promise<LogKeepingView> {
    await this.commands.execute(new EndKeyRotation(reason));
    return this.queries.execute(new GetLogKeeping());
  }
}
