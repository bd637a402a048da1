import { createHash } from 'node:crypto';
import { aggregateOf, type Aggregate } from '../platform/aggregate.js';
import { revive, type EventClass } from '../platform/event.js';
import type { LogEntry } from '../platform/log.js';
import { projections, type Row } from '../platform/projection.js';
import { isErasable, PayloadErased } from './erasure.js';

/** What is not as the events have it. `column` is empty for a whole row, `id` too for a whole table. */
export interface Difference {
  readonly table: string;
  readonly id: string;
  readonly column: string;
  readonly expected: string;
  readonly actual: string;
}

/** A row of which only existence and `version` could be compared, because a payload of its stream is erased. */
export interface Uncompared {
  readonly table: string;
  readonly id: string;
}

export interface StoredPayload {
  readonly event_id: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly salt: Buffer | null;
  readonly payload: string | null;
}

const LISTED_MAX = 1000;
const TEXT_MAX = 200;

/** What the events say, folded one by one: every aggregate, and the rows of every projection. */
export class Fold {
  readonly aggregates = new Map<string, Aggregate>();
  readonly rows = new Map<string, Map<string, Row>>([...projections().keys()].map((table) => [table, new Map()]));
  /** Streams with an event that could not be folded: what their rows should be is not known. */
  readonly unknowable = new Set<string>();
  /** How many events each stream has. */
  readonly versions = new Map<string, number>();
  /** The first 1000. */
  readonly differences: Difference[] = [];
  differenceCount = 0;
  /** The first 1000. */
  readonly uncompared: Uncompared[] = [];
  uncomparedCount = 0;
  events = 0;
  /** Types of the events without a payload, by event id; and the ids that {@link PayloadErased} events name. */
  private readonly erasedTypes = new Map<string, string>();
  private readonly erasures = new Set<string>();

  get erased(): number {
    return this.erasedTypes.size;
  }

  differ(table: string, id: string, column: string, expected: unknown, actual: unknown): void {
    this.differenceCount += 1;
    if (this.differences.length === LISTED_MAX) return;
    const short = (value: unknown): string => String(value).slice(0, TEXT_MAX);
    this.differences.push({ table, id, column, expected: short(expected), actual: short(actual) });
  }

  leaveOut(table: string, id: string): void {
    this.uncomparedCount += 1;
    if (this.uncompared.length < LISTED_MAX) this.uncompared.push({ table, id });
  }

  /** After the last event: a payload is missing exactly where an event erased it, and only where that is allowed. */
  compareErasures(): void {
    const differ = (id: string, expected: string, actual: string): void =>
      this.differ('ledger.payload', id, 'payload', expected, actual);
    for (const [id, type] of this.erasedTypes) {
      if (!this.erasures.has(id)) differ(id, 'a payload: no event erased it', 'erased');
      else if (!isErasable(type)) differ(id, `kept: ${type}`, 'erased');
    }
    for (const id of this.erasures) if (!this.erasedTypes.has(id)) differ(id, 'erased by an event', 'not erased');
  }

  /** Takes the next event of the log, and what is stored as its payload. */
  take(entry: Omit<LogEntry, 'leafIndex'>, stored: StoredPayload | undefined): void {
    const differ = (column: string, expected: unknown, actual: unknown): void =>
      this.differ('ledger.payload', entry.id, column, expected, actual);
    this.events += 1;
    const version = (this.versions.get(entry.stream) ?? 0) + 1;
    if (entry.version !== version) differ('version', version, entry.version);
    this.versions.set(entry.stream, entry.version);
    if (!stored) differ('', 'a payload', 'none');
    if (stored) for (const key of META) if (stored[key] !== entry[key]) differ(key, entry[key], stored[key]);
    if (!stored || stored.payload === null || stored.salt === null) {
      if (stored && stored.payload !== stored.salt) differ('salt', 'erased together', 'one of salt and payload');
      if (stored) this.erasedTypes.set(entry.id, entry.type);
      this.unknowable.add(entry.stream);
      return;
    }
    const digest = createHash('sha256').update(stored.salt).update(stored.payload).digest('hex');
    if (digest !== entry.payloadDigest) differ('payload', `SHA-256 ${entry.payloadDigest}`, `SHA-256 ${digest}`);
    try {
      this.apply(entry, stored.payload);
    } catch (error) {
      this.unknowable.add(entry.stream);
      differ('payload', `a foldable ${entry.type}`, error);
    }
  }

  private apply(entry: Omit<LogEntry, 'leafIndex'>, payload: string): void {
    const event = revive(entry.type, payload);
    if (event instanceof PayloadErased) this.erasures.add(event.eventId);
    const aggregateClass = this.unknowable.has(entry.stream) ? undefined : aggregateOf(entry.stream);
    if (aggregateClass) {
      const aggregate = this.aggregates.get(entry.stream) ?? Object.assign(new aggregateClass(), { id: entry.stream });
      this.aggregates.set(entry.stream, aggregate);
      aggregate.loadFromHistory([event]);
    }
    for (const projection of projections().values())
      if (projection.of.has(event.constructor as EventClass))
        projection.fold(event, this.rows.get(projection.table)!, entry);
  }
}

const META = ['stream', 'version', 'type'] as const;
