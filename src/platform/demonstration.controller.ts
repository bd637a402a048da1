import { MoveClockBody, PlatformStatus } from '@app/sdk';
import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Clock } from './clock.js';
import { CONFIG, type Config } from './config.js';
import { DemonstrationClockFollower } from './demonstration-clock-follower.js';
import { MoveClock } from './move-clock.js';
import { UnitOfWork } from './unit-of-work.js';

@ApiTags('platform')
@Controller('v1')
export class DemonstrationController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly clock: Clock,
    private readonly follower: DemonstrationClockFollower,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('status')
  @ApiOkResponse({ standardSchema: PlatformStatus })
  status(): PlatformStatus {
    return {
      name: 'databourse',
      now: this.clock.now().toISOString(),
      demonstration: this.config.DEMO,
      clockOffsetMs: this.clock.offsetMs,
    };
  }

  @Post('demonstration/clock')
  @HttpCode(200)
  async move(@Body({ schema: MoveClockBody }) { byMs, reason }: MoveClockBody): Promise<{ now: string }> {
    const answer = await this.commands.execute(new MoveClock(byMs, reason));
    await this.follower.step();
    return answer;
  }
}
