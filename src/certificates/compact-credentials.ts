import { attached, sha256Hex } from '@app/signing';
import type { CertificateFacts, SignedCredentials } from './certificate-events.js';

/** What the register keeps of a signed certificate: the credential once, and each signature over it. */
export interface KeptCredentials {
  /** In canonical form. */
  readonly credential: string;
  readonly credentials: SignedCredentials | null;
}

/** The credential of a row of `certificates.certificate`: it stands in the event that settled it, and nowhere else. */
export const CREDENTIAL = `(SELECT payload::json #>> '{facts,credential}' FROM ledger.payload
  WHERE stream = certificate.id AND ledger.payload.version = 1) AS credential`;

export const readCredential = ({ credential }: Pick<KeptCredentials, 'credential'>) =>
  JSON.parse(credential) as CertificateFacts['credential'];

/** The credentials as they were signed, compact, by algorithm; null until they are signed. */
export function compactCredentials({ credential, credentials }: KeptCredentials): SignedCredentials | null {
  if (!credentials) return null;
  const compact = Object.entries(credentials).map(([alg, jws]: [string, string]) => [alg, attached(jws, credential)]);
  return Object.fromEntries(compact) as SignedCredentials;
}

/** SHA-256 of each. */
export function credentialSha256(kept: KeptCredentials): SignedCredentials | null {
  const compact = compactCredentials(kept);
  const hashes = compact && Object.entries(compact).map(([alg, jws]: [string, string]) => [alg, sha256Hex(jws)]);
  return hashes && (Object.fromEntries(hashes) as SignedCredentials);
}
