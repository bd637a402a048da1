import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { EventQuery, EventView, Page } from '@app/sdk';
import { permit } from '../platform/context.js';
import { Log, type LogEntry } from '../platform/log.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { EventReader } from './event-reader.js';

/** The events of the log in its order, or those of one stream, with their payloads. */
export class ListEvents extends Query<Page<EventView>> {
  constructor(readonly query: EventQuery) {
    super();
  }
}

@QueryHandler(ListEvents)
export class ListEventsHandler implements IQueryHandler<ListEvents> {
  constructor(
    private readonly log: Log,
    private readonly sql: Sql,
    private readonly reader: EventReader,
  ) {}

  async execute({ query: { limit, cursor, stream } }: ListEvents): Promise<Page<EventView>> {
    permit('ledger.read');
    // The list, and the last index seen, or in a stream the last version; both begin before the first.
    const list = stream ?? 'log';
    const [, last] = decodeCursor(cursor, `=${list}`, 'count') ?? [];
    const entries = stream
      ? await this.ofStream(stream, Number(last ?? 0), limit + 1)
      : await this.ofLog(Number(last ?? -1) + 1, limit + 1);
    return toPage(await this.reader.withPayloads(entries), limit, (event) => [
      list,
      stream ? event.streamVersion : event.index,
    ]);
  }

  private async ofLog(from: number, count: number): Promise<LogEntry[]> {
    const entries: LogEntry[] = [];
    while (entries.length < count) {
      const more = await this.log.read(from + entries.length);
      if (more.length === 0) break;
      entries.push(...more.slice(0, count - entries.length));
    }
    return entries;
  }

  private async ofStream(stream: string, after: number, count: number): Promise<LogEntry[]> {
    const rows = await this.sql.rows<{ id: string }>(
      'SELECT event_id AS id FROM ledger.payload WHERE stream = $1 AND version > $2::bigint ORDER BY version LIMIT $3',
      [stream, after, count],
    );
    return this.reader.find(rows.map(({ id }) => id));
  }
}
