import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { CommandBus, type Command } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Aggregate } from './aggregate.js';
import { Clock } from './clock.js';
import { currentContext, SYSTEM } from './context.js';
import { statementsOf, type Deadline } from './deadline.js';
import type { DomainEvent } from './event.js';
import { forgetFailedAnswer, keepAnswer, keepFailedAnswer, lockKey, storedAnswer } from './idempotency.js';
import { leavesOf } from './leaves.js';
import { metrics } from './metrics.js';
import { News } from './news.js';
import { Refusal } from './refusal.js';
import { foldRow, holdRow, insertOf, readRows, updatesOf } from './rows.js';
import { saidByDatabase, serializable, type CommandClient, type Outcome, type Statement } from './serializable.js';
import { traced } from './tracing.js';

const ATTEMPTS_MAX = 5;
/** serialization_failure, deadlock_detected, and a row that somebody else moved on: its next version has a leaf already. */
const RETRIABLE = new Set(['40001', '40P01']);
const VERSION_TAKEN = 'payload_stream_version_key';

/** @returns whether it gave the process what it lacked, so that the whole command is to be begun anew */
export type Remedy = (error: unknown) => Promise<boolean>;

/** An event, and its payload as it stands in the ledger. */
export interface Committed {
  readonly event: DomainEvent;
  /** Canonical JSON in UTF-8. */
  readonly payload: Buffer;
}

type Tell = (committed: readonly Committed[]) => void;

interface Scope {
  /** From 1. */
  readonly attempt: number;
  readonly manager: EntityManager;
  readonly loaded: Map<string, Aggregate>;
  readonly added: Map<string, Aggregate>;
  /** By kind and subject. */
  readonly deadlines: Map<string, Deadline>;
  /** Sent with the commit. */
  readonly last: Statement[];
  /** Each leaf says so. */
  onBehalfOf?: string;
  /** Called after the commit, with what was committed. */
  readonly after: Tell[];
  committed: readonly Committed[];
}

const scopes = new AsyncLocalStorage<Scope>();

/** The manager of the transaction under way, if any; `Sql` and published queries join it. */
export const openManager = (): EntityManager | undefined => scopes.getStore()?.manager;

/**
 * One command, one SERIALIZABLE transaction, repeated whole when the database refuses to serialise it. Aggregates that
 * a handler gets or adds are written when it returns, with their events and the ledger's leaves: all or nothing.
 * A handler never saves, publishes, opens a transaction, catches or logs.
 */
