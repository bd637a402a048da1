import { canonicalJson } from './canonical.js';
import { departures, issuerId, type Contexts, type Credential } from './data-model.js';
import { detached } from './detached.js';
import type { Signer, SigningThread } from './signing-thread.js';
import type { JwsHeader, SigningKey } from './suite.js';

/**
 * A credential secured by VC-JOSE-COSE: a compact JWS whose payload is the credential itself in canonical form. `kid` is the absolute URL
 * `<issuer>#<thumbprint>`, which §3.3.2 there asks for when there is no `iss` claim.
 * @throws Error naming every departure from the data model
 */
export async function signCredential(credential: Credential, key: SigningKey, contexts?: Contexts): Promise<string> {
  mustConform(credential, contexts);
  return key.sign(canonicalJson(credential), headerOf(credential, key));
}

/**
 * The same by each of several keys, of a credential whose canonical form is at hand, in UTF-8.
 * @param thread where many are signed, if it can sign by all of these keys
 * @returns a JWS by each key in turn, without the payload (RFC 7515 appendix F)
 */
export async function signCanonicalByAll(
  credential: Credential,
  canonical: Uint8Array,
  keys: readonly SigningKey[],
  contexts?: Contexts,
  thread?: SigningThread,
): Promise<string[]> {
  mustConform(credential, contexts);
  const signers = keys.map((key) => ({ key, header: headerOf(credential, key) }));
  if (thread && signers.every((signer): signer is Signer => thread.canSign(signer.key)))
    return thread.sign(canonical, ...signers);
  return Promise.all(signers.map(async ({ key, header }) => detached(await key.sign(canonical, header))));
}

/** Of the last credential that a key signed: the next one has the same, and whoever signs many sees that it is. */
const headers = new WeakMap<SigningKey, JwsHeader>();

function headerOf(credential: Credential, key: SigningKey): JwsHeader {
  const kid = `${issuerId(credential)}#${key.kid}`;
  const last = headers.get(key);
  if (last?.kid === kid) return last;
  const header = { typ: 'vc+jwt', cty: 'vc', kid };
  headers.set(key, header);
  return header;
}

function mustConform(credential: Credential, contexts?: Contexts): void {
  const found = departures(credential, contexts);
  if (found.length === 0) return;
  throw new Error(`Not a credential: ${found.map(({ en, detail }) => `${en} (${detail ?? ''})`).join('; ')}`);
}
