import { join } from 'node:path';
import type { FileKeyStore } from '@app/signing';
import type { Config } from '../platform/config.js';
import { FileSigner } from './file-signer.js';
import { KmsSigner } from './kms-signer.js';
import { LastSigned } from './last-signed.js';
import type { LogSigner } from './log-signer.js';

/** The signer that is configured: a KMS where LOG_SIGNER_URL names one, else the key store and a folder below DATA_DIR. */
export function openLogSigner(
  { DATA_DIR, LOG_SIGNER_URL, LOG_SIGNER_TOKEN }: Pick<Config, 'DATA_DIR' | 'LOG_SIGNER_URL' | 'LOG_SIGNER_TOKEN'>,
  keys: FileKeyStore,
): LogSigner {
  if (LOG_SIGNER_URL && LOG_SIGNER_TOKEN) return new KmsSigner(LOG_SIGNER_URL, LOG_SIGNER_TOKEN);
  return new FileSigner(keys, new LastSigned(join(DATA_DIR, 'signer'), join(DATA_DIR, 'last-signed')));
}
