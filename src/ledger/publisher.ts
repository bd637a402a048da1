import { join } from 'node:path';
import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  consistencyProof,
  nodeReader,
  parseCheckpoint,
  signCheckpoint,
  splitNote,
  TlogError,
  verifyConsistency,
  type Checkpoint,
} from '@app/tlog';
import type pg from 'pg';
import { Counter, Gauge } from 'prom-client';
import { advisoryLocks } from '../platform/advisory-locks.js';
import { CONFIG, type Config } from '../platform/config.js';
import { registry } from '../platform/metrics.js';
import { Worker } from '../platform/worker.js';
import { LastSigned } from './last-signed.js';
import { LedgerDatabase, Leadership } from './ledger-database.js';
import { LogKey } from './log-key.js';
import { tileReaderOn } from './tile-reader.js';

const refusals = new Counter({
  name: 'databourse_log_refusals_total',
  help: 'Signatures refused because the log was cut or rewritten; more than 0 is an alarm',
  registers: [registry],
});
const published = new Gauge({
  name: 'databourse_log_published_leaves',
  help: 'Size of the newest checkpoint that this process published',
  registers: [registry],
});

/**
 * Signs the head of the tree and exposes it, at most once a second. Before every signature the tiles must prove that the
 * tree signed last is a prefix of this one: a smaller or a forked tree is refused, whatever the database says.
 */
@Injectable()
export class Publisher extends Worker {
  protected readonly log = new Logger(Publisher.name);
  protected readonly idleMs = 1000;
  private readonly leadership: Leadership;
  private readonly lastSigned: LastSigned;

  constructor(
    database: LedgerDatabase,
    private readonly key: LogKey,
    @Inject(CONFIG) { DATA_DIR }: Config,
  ) {
    super();
    this.leadership = new Leadership(database, advisoryLocks.publisher);
    this.lastSigned = new LastSigned(join(DATA_DIR, 'last-signed'));
  }

  /** Always answers 0, so that the loop sleeps its second. */
  async step(): Promise<number> {
    const leader = await this.leadership.take();
    if (!leader) return 0;
    try {
      await this.publish(leader.client);
    } catch (error) {
      this.leadership.resign();
      throw error;
    }
    return 0;
  }

  override async beforeApplicationShutdown(): Promise<void> {
    await super.beforeApplicationShutdown();
    this.leadership.resign();
  }

  private async publish(db: pg.ClientBase): Promise<void> {
    const head = await this.head(db);
    const earlier = await this.published(db);
    const signed = await this.lastSigned.read();
    for (const known of [signed, earlier]) if (known) await this.mustContinue(db, known, head);
    // First the memory, then the signature: what was signed once is never forgotten, and signing it again does no harm.
    if (signed?.size !== head.size) await this.lastSigned.write(head);
    if (earlier?.size === head.size) return;
    const note = await signCheckpoint(head, [await this.key.signer()]);
    await db.query(
      'INSERT INTO ledger.checkpoint (size, root, note) VALUES ($1, $2, $3) ON CONFLICT (size) DO NOTHING',
      [head.size, head.root, note],
    );
    published.set(head.size);
  }

  private async head(db: pg.ClientBase): Promise<Checkpoint> {
    const { rows } = await db.query<{ size: string; root: Buffer }>('SELECT size, root FROM ledger.head');
    const { name: origin } = await this.key.signer();
    return { origin, size: Number(rows[0]!.size), root: rows[0]!.root };
  }

  private async published(db: pg.ClientBase): Promise<Checkpoint | undefined> {
    const { rows } = await db.query<{ note: string }>('SELECT note FROM ledger.checkpoint ORDER BY size DESC LIMIT 1');
    return rows[0] && parseCheckpoint(splitNote(rows[0].note).text);
  }

  private async mustContinue(db: pg.ClientBase, earlier: Checkpoint, head: Checkpoint): Promise<void> {
    const reason = await whyNot(db, earlier, head);
    if (!reason) return;
    refusals.inc();
    const facts = { signed: earlier.size, head: head.size, reason };
    this.log.error({ alert: true, ...facts }, 'the log was cut or rewritten: refusing to sign it');
    throw new Error(`refusing to sign the tree of ${head.size}: ${reason}`);
  }
}

/** Why `head` does not continue `earlier`; undefined when its tiles prove that it does. */
async function whyNot(db: pg.ClientBase, earlier: Checkpoint, head: Checkpoint): Promise<string | undefined> {
  if (earlier.origin !== head.origin) return `what was signed last belongs to the log ${earlier.origin}`;
  if (earlier.size > head.size) return `a tree of ${earlier.size} is signed already`;
  try {
    const proof = await consistencyProof(earlier.size, head.size, nodeReader(head.size, tileReaderOn(db)));
    if (verifyConsistency(proof, earlier.size, head.size, earlier.root, head.root)) return undefined;
    return `the signed tree of ${earlier.size} is not a prefix of it`;
  } catch (error) {
    if (error instanceof TlogError) return error.message;
    throw error;
  }
}
