import pg from 'pg';
import { QueryFailedError } from 'typeorm';
import { binaryArray } from './binary-array.js';
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

/**
 * A connection on which PostgreSQL parses and plans each statement of a command's transaction once. Commands look up and write
 * single rows, for which one plan is as good as another; what lists and searches outside is planned for its values each time.
 */
export class CommandClient extends pg.Client {
  constructor(...config: ConstructorParameters<typeof pg.Client>) {
    super(...config);
    this.setTypeParser(TIMESTAMPTZ, parseTimestamp as never);
  }

  override query(first: never, ...rest: never[]): never {
    this.writeTogether();
    const prepared = this.getTransactionStatus() === 'T' ? named(first, rest[0]) : first;
    return super.query(prepared, ...rest) as never;
  }

  /** What is asked in one turn is one write to the socket. */
  private writeTogether(): void {
    const { stream } = this.connection;
    if (stream.writableCorked > 0) return;
    stream.cork();
    process.nextTick(() => stream.uncork());
  }
}

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

/** What a transaction comes to: its answer, and statements of which nobody reads a result. */
export interface Outcome<R> {
  readonly answer: R;
  readonly last?: readonly Statement[];
}

/** Sends leaves ahead of the rows that they stand for, and waits for nothing. */
export type Append = (leaves: readonly Leaf[]) => void;

/**
 * PostgreSQL would rather read a small table whole than by its index, and a transaction that did conflicts with every other one that writes
 * into the table (PostgreSQL, "Serializable Isolation Level"): two cursors of the relay could not move at the same time.
 */
const BEGIN = 'BEGIN ISOLATION LEVEL SERIALIZABLE; SET LOCAL enable_seqscan = off';

/** One SERIALIZABLE transaction on a pipelined connection. */
export async function serializable<R>(
  client: pg.ClientBase,
  work: (append: Append) => Promise<Outcome<R>>,
): Promise<R> {
  await client.query(BEGIN);
  const appended: Promise<unknown>[] = [];
  let ended = false;
  try {
    const { answer, last } = await work((leaves) => {
      if (leaves.length > 0) appended.push(append(client, leaves));
      for (const one of appended) one.catch(() => undefined); // Told below.
    });
    ended = true;
    await commit(client, appended, last);
    return answer;
  } catch (error) {
    // A connection that is lost has rolled back by itself.
    if (!ended) await client.query('ROLLBACK').catch(() => undefined);
    // Rows that follow refused leaves fail for no other reason.
    await Promise.all(appended);
    throw error;
  }
}

/** All at once: after a failure PostgreSQL refuses what follows, and answers the COMMIT by rolling back. */
async function commit(
  client: pg.ClientBase,
  appended: readonly Promise<unknown>[],
  last: readonly Statement[] = [],
): Promise<void> {
  const sent = last.map(({ text, values }): Promise<unknown> => client.query(text, [...values]));
  const end = client.query('COMMIT');
  for (const one of await Promise.allSettled([...appended, ...sent, end]))
    if (one.status === 'rejected') throw one.reason;
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
