import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { asSystem } from './context.js';
import { eventType, revive, type DomainEvent, type EventClass, type EventMeta } from './event.js';
import { Log, type LogEntry } from './log.js';
import { Sql } from './sql.js';
import { UnitOfWork } from './unit-of-work.js';
import { Worker } from './worker.js';

/** A consequence in one context of what happened in another. It runs at least once for each event: be idempotent. */
export interface Reacts<E extends DomainEvent = DomainEvent> {
  on(event: E, meta: EventMeta): Promise<unknown>;
  /** The same for many events in their order, all or none, where together is faster; if it fails, each comes to `on`. */
  onAll?(events: readonly E[]): Promise<unknown>;
}

/** Marks a reaction. `consumer` names its cursor for ever; a new name starts at the first leaf. */
export const Reaction = DiscoveryService.createDecorator<{ consumer: string; to: EventClass[] }>();

interface Consumer {
  readonly name: string;
  readonly types: ReadonlySet<string>;
  readonly reaction: Reacts;
}
/** A consumer that is behind: its next leaf, and the streams of which it has still to have an earlier event. */
interface Behind {
  readonly consumer: string;
  readonly position: string;
  readonly held: readonly string[];
}
interface Held {
  readonly consumer: string;
  readonly leaf_index: string;
  readonly stream: string;
  readonly attempts: number;
}

/** What a consumer wants of the leaves `from` to `to` (exclusive). */
interface Batch {
  readonly consumer: Consumer;
  readonly from: number;
  readonly to: number;
  readonly wanted: readonly LogEntry[];
  readonly held: readonly string[];
}

const ATTEMPTS_MAX = 10;
/** Bundles that are read at once. */
const BUNDLES_MAX = 16;
/** Events that one transaction brings to a reaction. */
const WANTED_MAX = 256;
/** Transactions for each reaction that is among those furthest behind, in one step. */
const ROUNDS_MAX = 4;
/** One step in so many takes every consumer, wherever it stands. */
const TURN_OF_ALL = 4;

/**
 * Brings the sequenced log to the reactions, each with its own cursor, in batches; the cursor and what the reactions
 * write are one transaction. Those furthest behind go first: what happened first has its consequences first, and whoever
 * reads on finds the log still in memory. An event that fails holds back its own stream only: it is retried with growing
 * pauses, then parked with an alert until an operator resumes it.
 */
