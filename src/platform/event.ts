/** A past fact. Its fields are JSON values, so that its bytes can be hashed once and replayed for ever. */
export type DomainEvent = object;

/** What surrounds an event in the ledger: the public part of its leaf. */
export interface EventMeta {
  readonly leafIndex: number;
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly version: number;
  readonly actor: string;
  readonly onBehalfOf?: string;
  readonly occurredAt: string;
  readonly rulePack?: string;
}

export type EventClass<E extends DomainEvent = DomainEvent> = new (...args: never[]) => E;
const classes = new Map<string, EventClass>();
const types = new Map<unknown, string>();

/** Gives an event class its wire name, which outlives renames: `@Event('trading.order-placed.v1')`. */
export function Event(type: string) {
  return (target: EventClass): void => {
    if (classes.has(type)) throw new Error(`two event classes claim ${type}`);
    classes.set(type, target);
    types.set(target, type);
  };
}

export function eventType(event: EventClass | DomainEvent): string {
  const type = types.get(typeof event === 'function' ? event : event.constructor);
  if (!type) throw new Error(`${(event as { name?: string }).name ?? event.constructor.name} lacks @Event(...)`);
  return type;
}

/** The event that `payload`, the canonical JSON written at its commit, stands for. */
export function revive(type: string, payload: string): DomainEvent {
  const eventClass = classes.get(type);
  if (!eventClass) throw new Error(`unknown event ${type}`);
  // Freshly parsed and nobody's: it becomes the event without being copied.
  return Object.setPrototypeOf(JSON.parse(payload), eventClass.prototype as object) as DomainEvent;
}

export const knownEvents = (): ReadonlyMap<string, EventClass> => classes;
