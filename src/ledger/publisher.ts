import { Injectable, Logger } from '@nestjs/common';
import {
  consistencyProof,
  formatCheckpoint,
  formatNote,
  nodeReader,
  parseCheckpoint,
  parseVkey,
  splitNote,
  TlogError,
  type Checkpoint,
} from '@app/tlog';
import type pg from 'pg';
import { Counter, Gauge } from 'prom-client';
import { advisoryLocks } from '../platform/advisory-locks.js';
import { registry } from '../platform/metrics.js';
import { Worker } from '../platform/worker.js';
import { LedgerDatabase, Leadership } from './ledger-database.js';
import { LogKey } from './log-key.js';
import { LogSigner, mustContinue, SigningRefused, type SignRequest } from './log-signer.js';
import { isForeignCluster } from './log-start.js';
import { tileReaderOn } from './tile-reader.js';

const registers = [registry];
const refusals = new Counter({
  name: 'databourse_log_refusals_total',
  help: 'Signatures refused because the log was cut or rewritten; more than 0 is an alarm',
  registers,
});
const published = new Gauge({
  name: 'databourse_log_published_leaves',
  help: 'Size of the newest checkpoint that this process published',
  registers,
});
const waiting = new Gauge({
  name: 'databourse_log_unpublished_leaves',
  help: 'Leaves of the tree that the newest checkpoint does not cover, as of the last attempt to publish',
  registers,
});
let caughtUp: number | undefined;
new Gauge({
  name: 'databourse_log_checkpoint_lag_seconds',
  help: 'How long ago this process last had the whole tree published; 0 in a process that does not publish',
  registers,
  collect() {
    this.set(caughtUp === undefined ? 0 : (performance.now() - caughtUp) / 1000);
  },
});

/**
 * Signs the head of the tree and exposes it, at most once a second. Before every signature the tiles must prove that the
 * tree signed last is a prefix of this one: a smaller or a forked tree is refused, whatever the database says. Two publishers
 * at once do no harm: the signer remembers one tree after the other, and both are prefixes of what comes next.
 */
@Injectable()
export class Publisher extends Worker {
  protected readonly log = new Logger(Publisher.name);
  protected readonly idleMs = 1000;
  private readonly leadership: Leadership;
  private isLeading = false;

  constructor(
    database: LedgerDatabase,
    private readonly key: LogKey,
    private readonly signer: LogSigner,
  ) {
    super();
    this.leadership = new Leadership(database, advisoryLocks.publisher);
  }

  /** Whether this process is the one that publishes. */
  get leads(): boolean {
    return this.isLeading;
  }

  /** Always answers 0, so that the loop sleeps its second. */
  async step(): Promise<number> {
    const leader = await this.leadership.take();
    if (!leader) this.resign();
    if (!leader) return 0;
    this.isLeading = true;
    caughtUp ??= performance.now();
    try {
      if (leader.isNew && (await isForeignCluster(leader.client)))
        throw new SigningRefused('the database was restored into another cluster: see "restore"');
      await this.publish(leader.client);
      caughtUp = performance.now();
    } catch (error) {
      // The lag goes on growing: nobody publishes.
      this.leadership.resign();
      if (error instanceof SigningRefused) this.raise(error);
      throw error;
    }
    return 0;
  }

  override async beforeApplicationShutdown(): Promise<void> {
    await super.beforeApplicationShutdown();
    this.leadership.resign();
    this.resign();
  }

  private resign(): void {
    this.isLeading = false;
    caughtUp = undefined;
  }

  private raise(error: SigningRefused): void {
    refusals.inc();
    this.log.error({ alert: true, reason: error.message }, 'the log was cut or rewritten: refusing to sign it');
  }

  private async publish(db: pg.ClientBase): Promise<void> {
    // In this order: what is published was remembered before, and what is remembered was the head before.
    const earlier = await newest(db);
    const signed = await this.signer.lastSigned(await this.key.origin());
    const checkpoint = await this.head(db);
    waiting.set(checkpoint.size - (earlier?.size ?? 0));
    if (earlier && !signed)
      throw new SigningRefused(
        `a tree of ${earlier.size} is published, but the signer remembers nothing: see "restore"`,
      );
    if (earlier) await continuation(db, earlier, checkpoint);
    const proven = await continuation(db, signed, checkpoint);
    if (earlier?.size === checkpoint.size && signed?.size === checkpoint.size) return;
    // Read after the head: a tree with the event of a new key is signed by it.
    const keys = await this.key.active();
    const signatures = await this.signer.sign({ ...proven, keys: keys.map(({ generation }) => generation) });
    const text = formatCheckpoint(checkpoint);
    const lines = keys.map(({ vkey, generation }, i) => {
      const verifier = parseVkey(vkey);
      const { name, keyId } = verifier;
      const bytes = signatures[i];
      if (!bytes || !verifier.verify(text, bytes))
        throw new SigningRefused(`key ${generation} of the signer is not that of this log`);
      return { name, keyId, bytes };
    });
    await db.query(
      'INSERT INTO ledger.checkpoint (size, root, note) VALUES ($1, $2, $3) ON CONFLICT (size) DO NOTHING',
      [checkpoint.size, checkpoint.root, formatNote(text, lines)],
    );
    published.set(checkpoint.size);
    waiting.set(0);
  }

  private async head(db: pg.ClientBase): Promise<Checkpoint> {
    const { rows } = await db.query<{ size: string; root: Buffer }>('SELECT size, root FROM ledger.head');
    return { origin: await this.key.origin(), size: Number(rows[0]!.size), root: rows[0]!.root };
  }
}

/** The newest published checkpoint. */
export async function newest(db: pg.ClientBase): Promise<Checkpoint | undefined> {
  const { rows } = await db.query<{ note: string }>('SELECT note FROM ledger.checkpoint ORDER BY size DESC LIMIT 1');
  return rows[0] && parseCheckpoint(splitNote(rows[0].note).text);
}

/** What shows that `head` continues `last`, by the tiles in the database. Throws SigningRefused when it does not. */
export async function continuation(
  db: pg.ClientBase,
  last: Checkpoint | undefined,
  head: Checkpoint,
): Promise<Omit<SignRequest, 'keys'>> {
  const from = last?.size ?? 0;
  const readNode = nodeReader(head.size, tileReaderOn(db));
  try {
    const proof = last && from <= head.size ? await consistencyProof(from, head.size, readNode) : [];
    const request = { checkpoint: head, from, proof };
    mustContinue(last, { ...request, keys: [] });
    return request;
  } catch (error) {
    throw error instanceof TlogError ? new SigningRefused(error.message, { cause: error }) : error;
  }
}