@Injectable()
export class Relay extends Worker implements OnModuleInit {
  protected readonly log = new Logger(Relay.name);
  protected readonly idleMs = 50;
  private consumers: Consumer[] = [];
  private steps = 0;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly entries: Log,
    private readonly discovery: DiscoveryService,
  ) {
    super();
  }

  async onModuleInit(): Promise<void> {
    this.consumers = this.discovery.getProviders({ metadataKey: Reaction.KEY }).map((wrapper) => {
      const { consumer, to } = this.discovery.getMetadataByDecorator(Reaction, wrapper)!;
      return { name: consumer, types: new Set(to.map((e) => eventType(e))), reaction: wrapper.instance as Reacts };
    });
    const names = this.consumers.map(({ name }) => name);
    if (new Set(names).size < names.length)
      throw new Error(`two reactions share a name: ${names.toSorted().join(', ')}`);
    await this.sql.rows(
      'INSERT INTO platform.relay_cursor (consumer) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING',
      [names],
    );
  }

  /** Advances consumers by one batch and retries what is due; returns how many leaves and retries it took. */
  async step(): Promise<number> {
    const rows = await this.sql.rows<Behind>(
      `SELECT consumer, position,
         ARRAY (SELECT DISTINCT stream FROM platform.relay_backlog b WHERE b.consumer = c.consumer) AS held
       FROM platform.relay_cursor c, ledger.head WHERE consumer = ANY($1) AND position < size ORDER BY position`,
      [this.consumers.map((c) => c.name)],
    );
    // A new reaction begins far behind: without a turn for all it would hold up every other one until it has caught up.
    const isForAll = (this.steps += 1) % TURN_OF_ALL === 0;
    const next = isForAll ? rows : rows.filter(({ position }) => position === rows[0]!.position);
    const done = next.length > 0 ? await this.advanceAll(next, isForAll ? 1 : ROUNDS_MAX) : 0;
    return done + (await this.retry());
  }

  /** Whether no reaction is still to have the event at `leafIndex`. */
  async isPast(leafIndex: number): Promise<boolean> {
    const behind = await this.sql.row(
      `SELECT 1 FROM platform.relay_cursor WHERE consumer = ANY($1) AND position <= $2
       UNION ALL SELECT 1 FROM platform.relay_backlog WHERE leaf_index = $2 LIMIT 1`,
      [this.consumers.map(({ name }) => name), leafIndex],
    );
    return behind === undefined;
  }

  /** Brings each consumer what it is to have next, in so many rounds at most. @returns by how many leaves they have advanced */
  private async advanceAll(rows: readonly Behind[], rounds: number): Promise<number> {
    const read = new Map<string, LogEntry[]>();
    for (const position of new Set(rows.map((row) => row.position)))
      read.set(position, await this.entries.read(Number(position), BUNDLES_MAX));
    const ahead = rows.map((behind) => {
      const consumer = this.consumers.find(({ name }) => name === behind.consumer)!;
      return batchesOf(consumer, behind, read.get(behind.position)!, rounds);
    });
    // Who wants nothing moves together with others.
    await this.pass(ahead.filter(([first]) => first!.wanted.length === 0).flat());
    await this.deliverAll(ahead.filter(([first]) => first!.wanted.length > 0));
    return ahead.flat().reduce((sum, { from, to }) => sum + to - from, 0);
  }

  /** Moves the cursors of those that want nothing, each only if it still stands where it did. */
  private async pass(batches: readonly Batch[]): Promise<void> {
    if (batches.length === 0) return;
    await this.sql.rows(
      `UPDATE platform.relay_cursor c SET position = b.till FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS b (consumer, since, till)
       WHERE c.consumer = b.consumer AND c.position = b.since`,
      [batches.map(({ consumer }) => consumer.name), batches.map(({ from }) => from), batches.map(({ to }) => to)],
    );
  }

  /** Round by round, one batch of each consumer that all went well with; what the next round brings is read meanwhile. */
  private async deliverAll(ahead: readonly (readonly Batch[])[]): Promise<void> {
    const read = (batches: readonly Batch[]): Promise<Map<string, string>> => {
      const payloads = this.entries.payloads([...new Set(batches.flatMap(({ wanted }) => wanted.map(({ id }) => id)))]);
      payloads.catch(() => undefined); // Told when they are asked for.
      return payloads;
    };
    let going = ahead;
    let next = read(going.flatMap(([batch]) => batch ?? []));
    for (let round = 0; going.length > 0; round += 1) {
      const payloads = await next;
      next = read(going.flatMap((batches) => batches[round + 1] ?? []));
      const well: (readonly Batch[])[] = [];
      for (const batches of going)
        if ((await this.advance(batches[round]!, payloads)) && batches[round + 1]) well.push(batches);
      going = well;
    }
  }

  /** @returns whether all went well together */
  private async advance(
    { consumer, from, to, wanted, held }: Batch,
    payloads: ReadonlyMap<string, string>,
  ): Promise<boolean> {
    const deliver = (entry: LogEntry) => this.deliver(consumer, entry, payloads.get(entry.id));
    // More of them come only with a move of the cursor.
    const blocked = new Set(held);
    if (!wanted.some(({ stream }) => blocked.has(stream))) {
      try {
        await this.moveCursor(consumer, from, to, () => this.deliverTogether(consumer, wanted, payloads));
        return true;
      } catch (error) {
        this.log.warn({ consumer: consumer.name, from, to, error }, 'a batch failed; delivering its events one by one');
      }
    }
    let position = from;
    for (const entry of wanted) {
      const next = entry.leafIndex + 1;
      try {
        if (blocked.has(entry.stream)) throw new Error('an earlier event of the same stream waits');
        await this.moveCursor(consumer, position, next, () => deliver(entry));
      } catch (error) {
        blocked.add(entry.stream);
        await this.moveCursor(consumer, position, next, () => this.hold(consumer, entry, error));
      }
      position = next;
    }
    if (position < to) await this.moveCursor(consumer, position, to, () => Promise.resolve());
    return false;
  }

  /** One transaction: the work and the cursor. Nothing happens when another instance moved the cursor meanwhile. */
  private moveCursor(consumer: Consumer, from: number, to: number, work: () => Promise<unknown>): Promise<void> {
    return asSystem(() =>
      this.uow.run(async () => {
        const here = await this.sql.row(
          'SELECT FROM platform.relay_cursor WHERE consumer = $1 AND position = $2 FOR NO KEY UPDATE',
          [consumer.name, from],
        );
        if (!here) return;
        await work();
        this.uow.withCommit('UPDATE platform.relay_cursor SET position = $2 WHERE consumer = $1', [consumer.name, to]);
      }),
    );
  }

  private async deliver(consumer: Consumer, entry: LogEntry, payload: string | undefined): Promise<void> {
    // An erased payload has nothing left to react to.
    if (payload !== undefined) await consumer.reaction.on(revive(entry.type, payload), entry);
  }

  private async deliverTogether(
    consumer: Consumer,
    entries: readonly LogEntry[],
    payloads: ReadonlyMap<string, string>,
  ): Promise<void> {
    const left = entries.filter(({ id }) => payloads.has(id));
    if (consumer.reaction.onAll && left.length > 1)
      await consumer.reaction.onAll(left.map(({ id, type }) => revive(type, payloads.get(id)!)));
    else for (const entry of left) await this.deliver(consumer, entry, payloads.get(entry.id));
  }

  private async hold(consumer: Consumer, entry: LogEntry, error: unknown): Promise<void> {
    this.log.error({ consumer: consumer.name, event: entry.id, stream: entry.stream, error }, 'a reaction failed');
    await this.sql.rows(
      `INSERT INTO platform.relay_backlog (consumer, leaf_index, stream, error) VALUES ($1, $2, $3, $4)`,
      [consumer.name, entry.leafIndex, entry.stream, String(error)],
    );
  }

  private async retry(): Promise<number> {
    const heads = await this.sql.rows<Held>(
      `SELECT * FROM (SELECT DISTINCT ON (consumer, stream) consumer, leaf_index, stream, attempts, try_at, parked_at
         FROM platform.relay_backlog ORDER BY consumer, stream, leaf_index) first
       WHERE try_at <= now() AND parked_at IS NULL LIMIT 100`,
    );
    for (const head of heads) await this.retryOne(head);
    return heads.length;
  }

  private async retryOne({ consumer: name, leaf_index, stream, attempts }: Held): Promise<void> {
    const consumer = this.consumers.find((c) => c.name === name);
    if (!consumer) return;
    const [entry] = await this.entries.read(Number(leaf_index));
    const payloads = await this.entries.payloads([entry!.id]);
    try {
      await asSystem(() =>
        this.uow.run(async () => {
          const taken = await this.sql.rows(
            'DELETE FROM platform.relay_backlog WHERE consumer = $1 AND leaf_index = $2 RETURNING stream',
            [name, leaf_index],
          );
          if (taken[0]) await this.deliver(consumer, entry!, payloads.get(entry!.id));
        }),
      );
    } catch (error) {
      const tried = attempts + 1;
      const parked = tried >= ATTEMPTS_MAX;
      this.log.error(
        { alert: parked, consumer: name, event: entry!.id, stream, tried, error },
        'a reaction failed again',
      );
      await this.sql.rows(
        `UPDATE platform.relay_backlog SET attempts = $3, error = $4, try_at = now() + $5 * interval '1 second',
           parked_at = CASE WHEN $6 THEN now() END WHERE consumer = $1 AND leaf_index = $2`,
        [name, leaf_index, tried, String(error), Math.min(2 ** tried, 3600), parked],
      );
    }
  }
}

/** What a consumer is to have of these entries, as it can have it at once each time; the last one takes it to their end if nothing more is wanted. */
function batchesOf(
  consumer: Consumer,
  { position, held }: Behind,
  entries: readonly LogEntry[],
  rounds: number,
): Batch[] {
  const batches: Batch[] = [];
  const end = Number(position) + entries.length;
  let [from, wanted]: [number, LogEntry[]] = [Number(position), []];
  for (const entry of entries) {
    if (batches.length === rounds) return batches;
    if (!consumer.types.has(entry.type)) continue;
    wanted.push(entry);
    if (wanted.length < WANTED_MAX) continue;
    batches.push({ consumer, from, to: entry.leafIndex + 1, wanted, held });
    [from, wanted] = [entry.leafIndex + 1, []];
  }
  if (from < end && batches.length < rounds) batches.push({ consumer, from, to: end, wanted, held });
  return batches;
}
