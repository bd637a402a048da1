import { constants } from 'node:os';
import { endWithNpm } from '../../src/platform/end-with-npm.js';
import type { Running } from '../../src/start.js';

const IMPATIENT_AFTER_MS = 1000;

/**
 * Ends the process in order: requests and steps under way are finished, the database is stopped. A signal does so too; its exit code is 0
 * once the work is done, else 128 + its number, as shells count. A second signal does not wait any longer.
 */
export class Stopping {
  done = false;
  private ending: Promise<never> | undefined;
  private askedAt = 0;

  constructor(private readonly starting: Promise<Running>) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => this.hear(128 + constants.signals[signal]));
    endWithNpm();
  }

  /** Never returns. The first call decides the exit code. */
  end(code: number): Promise<never> {
    this.ending ??= this.starting
      .then((running) => running.stop())
      .then(
        () => process.exit(code),
        () => process.exit(code || 1),
      );
    return this.ending;
  }

  /** Whether somebody wants it to end; then what fails is the consequence. */
  get asked(): boolean {
    return this.askedAt > 0;
  }

  private hear(code: number): void {
    // npm hands on a signal that the terminal has sent to us already.
    if (this.asked && Date.now() - this.askedAt > IMPATIENT_AFTER_MS) process.exit(code);
    this.askedAt ||= Date.now();
    void this.end(this.done ? 0 : code);
  }
}
