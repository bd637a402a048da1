import { canonicalJson } from './canonical.js';
import { departures, issuerId, type Contexts, type Credential } from './data-model.js';
import type { SigningKey } from './suite.js';

/**
 * A credential secured by VC-JOSE-COSE: a compact JWS whose payload is the credential itself in canonical form. `kid` is the absolute URL
 * `<issuer>#<thumbprint>`, which §3.3.2 there asks for when there is no `iss` claim.
 * @throws Error naming every departure from the data model
 */
export async function signCredential(credential: Credential, key: SigningKey, contexts?: Contexts): Promise<string> {
  const [jws] = await signByAll(credential, canonicalJson(credential), [key], contexts);
  return jws!;
}

/**
 * The same by each of several keys, of a credential that is in canonical form already; on the calling thread by those keys that are in this
 * process: whoever signs many lets others in between.
 */
export async function signCanonicalByAll(
  canonical: string,
  keys: readonly SigningKey[],
  contexts?: Contexts,
): Promise<string[]> {
  return signByAll(JSON.parse(canonical) as Credential, canonical, keys, contexts);
}

async function signByAll(
  credential: Credential,
  canonical: string,
  keys: readonly SigningKey[],
  contexts?: Contexts,
): Promise<string[]> {
  const found = departures(credential, contexts);
  if (found.length > 0) {
    throw new Error(`Not a credential: ${found.map(({ en, detail }) => `${en} (${detail ?? ''})`).join('; ')}`);
  }
  const payload = Buffer.from(canonical);
  const encoded = payload.toString('base64url');
  const header = { typ: 'vc+jwt', cty: 'vc' };
  const issuer = issuerId(credential);
  return Promise.all(
    keys.map(async (key) => {
      const own = { ...header, kid: `${issuer}#${key.kid}` };
      return key.signHere ? key.signHere(encoded, own) : key.sign(payload, own);
    }),
  );
}
