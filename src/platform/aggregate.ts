import { AggregateRoot } from '@nestjs/cqrs';
import { Column, PrimaryColumn } from 'typeorm';
import type { DomainEvent } from './event.js';

type AggregateClass = new () => Aggregate;
const byPrefix = new Map<string, AggregateClass>();

/** The id prefix of an aggregate's streams, by which replay finds the class: `@Stream('ord')`. */
export function Stream(prefix: string) {
  return (target: AggregateClass): void => {
    if (byPrefix.has(prefix)) throw new Error(`two aggregates claim the prefix ${prefix}`);
    byPrefix.set(prefix, target);
  };
}

export const aggregateClasses = (): ReadonlyMap<string, AggregateClass> => byPrefix;

/** The class whose events stand under `stream` (`ord_0190…` → Order), or undefined for an unknown prefix. */
export const aggregateOf = (stream: string): AggregateClass | undefined => byPrefix.get(stream.split('_', 1)[0]!);

/**
 * The row is the aggregate. Its fields change only in `on<Event>` methods, so that folding its events gives
 * the row back; `version` counts the events and is the optimistic lock, the ETag and the place in the stream.
 */
export abstract class Aggregate extends AggregateRoot<DomainEvent> {
  @PrimaryColumn('text') readonly id!: string;
  @Column('integer') readonly version: number = 0;

  override apply(event: DomainEvent, fromHistory: unknown = false): void {
    if (!this.getEventHandler(event)) throw new Error(`${this.constructor.name} lacks on${event.constructor.name}`);
    super.apply(event, fromHistory === true);
    (this as { version: number }).version += 1;
  }

  /** The version that the row had when it was loaded; 0 for a new one. */
  get loadedVersion(): number {
    return this.version - this.getUncommittedEvents().length;
  }
}
