import { attached, canonicalJson, sha256Hex } from '@app/signing';
import type { SignedCredentials } from './certificate-events.js';

/** What the register keeps of a signed certificate: the credential once, and each signature over it. */
export interface KeptCredentials {
  readonly credential: unknown;
  readonly credentials: SignedCredentials | null;
}

/** The credentials as they were signed, compact, by algorithm; null until they are signed. */
export function compactCredentials({ credential, credentials }: KeptCredentials): SignedCredentials | null {
  if (!credentials) return null;
  const payload = canonicalJson(credential);
  const compact = Object.entries(credentials).map(([alg, jws]: [string, string]) => [alg, attached(jws, payload)]);
  return Object.fromEntries(compact) as SignedCredentials;
}

/** SHA-256 of each. */
export function credentialSha256(kept: KeptCredentials): SignedCredentials | null {
  const compact = compactCredentials(kept);
  const hashes = compact && Object.entries(compact).map(([alg, jws]: [string, string]) => [alg, sha256Hex(jws)]);
  return hashes && (Object.fromEntries(hashes) as SignedCredentials);
}
