import { X509Certificate } from 'node:crypto';
import { parseVkey } from '@app/tlog';
import type { ResolveKey } from './credential.js';
import { isObject, type Contexts } from './data-model.js';
import { parseJson } from './json.js';
import type { PublicJwk } from './suite.js';

export const TRUST_FORMAT = 'databourse-trust@v1';

/** Whom somebody relies on, had from a source of their own choice: everything needed to check a certificate without a network. */
export interface Trust {
  issuers: readonly { id: string; keys: readonly PublicJwk[] }[];
  /** Contexts whose terms are all defined by one vocabulary. */
  contexts: readonly string[];
  /** PEM */
  roots: readonly string[];
  timestampRoots: readonly string[];
  log: { origin: string; vkeys: readonly string[] } | null;
}

export const NO_TRUST: Trust = { issuers: [], contexts: [], roots: [], timestampRoots: [], log: null };

/** A trust file, or only the DID document of an issuer. @throws Error that says what is wrong */
export function readTrust(text: string): Trust {
  const json = parseJson(text);
  if (!isObject(json)) throw new Error('not a JSON object');
  if (json['format'] === TRUST_FORMAT) return readTrustFile(json);
  if (Array.isArray(json['verificationMethod'])) return { ...NO_TRUST, issuers: [issuerOfDid(json)] };
  throw new Error(`neither ${TRUST_FORMAT} nor a DID document`);
}

function readTrustFile({ issuers, contexts, roots, timestampRoots, log }: Record<string, unknown>): Trust {
  const trust: Trust = {
    issuers: items(issuers, 'issuers').map((issuer) => {
      if (!isObject(issuer)) throw new Error('issuers: not objects');
      return { id: textOf(issuer['id'], 'issuers/id'), keys: keysIn(issuer['keys']) };
    }),
    contexts: items(contexts ?? [], 'contexts').map((context) => textOf(context, 'contexts')),
    roots: items(roots ?? [], 'roots').map(pemOf),
    timestampRoots: items(timestampRoots ?? [], 'timestampRoots').map(pemOf),
    log: null,
  };
  if (log === null || log === undefined) return trust;
  if (!isObject(log)) throw new Error('log: not an object');
  const vkeys = items(log['vkeys'], 'log/vkeys').map((vkey) => textOf(vkey, 'log/vkeys'));
  for (const vkey of vkeys) parseVkey(vkey);
  return { ...trust, log: { origin: textOf(log['origin'], 'log/origin'), vkeys } };
}

function issuerOfDid({ id, verificationMethod }: Record<string, unknown>): Trust['issuers'][number] {
  const methods = items(verificationMethod, 'verificationMethod');
  return { id: textOf(id, 'id'), keys: keysIn(methods.map((method) => isObject(method) && method['publicKeyJwk'])) };
}

function keysIn(value: unknown): PublicJwk[] {
  return items(value, 'keys').map((key) => {
    if (!isObject(key) || typeof key['kid'] !== 'string' || 'd' in key)
      throw new Error('keys: not public JWKs with a kid');
    return key as unknown as PublicJwk;
  });
}

function items(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value) || value.length > 1000) throw new Error(`${name}: not a list`);
  return value;
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new Error(`${name}: not a text`);
  return value;
}

function pemOf(value: unknown): string {
  return new X509Certificate(textOf(value, 'roots')).toString();
}

/** `<issuer>#<thumbprint>` only: with several issuers a bare thumbprint does not say whose key it is. */
export function resolverOf({ issuers }: Trust): ResolveKey {
  return (kid) => {
    for (const { id, keys } of issuers) {
      const jwk = keys.find((key) => kid === `${id}#${key.kid}`);
      if (jwk) return { jwk, controller: id };
    }
    return undefined;
  };
}

export const contextsOf = ({ contexts }: Trust): Contexts => Object.fromEntries(contexts.map((url) => [url, 'any']));
