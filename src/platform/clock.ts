import { Injectable } from '@nestjs/common';

/**
 * The time by which the platform acts. Real, unless a demonstration moved it: then it runs `offset` ms ahead, in every
 * instance (`DemonstrationClockFollower` keeps the offset equal to the row in the database).
 */
@Injectable()
export class Clock {
  private offset = 0;

  now(): Date {
    return new Date(Date.now() + this.offset);
  }

  get offsetMs(): number {
    return this.offset;
  }

  follow(offsetMs: number): void {
    this.offset = offsetMs;
  }
}
