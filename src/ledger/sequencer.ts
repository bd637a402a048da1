import { Injectable, Logger } from '@nestjs/common';
import { integrate, restoreLog, TILE_WIDTH, type Integration, type LogState } from '@app/tlog';
import type pg from 'pg';
import { Gauge } from 'prom-client';
import { advisoryLocks } from '../platform/advisory-locks.js';
import { registry } from '../platform/metrics.js';
import { Relay } from '../platform/relay.js';
import { Worker } from '../platform/worker.js';
import { LedgerDatabase, Leadership } from './ledger-database.js';
import { tileReaderOn } from './tile-reader.js';

const BATCH_MAX = 4096;

const sequenced = new Gauge({
  name: 'databourse_log_sequenced_leaves',
  help: 'Size of the tree as far as this process has sequenced it',
  registers: [registry],
});

interface Cursor {
  readonly gen: number;
  readonly xid: string;
  readonly seq: string;
}
interface Head extends Cursor {
  readonly size: string;
  readonly root: Buffer;
  readonly fence: string;
}
interface State {
  readonly log: LogState;
  readonly cursor: Cursor;
  readonly fence: string;
}
type IntakeRow = Cursor & { leaf: Buffer };

/**
 * Settled rows only: every transaction below the snapshot's xmin has ended, so that nothing can still slip in before. One
 * long transaction that writes, in any database of the cluster, holds all of them back.
 */
const SETTLED = `
  SELECT gen, xid, seq, leaf FROM ledger.intake
  WHERE (gen, xid, seq) > ($1, $2::xid8, $3::bigint)
    AND (xid < pg_snapshot_xmin(pg_current_snapshot()) OR gen < (SELECT max(gen) FROM ledger.generation))
  ORDER BY gen, xid, seq LIMIT $4`;

/**
 * Gives committed leaves their place in the tree: the only one that does. Tiles, bundles and head change in one
 * transaction that compares the head's size and fence with what it continues; a lost leader therefore writes nothing.
 */
@Injectable()
export class Sequencer extends Worker {
  protected readonly log = new Logger(Sequencer.name);
  protected readonly idleMs = 10;
  private readonly leadership: Leadership;
  private state: State | undefined;

  constructor(
    database: LedgerDatabase,
    private readonly relay: Relay,
  ) {
    super();
    this.leadership = new Leadership(database, advisoryLocks.sequencer);
  }

  async step(): Promise<number> {
    const leader = await this.leadership.take();
    if (!leader) return 0;
    try {
      const state = leader.isNew || !this.state ? await restore(leader.client) : this.state;
      const { cursor } = state;
      const { rows } = await leader.client.query<IntakeRow>({
        name: 'settled',
        text: SETTLED,
        values: [cursor.gen, cursor.xid, cursor.seq, BATCH_MAX],
      });
      this.state = rows.length > 0 ? await append(leader.client, state, rows) : state;
      sequenced.set(this.state.log.size);
      if (rows.length > 0) this.relay.nudge();
      return rows.length;
    } catch (error) {
      this.resign();
      throw error;
    }
  }

  override async beforeApplicationShutdown(): Promise<void> {
    await super.beforeApplicationShutdown();
    this.resign();
  }

  private resign(): void {
    this.state = undefined;
    this.leadership.resign();
  }
}

/** Takes over: a new fence shuts out whoever led before; the stored tiles must give the head's root. */
async function restore(db: pg.ClientBase): Promise<State> {
  const { rows } = await db.query<Head>('UPDATE ledger.head SET fence = fence + 1 RETURNING *');
  const { size, root, fence, ...cursor } = rows[0]!;
  return { log: await restoreLog(Number(size), root, tileReaderOn(db)), cursor, fence };
}

async function append(db: pg.ClientBase, { log, fence }: State, rows: readonly IntakeRow[]): Promise<State> {
  const next = integrate(
    log,
    rows.map(({ leaf }) => leaf),
  );
  const { leaf: _, ...cursor } = rows.at(-1)!;
  await db.query('BEGIN');
  const { rowCount } = await db.query(
    `UPDATE ledger.head SET size = $1, root = $2, gen = $3, xid = $4, seq = $5 WHERE size = $6 AND fence = $7`,
    [next.size, next.root, cursor.gen, cursor.xid, cursor.seq, log.size, fence],
  );
  if (rowCount !== 1)
    throw new Error(`the head is no longer at ${log.size} with fence ${fence}: another process leads`);
  await writeTiles(db, next);
  await writeBundles(db, next, log.size, rows);
  await db.query(`SELECT pg_notify('ledger', $1)`, [String(next.size)]);
  await db.query('COMMIT');
  return { log: next, cursor, fence };
}

async function writeTiles(db: pg.ClientBase, { tiles }: Integration): Promise<void> {
  await db.query(
    `INSERT INTO ledger.tile (level, n, hashes) SELECT * FROM unnest($1::int[], $2::bigint[], $3::bytea[])
     ON CONFLICT (level, n) DO UPDATE SET hashes = EXCLUDED.hashes`,
    [tiles.map(({ level }) => level), tiles.map(({ index }) => index), tiles.map(({ bytes }) => bytes)],
  );
}

/** A bundle keeps the intake key of its first entry, by which an event's place is found. */
async function writeBundles(
  db: pg.ClientBase,
  { bundles }: Integration,
  from: number,
  rows: readonly IntakeRow[],
): Promise<void> {
  const first = bundles.map(({ index }) => rows[Math.max(0, index * TILE_WIDTH - from)]!);
  await db.query(
    `INSERT INTO ledger.bundle (n, width, data, gen, xid, seq)
     SELECT * FROM unnest($1::bigint[], $2::int[], $3::bytea[], $4::int[], $5::xid8[], $6::bigint[])
     ON CONFLICT (n) DO UPDATE SET width = EXCLUDED.width, data = EXCLUDED.data`,
    [
      bundles.map(({ index }) => index),
      bundles.map(({ width }) => width),
      bundles.map(({ bytes }) => bytes),
      first.map(({ gen }) => gen),
      first.map(({ xid }) => xid),
      first.map(({ seq }) => seq),
    ],
  );
}
