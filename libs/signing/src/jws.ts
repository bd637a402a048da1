import { decodeProtectedHeader, type JWK } from 'jose';
import { canonicalJson } from './canonical.js';
import { algorithmOf, LocalKey, suites } from './suite.js';

/** Why a signature of a party is refused; the code is stable. */
export type JwsRefusal =
  'MALFORMED' | 'ALG_NONE' | 'ALG_UNSUPPORTED' | 'TYP_WRONG' | 'KID_WRONG' | 'SIGNATURE_INVALID' | 'NOT_CANONICAL';

export class JwsRefused extends Error {
  constructor(
    readonly code: JwsRefusal,
    detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** `typ` of a party's signature under a contract; its payload is a {@link ContractSignature}. */
export const CONTRACT_SIGNATURE_TYP = 'contract-signature+jws';

/** What a party signs: the hash of the contract's canonical form, for one order, in its own name. */
export interface ContractSignature {
  /** SHA-256, 64 lower-case hex digits. */
  contractHash: string;
  orderId: string;
  party: string;
  /** UTC, RFC 3339. */
  signedAt: string;
}

/** A compact JWS over the canonical form (RFC 8785) of the payload; `kid` is the thumbprint of the key (RFC 7638). */
export async function signJws(payload: object, privateJwk: JWK, { typ }: { typ: string }): Promise<string> {
  const key = await LocalKey.fromJwk(privateJwk);
  return key.sign(canonicalJson(payload), { typ, kid: key.kid });
}

/**
 * The payload, when the JWS is by exactly this key, of exactly this type, by an allowed algorithm, over canonical JSON.
 * @throws JwsRefused
 */
export async function verifyJws<T = unknown>(
  jws: string,
  publicJwk: JWK & { kid: string },
  { algs = ['ES256', 'EdDSA'], typ }: { algs?: readonly string[]; typ: string },
): Promise<T> {
  const { alg, kid, ...header } = readHeader(jws);
  if (typeof alg !== 'string' || alg.toLowerCase() === 'none') throw new JwsRefused('ALG_NONE', 'unsecured');
  const suite = suites.get(alg);
  if (!suite || !algs.includes(alg) || alg !== algorithmOf(publicJwk)) throw new JwsRefused('ALG_UNSUPPORTED', alg);
  if (header.typ !== typ) throw new JwsRefused('TYP_WRONG', `${String(header.typ)} instead of ${typ}`);
  if (kid !== publicJwk.kid) throw new JwsRefused('KID_WRONG', String(kid));
  const { payload } = await suite.verify(jws, publicJwk).catch((error: unknown) => {
    throw new JwsRefused('SIGNATURE_INVALID', String(error));
  });
  return parseCanonical(Buffer.from(payload).toString()) as T;
}

function readHeader(jws: string): Record<string, unknown> {
  try {
    return { ...decodeProtectedHeader(jws) };
  } catch (error) {
    throw new JwsRefused('MALFORMED', String(error));
  }
}

/** One meaning, one text: with a second text for the same meaning, equal signatures could not be recognised as such. */
function parseCanonical(text: string): unknown {
  let value: unknown;
  let canonical: string;
  try {
    value = JSON.parse(text);
    canonical = canonicalJson(value);
  } catch (error) {
    throw new JwsRefused('MALFORMED', String(error));
  }
  if (canonical !== text) throw new JwsRefused('NOT_CANONICAL', 'the payload is not in canonical form');
  return value;
}
