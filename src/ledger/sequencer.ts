import { Injectable, Logger } from '@nestjs/common';
import { integrate, restoreLog, TILE_WIDTH, type LogState } from '@app/tlog';
import type pg from 'pg';
import { Gauge } from 'prom-client';
import { advisoryLocks } from '../platform/advisory-locks.js';
import { binaryArray } from '../platform/binary-array.js';
import { registry } from '../platform/metrics.js';
import { Relay } from '../platform/relay.js';
import { Worker } from '../platform/worker.js';
import { readSettled, readWaiting, rotate, type Batch, type IntakeKey, type Waiting } from './intake.js';
import { LedgerDatabase, Leadership } from './ledger-database.js';
import { isForeignCluster } from './log-start.js';
import { tileReaderOn } from './tile-reader.js';

const BATCH_MAX = 4096;
const ROUND_MS = 1000;
/** How soon a process tries to lead after one that leads ends; each try is a connection. */
const FOLLOWER_MS = 500;

const registers = [registry];
const sequenced = new Gauge({
  name: 'databourse_log_sequenced_leaves',
  help: 'Size of the tree as far as this process has sequenced it',
  registers,
});
const lag = new Gauge({
  name: 'databourse_log_settle_lag_seconds',
  help: 'Age of the first committed leaf that is not sequenced, as this process sees it while it leads (else 0); it grows while a transaction that writes stays open',
  registers,
});
const backlog = new Gauge({
  name: 'databourse_log_backlog_leaves',
  help: 'About how many leaves wait to be sequenced, as this process sees it while it leads (else 0)',
  registers,
});

interface Head extends IntakeKey {
  readonly size: string;
  readonly root: Buffer;
  readonly fence: string;
}
interface State {
  readonly log: LogState;
  readonly cursor: IntakeKey;
  readonly fence: string;
}

/**
 * Gives committed leaves their place in the tree: the only one that does. Tiles, bundles and head change in one
 * transaction that compares the head's size and fence with what it continues; a lost leader therefore writes nothing.
 */
@Injectable()
export class Sequencer extends Worker {
  protected readonly log = new Logger(Sequencer.name);
  protected readonly idleMs = 10;
  /** For what other processes commit, whose workers learn of it from here. */
  protected override readonly restMs = 250;
  private readonly leadership: Leadership;
  private state: State | undefined;
  private isLeading = false;
  /** By `performance.now()`, which no change of the clock moves. */
  private nextRound = 0;

  constructor(
    database: LedgerDatabase,
    private readonly relay: Relay,
  ) {
    super();
    this.leadership = new Leadership(database, advisoryLocks.sequencer);
  }

  async step(): Promise<number> {
    const leader = await this.leadership.take();
    this.isLeading = leader !== undefined;
    if (!leader) {
      show({ leaves: 0, seconds: 0 });
      return 0;
    }
    try {
      const roundIsDue = performance.now() >= this.nextRound;
      // Before anything is written: if that fails, the lag must be seen all the same.
      if (roundIsDue) show(await readWaiting(leader.client));
      const state = leader.isNew || !this.state ? await restore(leader.client) : this.state;
      const batch = await readSettled(leader.client, state.cursor, BATCH_MAX);
      const { length } = batch.leaves;
      this.state = length > 0 ? await append(leader.client, state, batch) : state;
      sequenced.set(this.state.log.size);
      if (length > 0) this.relay.nudge();
      if (roundIsDue) await this.finishRound(leader.client);
      return length;
    } catch (error) {
      this.resign();
      throw error;
    }
  }

  override async beforeApplicationShutdown(): Promise<void> {
    await super.beforeApplicationShutdown();
    this.resign();
  }

  /** A small batch writes the partial tiles and the partial bundle anew like a large one: let leaves gather. */
  protected override pauseAfter(done: number, idleMs: number): number {
    if (!this.isLeading) return FOLLOWER_MS;
    return done < BATCH_MAX ? Math.max(idleMs, this.idleMs) : 0;
  }

  private async finishRound(db: pg.ClientBase): Promise<void> {
    await rotate(db);
    this.nextRound = performance.now() + ROUND_MS;
  }

  private resign(): void {
    this.state = undefined;
    this.leadership.resign();
  }
}

function show({ leaves, seconds }: Waiting): void {
  lag.set(seconds);
  backlog.set(leaves);
}

/** Takes over: a new fence shuts out whoever led before; the stored tiles must give the head's root. */
async function restore(db: pg.ClientBase): Promise<State> {
  // The database may have been exchanged while the service ran: what comes now would sort below the cursor.
  if (await isForeignCluster(db))
    throw new Error('this cluster is not the one that the log was written in: npm run restore');
  const { rows } = await db.query<Head>('UPDATE ledger.head SET fence = fence + 1 RETURNING *');
  const { size, root, fence, ...cursor } = rows[0]!;
  return { log: await restoreLog(Number(size), root, tileReaderOn(db)), cursor, fence };
}

/**
 * One statement is one transaction and one answer to wait for. Nothing is written unless the head moved. A bundle keeps
 * the intake key of its first entry, by which an event's place is found.
 */
const APPEND = `
  WITH head AS (
    UPDATE ledger.head SET size = $1, root = $2, gen = $3, xid = $4, seq = $5 WHERE size = $6 AND fence = $7 RETURNING size
  ), tiles AS (
    INSERT INTO ledger.tile (level, n, hashes)
    SELECT t.* FROM head, unnest($8::int[], $9::bigint[], $10::bytea[]) t
    ON CONFLICT (level, n) DO UPDATE SET hashes = EXCLUDED.hashes
  ), bundles AS (
    INSERT INTO ledger.bundle (n, width, data, gen, xid, seq)
    SELECT b.* FROM head, unnest($11::bigint[], $12::int[], $13::bytea[], $14::int[], $15::xid8[], $16::bigint[]) b
    ON CONFLICT (n) DO UPDATE SET width = EXCLUDED.width, data = EXCLUDED.data
  )
  SELECT pg_notify('ledger', size::text) FROM head`;

async function append(db: pg.ClientBase, { log, fence }: State, batch: Batch): Promise<State> {
  const next = integrate(log, batch.leaves);
  const { tiles, bundles } = next;
  const cursor = batch.key(batch.leaves.length - 1);
  const first = bundles.map(({ index }) => batch.key(Math.max(0, index * TILE_WIDTH - log.size)));
  const head = [next.size, next.root, cursor.gen, cursor.xid, cursor.seq, log.size, fence];
  const tileColumns = [tiles.map(({ level }) => level), tiles.map(({ index }) => index), bytesOf(tiles)];
  const bundleColumns = [bundles.map(({ index }) => index), bundles.map(({ width }) => width), bytesOf(bundles)];
  const keyColumns = [first.map(({ gen }) => gen), first.map(({ xid }) => xid), first.map(({ seq }) => seq)];
  const { rowCount } = await db.query({
    name: 'append',
    text: APPEND,
    values: [...head, ...tileColumns, ...bundleColumns, ...keyColumns],
  });
  if (rowCount !== 1)
    throw new Error(`the head is no longer at ${log.size} with fence ${fence}: another process leads`);
  return { log: next, cursor, fence };
}

const bytesOf = (tiles: readonly { readonly bytes: Buffer }[]): Buffer =>
  binaryArray(
    'bytea',
    tiles.map(({ bytes }) => bytes),
  );
