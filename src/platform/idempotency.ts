import type { EntityManager } from 'typeorm';
import { problems, type ProblemCode } from '@app/sdk';
import type { Context } from './context.js';
import { Refusal, type Fault } from './refusal.js';
import { saidByDatabase, type Statement } from './serializable.js';

type Key = NonNullable<Context['idempotency']>;
interface Row {
  readonly request_hash: string;
  readonly answer: unknown;
  readonly refusal: { code: ProblemCode; facts: Record<string, unknown>; faults: Fault[] } | null;
}

/**
 * The answer that this caller already got for this key (draft-ietf-httpapi-idempotency-key-header-07), a refusal
 * included. Read outside the command's transaction: inside, the look-up would collide with every other key's insert.
 */
export async function storedAnswer<R>(
  manager: EntityManager,
  owner: string,
  key: Key,
): Promise<{ answer: R } | undefined> {
  const [row] = await manager.query<Row[]>(
    'SELECT request_hash, answer, refusal FROM platform.idempotency WHERE owner = $1 AND key = $2',
    [owner, key.key],
  );
  if (!row) return undefined;
  if (row.request_hash !== key.requestHash) throw new Refusal('idempotency-key-reused');
  key.replayed = true;
  if (row.refusal) throw new Refusal(row.refusal.code, row.refusal.facts, row.refusal.faults);
  return { answer: row.answer as R };
}

/** Refuses while another request with the same key runs; held until the transaction ends. */
export async function lockKey(manager: EntityManager, owner: string, key: Key): Promise<void> {
  const [{ locked }] = await manager.query('SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS locked', [
    `${owner} ${key.key}`,
  ]);
  if (!locked) throw new Refusal('idempotency-in-progress');
}

/** In the command's own transaction, so that an effect without its answer cannot exist. */
export const keepAnswer = (owner: string, key: Key, answer: unknown): Statement => ({
  text: 'INSERT INTO platform.idempotency (owner, key, request_hash, answer) VALUES ($1, $2, $3, $4)',
  values: [owner, key.key, key.requestHash, JSON.stringify(answer ?? null)],
});

/** Another request with this key committed first: ours left no effect, and its answer is the answer. */
export const forgetFailedAnswer = (error: unknown): boolean => saidByDatabase(error)?.constraint === 'idempotency_pkey';

/** The key is kept when the first try was refused. Passing troubles are not answers. */
export async function keepFailedAnswer(
  manager: EntityManager,
  owner: string,
  key: Key,
  { code, facts, faults }: Refusal,
): Promise<void> {
  const { status } = problems[code];
  if (status === 401 || status === 503 || key.replayed || code.startsWith('idempotency-')) return;
  await manager.query(
    `INSERT INTO platform.idempotency (owner, key, request_hash, refusal) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [owner, key.key, key.requestHash, JSON.stringify({ code, facts, faults })],
  );
}
