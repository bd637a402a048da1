import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from './config.js';

/**
 * The secret that opens the key store. Outside production, where it need not be configured, a random one is made on the first
 * call and kept in `DATA_DIR/passphrase`, readable by the owner only.
 */
export async function keyPassphrase(config: Config): Promise<string> {
  if (config.KEY_PASSPHRASE) return config.KEY_PASSPHRASE;
  const path = join(config.DATA_DIR, 'passphrase');
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  if (kept) return kept;
  await mkdir(config.DATA_DIR, { recursive: true });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, randomBytes(32).toString('base64url'), { mode: 0o600, flush: true });
  try {
    await link(draft, path); // Unlike a rename this never replaces what another process just made.
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(path, 'utf8');
}
