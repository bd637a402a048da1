import { Injectable, Logger } from '@nestjs/common';
import { addDays, shanghaiDate, startOfDay } from '@app/calendar';
import { Gauge } from 'prom-client';
import { VenueOpened } from '../market/venue.js';
import { binaryArray } from '../platform/binary-array.js';
import { asSystem } from '../platform/context.js';
import { eventType } from '../platform/event.js';
import { Log, type LogEntry } from '../platform/log.js';
import { registry } from '../platform/metrics.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Worker } from '../platform/worker.js';
import { sights } from './visibility.js';

const BUNDLES_MAX = 16;
const VENUE_OPENED = eventType(VenueOpened);

const lag = new Gauge({
  name: 'databourse_feed_lag_leaves',
  help: "Sequenced leaves that are in no operator's feed yet",
  registers: [registry],
});
const entriesOf = new Gauge({
  name: 'databourse_feed_entries',
  help: "Last position of an operator's feed, as far as this process has written it",
  labelNames: ['operator'],
  registers: [registry],
});

/** The deadline that cuts an operator's daily manifest. */
export const FEED_DAY = 'feed.day';

interface Entry {
  readonly operatorId: string;
  readonly position: number;
  readonly leaf: LogEntry;
  readonly venueId: string | null;
}

/** What follows from the log up to some leaf: who sees what, and how long each feed is. */
interface Known {
  /** Who sees a venue's events. */
  readonly venues: Map<string, readonly string[]>;
  /** The last position of every feed. */
  readonly sizes: Map<string, number>;
  readonly venueOf: Map<string, string>;
  /** What these leaves add to it. */
  readonly moves: { readonly stream: string; readonly since: number; readonly venueId: string }[];
}

/**
 * Walks the sequenced log and gives every operator the events that it may see, with dense positions. Entries and cursor are
 * one transaction that compares the cursor with what it continues, so that several instances may run, and each may stop
 * anywhere. An operator's feed begins with the event that opened its first venue; what was public before stands in the
 * public registers.
 */
