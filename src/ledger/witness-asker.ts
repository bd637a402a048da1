import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  askWitness,
  consistencyProof,
  httpWitness,
  nodeReader,
  parseCosignerVkey,
  WitnessConflict,
  type WitnessClient,
} from '@app/tlog';
import { Counter, Gauge } from 'prom-client';
import { CONFIG, type Config } from '../platform/config.js';
import { registry } from '../platform/metrics.js';
import { Sql } from '../platform/sql.js';
import { Worker } from '../platform/worker.js';
import { Publisher } from './publisher.js';
import { tileReader } from './tile-reader.js';

const registers = [registry];
const asked = new Counter({
  name: 'databourse_log_witness_requests_total',
  help: 'Checkpoints that witnesses were asked to cosign, by witness and outcome (cosigned, failed, fork); fork is an alarm',
  labelNames: ['witness', 'outcome'],
  registers,
});
const cosigned = new Gauge({
  name: 'databourse_log_witness_leaves',
  help: 'Size of the newest checkpoint that a witness cosigned',
  labelNames: ['witness'],
  registers,
});

const TIMEOUT_MS = 5000;
const LONGEST_PAUSE_MS = 300_000;

interface Asked extends WitnessClient {
  readonly name: string;
  readonly keyId: number;
  failures: number;
  /** By `performance.now()`. */
  notBefore: number;
}

/**
 * Asks the configured witnesses to cosign the newest checkpoint, after it is exposed: a slow or a dead witness delays nothing.
 * Works where the publisher leads; of several at once, all would get good cosignatures.
 */
@Injectable()
export class WitnessAsker extends Worker {
  protected readonly log = new Logger(WitnessAsker.name);
  protected readonly idleMs = 250;
  private readonly witnesses: readonly Asked[];

  constructor(
    @Inject(CONFIG) { WITNESSES }: Config,
    private readonly publisher: Publisher,
    private readonly sql: Sql,
  ) {
    super();
    this.witnesses = WITNESSES.map(({ vkey, url }) => {
      const verifier = parseCosignerVkey(vkey);
      const { name, keyId } = verifier;
      const post = httpWitness(url, { timeout: TIMEOUT_MS });
      return { name, keyId, verifiers: [verifier], post, failures: 0, notBefore: 0 };
    });
  }

  /** How many witnesses cosigned. */
  async step(): Promise<number> {
    const due = this.witnesses.filter(({ notBefore }) => notBefore <= performance.now());
    if (due.length === 0 || !this.publisher.leads) return 0;
    const newest = await this.sql.row<{ size: string; note: string }>(
      'SELECT size, note FROM ledger.checkpoint ORDER BY size DESC LIMIT 1',
    );
    if (!newest) return 0;
    const outcomes = await Promise.all(due.map((one) => this.ask(one, Number(newest.size), newest.note)));
    return outcomes.filter(Boolean).length;
  }

  private async ask(witness: Asked, size: number, note: string): Promise<boolean> {
    const { name, keyId } = witness;
    const row = await this.sql.row<{ size: string | null }>(
      'SELECT max(size) AS size FROM ledger.cosignature WHERE name = $1 AND key_id = $2',
      [name, keyId],
    );
    const known = Number(row?.size ?? -1);
    if (known >= size) return false;
    const readTile = tileReader((sql, parameters) => this.sql.rows(sql, parameters));
    const prove = (from: number) => consistencyProof(from, size, nodeReader(size, readTile));
    const signatures = await askWitness(note, witness, Math.max(known, 0), prove).catch((error: unknown) => {
      this.failed(witness, error);
      return [];
    });
    if (!signatures[0]) return false;
    await this.sql.rows(
      `INSERT INTO ledger.cosignature (size, name, key_id, signature) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [size, name, keyId, signatures[0].bytes],
    );
    witness.failures = 0;
    asked.inc({ witness: name, outcome: 'cosigned' });
    cosigned.set({ witness: name }, size);
    return true;
  }

  private failed(witness: Asked, error: unknown): void {
    witness.failures += 1;
    const pause = Math.min(500 * 2 ** witness.failures, LONGEST_PAUSE_MS);
    witness.notBefore = performance.now() + pause;
    const { name, failures } = witness;
    const isFork = error instanceof WitnessConflict;
    asked.inc({ witness: name, outcome: isFork ? 'fork' : 'failed' });
    const facts = { witness: name, failures, retryInMs: pause, reason: (error as Error).message };
    if (isFork) this.log.error({ alert: true, ...facts }, 'a witness knows another tree of this log');
    else this.log.warn(facts, 'a witness did not cosign');
  }
}
