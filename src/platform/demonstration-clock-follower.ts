import { Injectable, Inject, Logger, type OnModuleInit } from '@nestjs/common';
import { Clock } from './clock.js';
import { CONFIG, type Config } from './config.js';
import { Sql } from './sql.js';
import { StartError } from './start-error.js';
import { Worker } from './worker.js';

/** Keeps this instance's clock at the demonstration's offset. Outside demonstration mode a moved clock stops the start. */
@Injectable()
export class DemonstrationClockFollower extends Worker implements OnModuleInit {
  protected readonly log = new Logger(DemonstrationClockFollower.name);
  protected readonly idleMs = 1000;

  constructor(
    private readonly clock: Clock,
    private readonly sql: Sql,
    @Inject(CONFIG) private readonly settings: Config,
  ) {
    super();
  }

  async onModuleInit(): Promise<void> {
    await this.step();
    if (!this.settings.DEMO && this.clock.offsetMs > 0)
      throw new StartError(
        '演示数据库:时钟曾被调整,只能以 DEMO=1 启动。 This database is a demonstration (its clock was moved): start with DEMO=1.',
      );
  }

  async step(): Promise<number> {
    const row = await this.sql.row<{ offset_ms: string }>('SELECT offset_ms FROM platform.demonstration_clock');
    this.clock.follow(Number(row?.offset_ms ?? 0));
    return 0;
  }
}
