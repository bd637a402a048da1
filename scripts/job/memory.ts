import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

/**
 * What the organisations of the demonstration keep for themselves: passwords, private keys, and how far the job is. Every request of
 * the job carries a key made from `runId` and its name, so a job that was killed is simply done again: what happened answers as it did.
 */
export interface Memory {
  readonly castId: string;
  readonly password: string;
  /** The address is part of the identity that certificates carry (did:web), so it is kept; null before the first start. */
  port: number | null;
  readonly keys: Readonly<Record<'holder' | 'buyer' | 'broker', JWK>>;
  readonly buyerEncryptionKey: JWK;
  /** The run under way, with the platform's time when it began; null after its report. */
  run: { readonly id: string; readonly at: string; readonly data: string } | null;
}

export async function recall(dataDir: string): Promise<Memory> {
  const known = await readFile(fileOf(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (known !== undefined) return JSON.parse(known) as Memory;
  const privateJwk = async (alg: string) => exportJWK((await generateKeyPair(alg, { extractable: true })).privateKey);
  const [holder, buyer, broker, buyerEncryptionKey] = await Promise.all(
    ['ES256', 'ES256', 'ES256', 'ECDH-ES+A256KW'].map(privateJwk),
  );
  const memory: Memory = {
    castId: randomUUID(),
    password: randomBytes(12).toString('base64url'),
    port: null,
    keys: { holder: holder!, buyer: buyer!, broker: broker! },
    buyerEncryptionKey: buyerEncryptionKey!,
    run: null,
  };
  await remember(dataDir, memory);
  return memory;
}

/** Replaces the file whole, so that a crash leaves the old one or the new one. */
export async function remember(dataDir: string, memory: Memory): Promise<void> {
  const draft = `${fileOf(dataDir)}.new`;
  await mkdir(dataDir, { recursive: true });
  await writeFile(draft, JSON.stringify(memory, null, 2), { mode: 0o600, flush: true });
  await rename(draft, fileOf(dataDir));
}

const fileOf = (dataDir: string): string => join(dataDir, 'demonstration.json');
