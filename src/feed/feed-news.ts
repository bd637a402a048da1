import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { DATABASE_URL, sessionOptions } from '../platform/data-source.js';

/** How long to wait without a connection to the database, in ms. */
const BLIND_MS = 1000;

/** Wakes those who wait for entries: one connection listens for what a writer, in whatever instance, notifies. */
@Injectable()
export class FeedNews implements OnApplicationShutdown {
  private readonly log = new Logger(FeedNews.name);
  private readonly waiting = new Set<() => void>();
  private listening: Promise<pg.Client | undefined> | undefined;
  private count = 0;

  constructor(@Inject(DATABASE_URL) private readonly url: string) {}

  /** How many times there was news: read it before reading the feed, then wait for more. */
  get heard(): number {
    return this.count;
  }

  /** Returns at the first news after `heard`, after `ms`, or when `signal` aborts. */
  async wait(heard: number, ms: number, signal: AbortSignal): Promise<void> {
    const connected = await (this.listening ??= this.listen());
    if (this.count !== heard || signal.aborted) return;
    const wake = new AbortController();
    const wakeUp = (): void => wake.abort();
    this.waiting.add(wakeUp);
    signal.addEventListener('abort', wakeUp, { once: true });
    await sleep(connected ? ms : Math.min(ms, BLIND_MS), undefined, { signal: wake.signal }).catch(() => undefined);
    signal.removeEventListener('abort', wakeUp);
    this.waiting.delete(wakeUp);
  }

  async onApplicationShutdown(): Promise<void> {
    const client = await this.listening;
    client?.removeAllListeners('end');
    await client?.end();
  }

  private async listen(): Promise<pg.Client | undefined> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'databourse feed',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      options: sessionOptions('databourse_app'),
    });
    const lost = (): void => {
      this.listening = undefined;
      this.tell();
    };
    client.on('notification', () => this.tell());
    client.on('error', (error) => this.log.warn({ error }, 'the connection that listens broke'));
    client.on('end', lost);
    try {
      await client.connect();
      await client.query('LISTEN feed');
      // What was notified before we listened is not heard any more.
      this.tell();
      return client;
    } catch (error) {
      this.log.warn({ error }, 'cannot listen for news');
      await sleep(BLIND_MS);
      this.listening = undefined;
      return undefined;
    }
  }

  private tell(): void {
    this.count += 1;
    for (const wakeUp of this.waiting) wakeUp();
  }
}
