import pg from 'pg';
import { QueryFailedError } from 'typeorm';
import { binaryArray } from './binary-array.js';
import { bindFromWhereItStands, type Binding } from './bind.js';
import { parseTimestamp, TIMESTAMPTZ } from './timestamps.js';

/** An event as the ledger takes it: the canonical bytes of its leaf, and its payload with the salt of the digest. */
export interface Leaf {
  readonly id: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly leaf: Buffer;
  /** In UTF-8. */
  readonly payload: Buffer;
  readonly salt: Buffer;
}

/** How many statements a connection keeps parsed and planned. */
const STATEMENTS_MAX = 500;
const names = new Map<string, string>();

/** What may be asked before it is known that a transaction has begun: if none has, nothing is done. */
const READS = /^\s*SELECT\b/;

/**
 * A connection on which PostgreSQL parses and plans each statement of a command's transaction once. Commands look up and write
 * single rows, for which one plan is as good as another; what lists and searches outside is planned for its values each time.
 */
export class CommandClient extends pg.Client {
  /** Of a command, while one is under way: whether it is known to have begun. */
  private transaction: { readonly begun: Promise<unknown>; isBegun: boolean } | undefined;

  constructor(...config: ConstructorParameters<typeof pg.Client>) {
    super(...config);
    this.setTypeParser(TIMESTAMPTZ, parseTimestamp as never);
    bindFromWhereItStands(this.connection as unknown as Binding);
  }

  /** Begins a command's transaction, and waits for nothing: what the command reads first travels along. */
  begin(): void {
    const begun = this.query(BEGIN);
    const transaction = { begun, isBegun: false };
    begun.then(
      () => (transaction.isBegun = true),
      () => undefined, // Told to whoever writes.
    );
    this.transaction = transaction;
  }

  /**
   * Called before anything is written by calling a function: that is a SELECT, too.
   * @throws what kept the transaction from beginning
   */
  async mustHaveBegun(): Promise<void> {
    await this.transaction?.begun;
  }

  /** After the commit, or instead of it. */
  over(): void {
    this.transaction = undefined;
  }

  override query<R extends pg.QueryResultRow>(
    statement: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<R>>;
  override query(first: never, ...rest: never[]): never;
  override query(first: never, ...rest: never[]): never {
    if (!this.transaction) return this.send(first, rest);
    const { begun, isBegun } = this.transaction;
    const statement = named(first, rest[0]);
    if (isBegun || READS.test(textOf(first))) return this.send(statement, rest);
    return begun.then(() => this.send(statement, rest)) as never;
  }

  /** What is asked in one turn is one write to the socket. */
  private send(first: never, rest: never[]): never {
    const { stream } = this.connection;
    if (stream.writableCorked === 0) {
      stream.cork();
      process.nextTick(() => stream.uncork());
    }
    return super.query(first, ...rest) as never;
  }
}

const textOf = (statement: unknown): string =>
  typeof statement === 'string' ? statement : (statement as { text: string }).text;

function named(text: unknown, values: unknown): never {
  if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0) return text as never;
  if (!names.has(text) && names.size < STATEMENTS_MAX) names.set(text, `command ${names.size}`);
  return { name: names.get(text), text } as never;
}

/** What connections need for the following: statements that need no answer leave in one go with the commit. */
export const PIPELINED = { pipeline: true } as const;

const APPEND = {
  name: 'append',
  text: 'SELECT ledger.append($1::text[]::uuid[], $2::text[], $3::int[], $4::text[], $5::bytea[], $6::text[], $7::bytea[])',
};

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * What a transaction comes to: its answer, the leaves, what writes the rows that they stand for, and whatever else is written. Nobody reads a
 * result of that.
 */
export interface Outcome<R> {
  readonly answer: R;
  readonly leaves: readonly Leaf[];
  readonly written: readonly Statement[];
}

/**
 * PostgreSQL would rather read a small table whole than by its index, and a transaction that did conflicts with every other one that writes
 * into the table (PostgreSQL, "Serializable Isolation Level"): two cursors of the relay could not move at the same time.
 */
const BEGIN = 'BEGIN ISOLATION LEVEL SERIALIZABLE; SET LOCAL enable_seqscan = off';

/** One SERIALIZABLE transaction on a pipelined connection: nothing is waited for but what the work reads, and the commit. */
export async function serializable<R>(client: CommandClient, work: () => Promise<Outcome<R>>): Promise<R> {
  client.begin();
  let isCommitting = false;
  try {
    const outcome = await work();
    await client.mustHaveBegun();
    isCommitting = true;
    await commit(client, outcome);
    return outcome.answer;
  } catch (error) {
    client.over();
    // A commit that fails rolls back, and a connection that is lost has done so by itself.
    if (!isCommitting) await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.over();
  }
}

/** All at once: after a failure PostgreSQL refuses what follows, and answers the COMMIT by rolling back. */
async function commit(client: CommandClient, { leaves, written }: Outcome<unknown>): Promise<void> {
  // The leaves go first: rows that follow refused leaves fail for no other reason.
  const sent = leaves.length > 0 ? [append(client, leaves)] : [];
  for (const { text, values } of written) sent.push(client.query(text, [...values]));
  const end = client.query('COMMIT');
  for (const one of await Promise.allSettled([...sent, end])) if (one.status === 'rejected') throw one.reason;
  if ((await end).command !== 'COMMIT')
    throw new Error('a statement failed and its error was caught: nothing is committed');
}

function append(client: pg.ClientBase, leaves: readonly Leaf[]): Promise<unknown> {
  const column = <K extends keyof Leaf>(key: K): Leaf[K][] => leaves.map((leaf) => leaf[key]);
  return client.query({
    ...APPEND,
    values: [
      binaryArray('text', column('id')),
      binaryArray('text', column('stream')),
      column('version'),
      binaryArray('text', column('type')),
      binaryArray('bytea', column('leaf')),
      binaryArray('text', column('payload')),
      binaryArray('bytea', column('salt')),
    ],
  });
}

/** What PostgreSQL itself said, whether TypeORM has wrapped it or not. */
export function saidByDatabase(error: unknown): pg.DatabaseError | undefined {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return cause instanceof pg.DatabaseError ? cause : undefined;
}
