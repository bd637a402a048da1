import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CONFIG, type Config } from './config.js';

/**
 * A loop that works while there is work and sleeps otherwise. It runs in processes whose ROLES hold `worker`;
 * tests call `step()` themselves. Shutting down waits for the step under way.
 */
@Injectable()
export abstract class Worker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  @Inject(CONFIG) private readonly config!: Config;
  protected abstract readonly log: Logger;
  /** How long to sleep when a step found nothing, in ms. */
  protected abstract readonly idleMs: number;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private wake = new AbortController();

  /** One batch; returns how much it did, 0 for nothing to do. */
  abstract step(): Promise<number>;

  /** How long to sleep after a step that did so much, in ms. */
  protected pauseAfter(done: number): number {
    return done > 0 ? 0 : this.idleMs;
  }

  onApplicationBootstrap(): void {
    if (this.config.ROLES.includes('worker')) this.running = this.loop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    this.wake.abort();
    await this.running;
  }

  /** There is news: do not sleep on. */
  nudge(): void {
    this.wake.abort();
  }

  private async loop(): Promise<void> {
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      this.wake = new AbortController();
      let wait: number;
      try {
        wait = this.pauseAfter(await this.step());
        failures = 0;
      } catch (error) {
        failures += 1;
        wait = Math.min(100 * 2 ** failures, 30_000);
        this.log.error({ error, failures, retryInMs: wait }, 'a worker step failed');
      }
      if (wait > 0) await sleep(wait, undefined, { signal: this.wake.signal }).catch(() => undefined);
    }
  }
}
