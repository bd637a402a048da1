import { Inject, Injectable } from '@nestjs/common';
import { formatVkey, parseCheckpoint, splitNote } from '@app/tlog';
import { CONFIG, type Config } from '../platform/config.js';
import { Sql } from '../platform/sql.js';
import type { KeptKey } from './log-keeping.js';
import { LogSigner } from './log-signer.js';

/**
 * The Ed25519 keys that sign checkpoints: one, or two while they are rotated. Their name is the log's origin; a log keeps for
 * ever the one under which it began, because that is what those who verify it know.
 */
@Injectable()
export class LogKey {
  private name: string | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly sql: Sql,
    private readonly signer: LogSigner,
  ) {}

  async origin(): Promise<string> {
    if (this.name) return this.name;
    const first = await this.sql.row<{ note: string }>('SELECT note FROM ledger.checkpoint ORDER BY size LIMIT 1');
    if (!first) return this.config.LEDGER_ORIGIN;
    return (this.name = parseCheckpoint(splitNote(first.note).text).origin);
  }

  /** The keys that sign now, the oldest first. Before the first start of a worker there is the first one. */
  async active(): Promise<readonly KeptKey[]> {
    const row = await this.sql.row<{ keys: KeptKey[] }>('SELECT keys FROM ledger.log_keeping');
    if (row) return row.keys.filter(({ retired }) => !retired);
    return [{ generation: 1, vkey: await this.vkey(1), retired: false }];
  }

  /** The public half of a key, made when there is none yet. */
  async vkey(generation: number): Promise<string> {
    return formatVkey(await this.origin(), await this.signer.publicKey(generation));
  }
}
