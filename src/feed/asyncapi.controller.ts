import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { CONFIG, type Config } from '../platform/config.js';
import { describeFeed } from './asyncapi.js';

/** The description of what the platform sends, beside `/openapi.json`; public. */
@ApiExcludeController()
@Controller('asyncapi.json')
export class AsyncApiController {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  @Get()
  describe(): Record<string, unknown> {
    const { PUBLIC_URL, HOST, PORT } = this.config;
    return describeFeed(PUBLIC_URL ?? `http://${HOST}:${PORT}`);
  }
}