@Injectable()
export class FeedWriter extends Worker {
  protected readonly log = new Logger(FeedWriter.name);
  protected readonly idleMs = 50;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly entries: Log,
  ) {
    super();
  }

  /** Takes the next batch of leaves; answers how many. */
  async step(): Promise<number> {
    const row = await this.sql.row<{ position: string }>('SELECT position FROM feed.cursor');
    const from = Number(row!.position);
    const size = await this.entries.size();
    lag.set(size - from);
    if (size <= from) return 0;
    const leaves = await this.entries.read(from, BUNDLES_MAX);
    const seen = leaves.filter(({ type }) => (sights[type]?.seenBy ?? 'nobody') !== 'nobody');
    const telling = seen.filter(({ type }) => type === VENUE_OPENED || sights[type]!.found !== undefined);
    const payloads = await this.entries.payloads(telling.map(({ id }) => id));
    await asSystem(() =>
      this.uow.run(async () => {
        const moved = await this.sql.rows(
          'UPDATE feed.cursor SET position = $2 WHERE position = $1 RETURNING position',
          [from, from + leaves.length],
        );
        if (moved[0] && seen[0]) await this.write(seen, payloads);
      }),
    );
    return leaves.length;
  }

  private async write(leaves: readonly LogEntry[], payloads: ReadonlyMap<string, string>): Promise<void> {
    const told = new Map([...payloads].map(([id, payload]) => [id, JSON.parse(payload) as unknown]));
    const known = await this.known(leaves, told);
    const entries: Entry[] = [];
    for (const leaf of leaves) {
      if (leaf.type === VENUE_OPENED) await this.open(leaf, told.get(leaf.id) as VenueOpened | undefined, known);
      const { seenBy, found } = sights[leaf.type]!;
      const named = found === undefined ? undefined : at(told.get(leaf.id), found);
      const venueId = venueAt(leaf, named, known);
      const operators = seenBy === 'everyone' ? known.sizes.keys() : (known.venues.get(venueId ?? '') ?? []);
      for (const operatorId of operators) {
        const position = known.sizes.get(operatorId)! + 1;
        known.sizes.set(operatorId, position);
        entries.push({ operatorId, position, leaf, venueId: venueId ?? null });
      }
    }
    await this.insert(entries, known);
  }

  /** What the log said before, as far as these leaves ask for it. */
  private async known(leaves: readonly LogEntry[], told: ReadonlyMap<string, unknown>): Promise<Known> {
    const named = leaves.map(({ id, type }) => at(told.get(id), sights[type]!.found ?? ''));
    const streams = new Set([...leaves.map(({ stream }) => stream), ...named.filter((name) => name !== undefined)]);
    const venueOf = await this.sql.rows<{ stream: string; venue: string }>(
      `SELECT DISTINCT ON (stream) stream, venue_id AS venue FROM feed.subject_venue WHERE stream = ANY ($1)
       ORDER BY stream, since DESC`,
      [[...streams]],
    );
    const venues = await this.sql.rows<{ id: string; operators: string[] }>(
      'SELECT venue_id AS id, operator_ids AS operators FROM feed.venue',
    );
    const sizes = await this.sql.rows<{ id: string; size: string }>(
      'SELECT operator_id AS id, size FROM feed.operator ORDER BY operator_id',
    );
    return {
      venues: new Map(venues.map(({ id, operators }) => [id, operators])),
      sizes: new Map(sizes.map(({ id, size }) => [id, Number(size)])),
      venueOf: new Map(venueOf.map(({ stream, venue }) => [stream, venue])),
      moves: [],
    };
  }

  /** A new venue: a new feed, unless its operator has one. */
  private async open({ occurredAt }: LogEntry, opened: VenueOpened | undefined, known: Known): Promise<void> {
    if (!opened) return;
    const { venueId, operatorId, parentId } = opened;
    const operators = [...new Set([operatorId, ...(known.venues.get(parentId ?? '') ?? [])])];
    known.venues.set(venueId, operators);
    await this.sql.rows('INSERT INTO feed.venue (venue_id, operator_ids) VALUES ($1, $2)', [venueId, operators]);
    if (known.sizes.has(operatorId)) return;
    known.sizes.set(operatorId, 0);
    await this.sql.rows('INSERT INTO feed.operator (operator_id, since, size) VALUES ($1, $2, 0)', [
      operatorId,
      occurredAt,
    ]);
    const dayEnds = startOfDay(addDays(shanghaiDate(new Date(occurredAt)), 1));
    await this.uow.schedule(FEED_DAY, operatorId, dayEnds);
  }

  private async insert(entries: readonly Entry[], { sizes, moves }: Known): Promise<void> {
    await this.sql.rows(
      'INSERT INTO feed.subject_venue (stream, since, venue_id) SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[])',
      [moves.map(({ stream }) => stream), moves.map(({ since }) => since), moves.map(({ venueId }) => venueId)],
    );
    if (entries.length === 0) return;
    const leaves = [...new Set(entries.map(({ leaf }) => leaf))];
    await this.sql.rows('INSERT INTO feed.leaf (leaf_index, leaf) SELECT * FROM unnest($1::bigint[], $2::bytea[])', [
      leaves.map(({ leafIndex }) => leafIndex),
      binaryArray(
        'bytea',
        leaves.map(({ bytes }) => bytes),
      ),
    ]);
    await this.sql.rows(
      `INSERT INTO feed.entry (operator_id, position, leaf_index, event_id, venue_id, type, subject)
       SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[]::uuid[], $5::text[], $6::text[], $7::text[])`,
      [
        texts(entries, ({ operatorId }) => operatorId),
        entries.map(({ position }) => position),
        entries.map(({ leaf }) => leaf.leafIndex),
        texts(entries, ({ leaf }) => leaf.id),
        texts(entries, ({ venueId }) => venueId),
        texts(entries, ({ leaf }) => leaf.type),
        texts(entries, ({ leaf }) => leaf.stream),
      ],
    );
    await this.sql.rows(
      `UPDATE feed.operator o SET size = n.size FROM unnest($1::text[], $2::bigint[]) AS n (id, size)
       WHERE o.operator_id = n.id`,
      [[...sizes.keys()], [...sizes.values()]],
    );
    await this.sql.rows(`SELECT pg_notify('feed', '')`);
    for (const [operator, size] of sizes) entriesOf.set({ operator }, size);
  }
}

const texts = (entries: readonly Entry[], of: (entry: Entry) => string | null): Buffer =>
  binaryArray('text', entries.map(of));

/** The venue of this event, from now on that of its stream; `named` is a venue, or a stream that has one. */
function venueAt({ type, stream, leafIndex }: LogEntry, named: string | undefined, known: Known): string | undefined {
  if (type === VENUE_OPENED) return stream;
  const before = known.venueOf.get(stream);
  const venueId = named?.startsWith('ven_') ? named : known.venueOf.get(named ?? '');
  if (venueId === undefined || venueId === before) return before;
  known.venueOf.set(stream, venueId);
  known.moves.push({ stream, since: leafIndex, venueId });
  return venueId;
}

/** The text at a path of the payload (`offer.venueId`), if there is one. */
function at(payload: unknown, path: string): string | undefined {
  const value = path.split('.').reduce<unknown>((o, key) => (o as Record<string, unknown> | undefined)?.[key], payload);
  return typeof value === 'string' ? value : undefined;
}
