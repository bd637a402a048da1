import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CONFIG, type Config } from './config.js';
import { News } from './news.js';

/**
 * What no news tells of (another process, a point in time) is found after at most an eighth more of the time for which it was quiet; and when
 * news ends the quiet, more is looked for after an eighth of `idleMs`, because one thing leads to another.
 */
const SHARE = 1 / 8;

/**
 * A loop that works while there is work and sleeps otherwise: `idleMs` as long as something goes on in this process, longer and longer while
 * nothing does. News (of a commit, or of what another worker did) ends the longer sleep at once. The sequencer finds what any process committed;
 * so all workers of the process that leads hear of it soon, and that they ask by themselves is for time that passes and for news that is lost.
 * It runs in processes whose ROLES hold `worker`; tests call `step()` themselves. Shutting down waits for the step under way.
 */
@Injectable()
export abstract class Worker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  @Inject(CONFIG) private readonly config!: Config;
  @Inject(News) private readonly news!: News;
  protected abstract readonly log: Logger;
  /** How long to sleep when a step found nothing while something goes on, in ms. */
  protected abstract readonly idleMs: number;
  /** How long to sleep at most while nothing does, in ms. */
  protected readonly restMs: number = 1000;
  private running: Promise<void> = Promise.resolve();
  private isStopping = false;
  private isNudged = false;
  private wakeUp = (): void => undefined;

  /** One batch; returns how much it did, 0 for nothing to do. */
  abstract step(): Promise<number>;

  /** How long to sleep after a step that did so much, where one that did nothing is followed by `idleMs`, in ms. */
  protected pauseAfter(done: number, idleMs: number): number {
    return done > 0 ? 0 : idleMs;
  }

  onApplicationBootstrap(): void {
    if (this.config.ROLES.includes('worker')) this.running = this.loop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    this.wakeUp();
    await this.running;
  }

  /** There is work: do not sleep on. */
  nudge(): void {
    this.isNudged = true;
    this.wakeUp();
  }

  private async loop(): Promise<void> {
    let failures = 0;
    /** When there was last something to do, or news. */
    let busyAt = performance.now();
    /** When news last ended the quiet. */
    let wokenAt = -Infinity;
    while (!this.isStopping) {
      this.isNudged = false;
      const { heard } = this.news;
      let isQuiet = false;
      try {
        const done = await this.step();
        failures = 0;
        const now = performance.now();
        if (done > 0) {
          busyAt = now;
          this.news.tell();
        }
        const quietMs = Math.max(this.idleMs, Math.min((now - busyAt) * SHARE, this.restMs));
        isQuiet = quietMs > this.idleMs;
        const newsMs = Math.min(this.idleMs, Math.max(this.idleMs * SHARE, isQuiet ? 0 : now - wokenAt));
        await this.sleep(this.pauseAfter(done, quietMs), this.pauseAfter(done, newsMs), heard);
      } catch (error) {
        failures += 1;
        const wait = Math.min(100 * 2 ** failures, 30_000);
        this.log.error({ error, failures, retryInMs: wait }, 'a worker step failed');
        await this.sleep(wait, wait, heard);
      }
      if (this.news.heard !== heard) {
        busyAt = performance.now();
        if (isQuiet) wokenAt = busyAt;
      }
    }
  }

  /** Sleeps for `ms`, for `newsMs` if there is more news than was `heard` before the step. */
  private async sleep(ms: number, newsMs: number, heard: number): Promise<void> {
    const from = performance.now();
    for (;;) {
      const isNews = this.news.heard !== heard;
      const left = from + (isNews ? newsMs : ms) - performance.now();
      if (left <= 0 || this.isNudged || this.isStopping) return;
      const woken = new Promise<void>((resolve) => (this.wakeUp = resolve));
      const timer = setTimeout(this.wakeUp, Math.ceil(left));
      // While much is going on, a commit should not wake every worker in vain.
      const deafen = !isNews && newsMs < ms ? this.news.listen(this.wakeUp) : undefined;
      await woken;
      clearTimeout(timer);
      deafen?.();
    }
  }
}
