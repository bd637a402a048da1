import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from './aggregate.js';
import { Event } from './event.js';

@Event('platform.clock-moved.v1')
export class ClockMoved {
  constructor(
    readonly offsetMs: number,
    readonly from: string,
    readonly to: string,
    readonly reason: string,
  ) {}
}

/** How far a demonstration runs ahead of real time. One row; only ever forward, because deadlines cannot unfire. */
@Entity({ schema: 'platform', name: 'demonstration_clock' })
@Stream('clk')
export class DemonstrationClock extends Aggregate {
  @Column('bigint') readonly offsetMs!: string;

  static readonly ID = 'clk_demonstration';

  static begin(at: Date, offsetMs: number, reason: string): DemonstrationClock {
    const clock = Object.assign(new DemonstrationClock(), { id: this.ID, offsetMs: '0' });
    clock.advance(at, offsetMs, reason);
    return clock;
  }

  /** @param by how much further ahead, in ms */
  advance(at: Date, by: number, reason: string): void {
    const to = new Date(at.getTime() + by);
    this.apply(new ClockMoved(Number(this.offsetMs) + by, at.toISOString(), to.toISOString(), reason));
  }

  onClockMoved({ offsetMs }: ClockMoved): void {
    (this as { offsetMs: string }).offsetMs = String(offsetMs);
  }
}