@Injectable()
export class UnitOfWork {
  private readonly remedies: Remedy[] = [];

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly bus: CommandBus,
    private readonly clock: Clock,
    private readonly news: News,
  ) {}

  /** Runs a command; with an Idempotency-Key, at most once, and gives a repetition the first answer. */
  execute<R>(command: Command<R>): Promise<R> {
    const name = command.constructor.name;
    return traced(name, {}, async () => {
      try {
        const answer = await this.once(command);
        metrics.commands.inc({ command: name, outcome: 'done' });
        return answer;
      } catch (error) {
        metrics.commands.inc({ command: name, outcome: error instanceof Refusal ? 'refused' : 'failed' });
        throw error;
      }
    });
  }

  private async once<R>(command: Command<R>): Promise<R> {
    const { idempotency, actor } = currentContext();
    if (!idempotency || openManager()) return this.run(() => this.bus.execute(command));
    const owner = actor?.id ?? 'anonymous';
    const before = await storedAnswer<R>(this.dataSource.manager, owner, idempotency);
    if (before) return before.answer;
    try {
      return await this.run(async () => {
        const manager = openManager()!;
        await lockKey(manager, owner, idempotency);
        const answer = await this.bus.execute(command);
        this.scope.last.push(keepAnswer(owner, idempotency, answer));
        return answer;
      });
    } catch (error) {
      if (!(error instanceof Refusal) && !forgetFailedAnswer(error)) throw error;
      // Refused, perhaps, because of what the same request did when it came a moment earlier.
      const raced = await storedAnswer<R>(this.dataSource.manager, owner, idempotency);
      if (raced) return raced.answer;
      if (error instanceof Refusal) await keepFailedAnswer(this.dataSource.manager, owner, idempotency, error);
      throw error;
    }
  }

  /** Joins the transaction under way, or opens one. */
  async run<R>(work: () => Promise<R>): Promise<R> {
    if (scopes.getStore()) return work();
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      try {
        return await this.inTransaction(work, attempt);
      } catch (error) {
        if (!isRetriable(error) && !(await this.isRemedied(error))) throw error;
        metrics.retries.inc();
        await sleep(Math.random() * 5 * 2 ** attempt);
      }
    }
    throw new Refusal('busy');
  }

  /** Adds what may put right, outside the transaction, what ended a command. */
  remedyBy(remedy: Remedy): void {
    this.remedies.push(remedy);
  }

  private async isRemedied(error: unknown): Promise<boolean> {
    for (const remedy of this.remedies) if (await remedy(error)) return true;
    return false;
  }

  private async inTransaction<R>(work: () => Promise<R>, attempt: number): Promise<R> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const maps = { loaded: new Map(), added: new Map(), deadlines: new Map() };
      const after = [() => this.news.tell()];
      const scope: Scope = { attempt, manager: runner.manager, ...maps, last: [], after, committed: [] };
      const answer = await serializable((await runner.connect()) as CommandClient, () =>
        scopes.run(scope, async () => ({ answer: await work(), ...this.writingOf(scope) })),
      );
      for (const tell of scope.after) tell(scope.committed);
      return answer;
    } finally {
      await runner.release();
    }
  }

  get manager(): EntityManager {
    return this.scope.manager;
  }

  /** The aggregate, or a not-found refusal; a stale If-Match on the route's own object is refused here. */
  async get<T extends Aggregate>(type: new () => T, id: string): Promise<T> {
    const [found] = await this.getAll(type, [id]);
    return found!;
  }

  /**
   * The same, for a change that acts on other aggregates must not overtake: those read its row `FOR SHARE`. Call it before anything is
   * written: a transaction's leaves have their place by its first write, and so stand behind those of the acts that it waits for.
   */
  async getHeld<T extends Aggregate>(type: new () => T, id: string): Promise<T> {
    await holdRow(this.manager, type, id);
    return this.get(type, id);
  }

  /** As `get`, for many of one class, with one statement. */
  async getAll<T extends Aggregate>(type: new () => T, ids: readonly string[]): Promise<T[]> {
    const { loaded, added, manager } = this.scope;
    const missing = ids.filter((id) => !loaded.has(id) && !added.has(id));
    const { target } = currentContext();
    for (const found of missing.length > 0 ? await readRows(manager, type, missing) : []) {
      const { id, version } = found;
      if (target?.id === id && target.ifMatch !== version) throw new Refusal('stale', { version });
      // Whoever asked at the same time has it, perhaps with events already.
      if (!loaded.has(id)) loaded.set(id, found);
    }
    return ids.map((id) => {
      const found = (loaded.get(id) ?? added.get(id)) as T | undefined;
      if (!found) throw new Refusal('not-found', { kind: type.name, id });
      return found;
    });
  }

  /**
   * The same for many of which the event that made each is at hand: their rows are read only if one has moved on since, which its version
   * shows when it is written.
   */
  async recall<T extends Aggregate>(type: new () => T, created: readonly DomainEvent[]): Promise<T[]> {
    const { loaded, attempt } = this.scope;
    const made = created.map((event) => foldRow(type, event));
    if (attempt === 1) for (const one of made) if (!loaded.has(one.id)) loaded.set(one.id, one);
    return this.getAll(
      type,
      made.map(({ id }) => id),
    );
  }

  add<T extends Aggregate>(aggregate: T): T {
    this.scope.added.set(aggregate.id, aggregate);
    return aggregate;
  }

  /** Writes something with the commit, of which nobody reads a result. */
  withCommit(text: string, values: readonly unknown[]): void {
    this.scope.last.push({ text, values });
  }

  /** Sets the deadline `kind` of `subject` (null: none any more), with the commit; one row for each pair. */
  schedule(kind: string, subject: string, dueAt: Date | null): Promise<void> {
    this.scope.deadlines.set(`${kind} ${subject}`, { kind, subject, dueAt });
    return Promise.resolve();
  }

  /** The actor does all of this command for another organisation, by its authority. */
  actOnBehalfOf(organisationId: string): void {
    this.scope.onBehalfOf = organisationId;
  }

  /** Wakes what would find the work of this transaction later by itself, and gives it the events. Nothing may depend on it: a crash forgets it. */
  tellWhenCommitted(tell: Tell): void {
    this.scope.after.push(tell);
  }

  private get scope(): Scope {
    const scope = scopes.getStore();
    if (!scope) throw new Error('no unit of work is open');
    return scope;
  }

  /** The leaves, and what writes the rows that they stand for, of each class with one statement, and all else. */
  private writingOf(scope: Scope): Omit<Outcome<unknown>, 'answer'> {
    const { manager, loaded, added, last, deadlines } = scope;
    const changed = [...loaded.values()].filter((a) => a.getUncommittedEvents().length > 0);
    const aggregates = [...added.values(), ...changed];
    const { actor = SYSTEM } = currentContext();
    const onBehalfOf = actor.onBehalfOf ?? scope.onBehalfOf;
    const leaves = leavesOf(aggregates, { actor: actor.id, onBehalfOf, occurredAt: this.clock.now().toISOString() });
    const events = aggregates.flatMap((a) => a.getUncommittedEvents());
    scope.committed = events.map((event, i) => ({ event, payload: leaves[i]!.payload }));
    const inserts = byClass([...added.values()]).map((rows) => insertOf(manager, rows));
    const updates = byClass(changed).flatMap((rows) => updatesOf(manager, rows));
    return { leaves, written: [...inserts, ...updates, ...last, ...statementsOf([...deadlines.values()])] };
  }
}

/** In the order in which each class comes first. */
function byClass(aggregates: readonly Aggregate[]): Aggregate[][] {
  const groups = new Map<unknown, Aggregate[]>();
  for (const aggregate of aggregates) {
    const group = groups.get(aggregate.constructor);
    if (group) group.push(aggregate);
    else groups.set(aggregate.constructor, [aggregate]);
  }
  return [...groups.values()];
}

export function isRetriable(error: unknown): boolean {
  const said = saidByDatabase(error);
  return said?.constraint === VERSION_TAKEN || RETRIABLE.has(said?.code ?? '');
}
