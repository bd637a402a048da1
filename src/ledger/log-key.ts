import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { FileKeyStore } from '@app/signing';
import { noteSigner, type Signer } from '@app/tlog';
import { CONFIG, keyPassphrase, type Config } from '../platform/config.js';

/** The Ed25519 key that signs checkpoints, named by the log's origin. */
@Injectable()
export class LogKey {
  private key: Promise<Signer> | undefined;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  signer(): Promise<Signer> {
    this.key ??= this.open().catch((error: unknown) => {
      this.key = undefined;
      throw error;
    });
    return this.key;
  }

  private async open(): Promise<Signer> {
    const { DATA_DIR, LEDGER_ORIGIN } = this.config;
    const store = new FileKeyStore(join(DATA_DIR, 'keys'), await keyPassphrase(this.config));
    const { privateKey } = await store.active('log', 'EdDSA');
    return noteSigner(LEDGER_ORIGIN, privateKey);
  }
}
