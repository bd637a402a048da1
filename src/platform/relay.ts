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
}

/** Marks a reaction. `consumer` names its cursor for ever; a new name starts at the first leaf. */
export const Reaction = DiscoveryService.createDecorator<{ consumer: string; to: EventClass[] }>();

interface Consumer {
  readonly name: string;
  readonly types: ReadonlySet<string>;
  readonly reaction: Reacts;
}
interface Held {
  readonly consumer: string;
  readonly leaf_index: string;
  readonly stream: string;
  readonly attempts: number;
}

const ATTEMPTS_MAX = 10;

/**
 * Brings the sequenced log to the reactions, each with its own cursor, in batches; the cursor and what the reactions
 * write are one transaction. An event that fails holds back its own stream only: it is retried with growing pauses,
 * then parked with an alert until an operator resumes it.
 */
@Injectable()
export class Relay extends Worker implements OnModuleInit {
  protected readonly log = new Logger(Relay.name);
  protected readonly idleMs = 50;
  private consumers: Consumer[] = [];

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

  /** Advances every consumer by one batch and retries what is due; returns how many leaves and retries it took. */
  async step(): Promise<number> {
    const size = await this.entries.size();
    const rows = await this.sql.rows<{ consumer: string; position: string }>(
      'SELECT consumer, position FROM platform.relay_cursor WHERE consumer = ANY($1) AND position < $2',
      [this.consumers.map((c) => c.name), size],
    );
    let done = 0;
    for (const { consumer, position } of rows)
      done += await this.advance(
        this.consumers.find((c) => c.name === consumer)!,
        Number(position),
      );
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

  private async advance(consumer: Consumer, from: number): Promise<number> {
    const entries = await this.entries.read(from);
    const wanted = entries.filter((entry) => consumer.types.has(entry.type));
    const payloads = await this.entries.payloads(wanted.map(({ id }) => id));
    const deliver = (entry: LogEntry) => this.deliver(consumer, entry, payloads.get(entry.id));
    const held = await this.sql.rows<Held>('SELECT DISTINCT stream FROM platform.relay_backlog WHERE consumer = $1', [
      consumer.name,
    ]);
    const blocked = new Set(held.map(({ stream }) => stream));
    const to = from + entries.length;
    if (!wanted.some(({ stream }) => blocked.has(stream))) {
      try {
        await this.moveCursor(consumer, from, to, async () => {
          for (const entry of wanted) await deliver(entry);
        });
        return entries.length;
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
    return entries.length;
  }

  /** One transaction: the work and the cursor. Nothing happens when another instance moved the cursor meanwhile. */
  private moveCursor(consumer: Consumer, from: number, to: number, work: () => Promise<unknown>): Promise<void> {
    return asSystem(() =>
      this.uow.run(async () => {
        const moved = await this.sql.rows(
          'UPDATE platform.relay_cursor SET position = $3 WHERE consumer = $1 AND position = $2 RETURNING position',
          [consumer.name, from, to],
        );
        if (moved[0]) await work();
      }),
    );
  }

  private async deliver(consumer: Consumer, entry: LogEntry, payload: string | undefined): Promise<void> {
    // An erased payload has nothing left to react to.
    if (payload !== undefined) await consumer.reaction.on(revive(entry.type, payload), entry);
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
