import { canonicalJson } from './canonical.js';
import { departures, issuerId, type Contexts, type Credential } from './data-model.js';
import { detached } from './detached.js';
import type { SigningThread } from './signing-thread.js';
import { LocalKey, type JwsHeader, type SigningKey } from './suite.js';

/**
 * A credential secured by VC-JOSE-COSE: a compact JWS whose payload is the credential itself in canonical form. `kid` is the absolute URL
 * `<issuer>#<thumbprint>`, which §3.3.2 there asks for when there is no `iss` claim.
 * @throws Error naming every departure from the data model
 */
export async function signCredential(credential: Credential, key: SigningKey, contexts?: Contexts): Promise<string> {
  mustConform(credential, contexts);
  return key.sign(canonicalJson(credential), headerOf(credential, key));
}

export interface SignedByAll {
  readonly credential: Credential;
  /** By each key in turn, without the payload (RFC 7515 appendix F). */
  readonly signatures: readonly string[];
}

/**
 * The same by each of several keys, of a credential that is in canonical form already.
 * @param thread where many are signed; a key that is elsewhere signs as ever
 */
export async function signCanonicalByAll(
  canonical: string,
  keys: readonly SigningKey[],
  contexts?: Contexts,
  thread?: SigningThread,
): Promise<SignedByAll> {
  const credential = JSON.parse(canonical) as Credential;
  mustConform(credential, contexts);
  const signatures = await Promise.all(
    keys.map(async (key) => {
      const header = headerOf(credential, key);
      if (thread && key instanceof LocalKey && thread.canSign(key)) return thread.sign(canonical, header, key);
      return detached(await key.sign(canonical, header));
    }),
  );
  return { credential, signatures };
}

const headerOf = (credential: Credential, { kid }: SigningKey): JwsHeader => ({
  typ: 'vc+jwt',
  cty: 'vc',
  kid: `${issuerId(credential)}#${kid}`,
});

function mustConform(credential: Credential, contexts?: Contexts): void {
  const found = departures(credential, contexts);
  if (found.length === 0) return;
  throw new Error(`Not a credential: ${found.map(({ en, detail }) => `${en} (${detail ?? ''})`).join('; ')}`);
}
