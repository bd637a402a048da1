import type pg from 'pg';

/** Where a leaf stands in the intake: generation of the cluster, transaction, number. Its place in the tree has this order. */
export interface IntakeKey {
  readonly gen: number;
  readonly xid: string;
  readonly seq: string;
}

/** Leaves in the intake's order, and the key of each. */
export interface Batch {
  readonly leaves: readonly Buffer[];
  key(index: number): IntakeKey;
}

/** What waits in the intake, committed but not sequenced. */
export interface Waiting {
  /** How many leaves, about: numbers of leaves that were rolled back count, too. */
  readonly leaves: number;
  /** Age of the first of them, in seconds. */
  readonly seconds: number;
}

/**
 * Settled rows only: every transaction below the snapshot's xmin has ended, so that nothing can still slip in before. One
 * long transaction that writes, in any database of the cluster, holds all of them back. They come as one value, each leaf
 * behind its key and its length, because the driver would take longer for the rows than all the rest does.
 */
const SETTLED = `
  SELECT string_agg(int4send(gen) || xid8send(xid) || int8send(seq) || int4send(octet_length(leaf)) || leaf, ''
    ORDER BY gen, xid, seq) AS batch
  FROM (
    SELECT gen, xid, seq, leaf FROM ledger.intake
    WHERE (gen, xid, seq) > ($1, $2::xid8, $3::bigint)
      AND (xid < (SELECT pg_snapshot_xmin(pg_current_snapshot())) OR gen < (SELECT max(gen) FROM ledger.generation))
    ORDER BY gen, xid, seq LIMIT $4
  ) settled`;

const WAITING = `
  SELECT greatest(s.last_value - h.seq, 1)::float8 AS leaves,
    greatest(extract(epoch FROM clock_timestamp() - i.at), 0)::float8 AS seconds
  FROM ledger.head h, ledger.intake_seq s, LATERAL (
    SELECT at FROM ledger.intake WHERE (gen, xid, seq) > (h.gen, h.xid, h.seq) ORDER BY gen, xid, seq LIMIT 1
  ) i`;

const KEY_BYTES = 20;

/** The next settled leaves behind this key, at most `limit`. */
export async function readSettled(db: pg.ClientBase, after: IntakeKey, limit: number): Promise<Batch> {
  const { rows } = await db.query<{ batch: Buffer | null }>({
    name: 'settled',
    text: SETTLED,
    values: [after.gen, after.xid, after.seq, limit],
  });
  const bytes = rows[0]?.batch ?? Buffer.alloc(0);
  const [keys, leaves]: [number[], Buffer[]] = [[], []];
  for (let at = 0; at < bytes.length;) {
    const start = at + KEY_BYTES + 4;
    const end = start + bytes.readUInt32BE(at + KEY_BYTES);
    keys.push(at);
    leaves.push(bytes.subarray(start, end));
    at = end;
  }
  return { leaves, key: (index) => keyAt(bytes, keys[index]!) };
}

const keyAt = (bytes: Buffer, at: number): IntakeKey => ({
  gen: bytes.readInt32BE(at),
  xid: String(bytes.readBigUInt64BE(at + 4)),
  seq: String(bytes.readBigInt64BE(at + 12)),
});

/** Read from the head that is stored, which need not be the one that a leader has in mind. */
export async function readWaiting(db: pg.ClientBase): Promise<Waiting> {
  const { rows } = await db.query<Waiting>({ name: 'waiting', text: WAITING });
  return rows[0] ?? { leaves: 0, seconds: 0 };
}

/** Empties slots of the intake that are wholly sequenced; those that somebody reads are left for the next time. */
export async function rotate(db: pg.ClientBase): Promise<void> {
  await db.query('SELECT ledger.rotate()');
}
