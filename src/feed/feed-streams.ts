import { Readable, type Writable } from 'node:stream';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Refusal } from '../platform/refusal.js';
import { FeedNews } from './feed-news.js';
import type { Place } from './feed-place.js';
import { FeedReader, type FeedFilter } from './feed-reader.js';

/** Of one operator, in this process. */
export const STREAMS_MAX = 16;
/** Events read at a time: what a slow reader costs in memory. */
const BATCH = 50;
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 2000;

/**
 * Server-sent events (HTML Standard §9.2): each event with a cursor as its id, comments while there is nothing. Nothing is
 * read from the database before the reader has taken what was sent.
 */
@Injectable()
export class FeedStreams implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly open = new Map<string, number>();

  constructor(
    private readonly reader: FeedReader,
    private readonly news: FeedNews,
  ) {}

  /**
   * @param until when the access token ends, and with it the stream
   * @param reader closed when nobody reads any more
   */
  start(place: Place, filter: FeedFilter, until: Date, reader: Writable): Readable {
    const { operatorId } = place;
    const already = this.open.get(operatorId) ?? 0;
    if (already >= STREAMS_MAX) throw new Refusal('feed/too-many-streams', { limit: STREAMS_MAX, retryAfter: 5 });
    this.open.set(operatorId, already + 1);
    const gone = new AbortController();
    const expired = setTimeout(() => gone.abort(), Math.min(until.getTime() - Date.now(), 2 ** 31 - 1));
    const signal = AbortSignal.any([gone.signal, this.stopping.signal]);
    // The stream itself closes only after the generator, which may be waiting for news.
    reader.once('close', () => gone.abort());
    const stream = Readable.from(this.pour(place, filter, signal), { highWaterMark: 1 });
    stream.once('close', () => {
      clearTimeout(expired);
      this.open.set(operatorId, this.open.get(operatorId)! - 1);
    });
    return stream;
  }

  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  private async *pour({ operatorId, after, cursorAt }: Place, filter: FeedFilter, signal: AbortSignal) {
    yield `retry: ${RETRY_MS}\n\n`;
    for (let position = after; !signal.aborted;) {
      const { heard } = this.news;
      const items = await this.reader.read(operatorId, position, BATCH, filter);
      for (const item of items) {
        if (signal.aborted) return;
        yield `id: ${cursorAt(item.position)}\ndata: ${JSON.stringify(item.event)}\n\n`;
        position = item.position;
      }
      if (items.length === BATCH) continue;
      await this.news.wait(heard, HEARTBEAT_MS, signal);
      if (heard === this.news.heard && !signal.aborted) yield ': nothing new\n\n';
    }
  }
}
