import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { FileKeyStore } from '@app/signing';
import { noteSigner, parseCheckpoint, splitNote, type Signer } from '@app/tlog';
import { CONFIG, keyPassphrase, type Config } from '../platform/config.js';
import { Sql } from '../platform/sql.js';

/**
 * The Ed25519 key that signs checkpoints. Its name is the log's origin; a log keeps for ever the one under which it began,
 * because that is what those who verify it know.
 */
@Injectable()
export class LogKey {
  private key: Promise<Signer> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly sql: Sql,
  ) {}

  signer(): Promise<Signer> {
    this.key ??= this.open().catch((error: unknown) => {
      this.key = undefined;
      throw error;
    });
    return this.key;
  }

  private async open(): Promise<Signer> {
    const first = await this.sql.row<{ note: string }>('SELECT note FROM ledger.checkpoint ORDER BY size LIMIT 1');
    const origin = first ? parseCheckpoint(splitNote(first.note).text).origin : this.config.LEDGER_ORIGIN;
    const store = new FileKeyStore(join(this.config.DATA_DIR, 'keys'), await keyPassphrase(this.config));
    const { privateKey } = await store.active('log', 'EdDSA');
    return noteSigner(origin, privateKey);
  }
}
