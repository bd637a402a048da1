import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from './clock.js';
import { CONFIG, type Config } from './config.js';
import { permit } from './context.js';
import { DemonstrationClock } from './demonstration-clock.js';
import { Refusal } from './refusal.js';
import { UnitOfWork } from './unit-of-work.js';

/** Moves the demonstration clock ahead by `byMs`. */
export class MoveClock extends Command<{ now: string }> {
  constructor(
    readonly byMs: number,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(MoveClock)
export class MoveClockHandler implements ICommandHandler<MoveClock> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async execute({ byMs, reason }: MoveClock): Promise<{ now: string }> {
    permit('clock.move');
    if (!this.config.DEMO) throw new Refusal('not-a-demonstration');
    const now = this.clock.now();
    const known = await this.uow.manager.existsBy(DemonstrationClock, { id: DemonstrationClock.ID });
    if (known) (await this.uow.get(DemonstrationClock, DemonstrationClock.ID)).advance(now, byMs, reason);
    else this.uow.add(DemonstrationClock.begin(now, byMs, reason));
    return { now: new Date(now.getTime() + byMs).toISOString() };
  }
}
