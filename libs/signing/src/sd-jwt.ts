import { createHash, randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import { canonicalJson } from './canonical.js';
import { verifySecured, type Verdict, type VerifyOptions } from './credential.js';
import { departures, isObject, issuerId, type Contexts, type Credential } from './data-model.js';
import { parseJson } from './json.js';
import { rejection, type Rejection, type RejectionCode } from './rejections.js';
import { SdFault } from './sd-fault.js';
import { algorithmOf, protectedHeader, publicOnly, suites, type SigningKey } from './suite.js';

/** VC-JOSE-COSE §3.2: a credential as SD-JWT. */
export const SD_JWT_TYP = 'vc+sd-jwt';
const KB_JWT_TYP = 'kb+jwt';
const HASHES: Readonly<Record<string, string>> = { 'sha-256': 'sha256', 'sha-384': 'sha384', 'sha-512': 'sha512' };
const DISCLOSURES_MAX = 1000;
/** Disclosures within disclosures nest, too. */
const POINTER_MAX_CHARS = 1000;
const SALT_BYTES = 16;

type Json = Record<string, unknown>;
const base64url = (data: string | Uint8Array): string => Buffer.from(data).toString('base64url');

/** RFC 9901 §4.2.3: the digest of a disclosure, of its text as it is sent. */
export function disclosureDigest(disclosure: string, hash = 'sha256'): string {
  return createHash(hash).update(disclosure, 'ascii').digest('base64url');
}

/**
 * A credential of which the holder can hide what stands at the JSON pointers (members of objects; one within another is hidden apart).
 * @param holder the public key to which presentations are bound
 * @throws Error naming every departure from the data model
 */
export async function issueSdJwt(
  credential: Credential,
  pointers: readonly string[],
  key: SigningKey,
  { holder, contexts }: { holder?: JWK; contexts?: Contexts } = {},
): Promise<string> {
  const found = departures(credential, contexts);
  if (found.length > 0) throw new Error(`Not a credential: ${found.map(({ en }) => en).join('; ')}`);
  const disclosures: string[] = [];
  const hide = (value: unknown, at: string): unknown => {
    if (Array.isArray(value)) return value.map((item, i) => hide(item, `${at}/${i}`));
    if (!isObject(value)) return value;
    const shown: Json = {};
    const digests: string[] = [];
    for (const [name, member] of Object.entries(value)) {
      const below = `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const inner = hide(member, below);
      if (!pointers.includes(below)) shown[name] = inner;
      else {
        const disclosure = base64url(JSON.stringify([randomBytes(SALT_BYTES).toString('base64url'), name, inner]));
        disclosures.push(disclosure);
        digests.push(disclosureDigest(disclosure));
      }
    }
    // Sorted, so that their order tells nothing (§4.2.4.1).
    return digests.length > 0 ? { ...shown, _sd: digests.toSorted() } : shown;
  };
  const payload = {
    ...(hide(credential, '') as Json),
    _sd_alg: 'sha-256',
    ...(holder && { cnf: { jwk: publicOnly(holder) } }),
  };
  const header = { typ: SD_JWT_TYP, cty: 'vc', kid: `${issuerId(credential)}#${key.kid}` };
  const jwt = await key.sign(canonicalJson(payload), header);
  return `${[jwt, ...disclosures].join('~')}~`;
}

export interface Binding {
  key: SigningKey;
  audience: string;
  nonce: string;
  now: Date;
}

/**
 * What the holder shows: only what stands at the pointers, and what that stands in. With `binding`, signed by the holder for one verifier and
 * one occasion (§4.3).
 */
export async function presentSdJwt(sdJwt: string, reveal: readonly string[], binding?: Binding): Promise<string> {
  const [jwt = '', ...parts] = sdJwt.split('~');
  const disclosures = parts.filter(Boolean);
  const payload = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as Json;
  const { paths } = unfold(payload, disclosures);
  const wanted = (path: string) => reveal.some((pointer) => pointer === path || pointer.startsWith(`${path}/`) || path.startsWith(`${pointer}/`)); // prettier-ignore
  const shown = disclosures.filter((disclosure) => wanted(paths.get(disclosure) ?? ''));
  const presentation = `${[jwt, ...shown].join('~')}~`;
  if (!binding) return presentation;
  const { key, audience, nonce, now } = binding;
  const claims = {
    iat: Math.floor(now.getTime() / 1000),
    aud: audience,
    nonce,
    sd_hash: disclosureDigest(presentation),
  };
  return `${presentation}${await key.sign(JSON.stringify(claims), { typ: KB_JWT_TYP })}`;
}

export interface SdVerifyOptions extends VerifyOptions {
  /** What a presentation must be bound to; without it a binding is not asked for, and one that is there must still be right. */
  binding?: { audience: string; nonce: string; maxAgeSeconds?: number };
  /** JSON pointers that must be disclosed. */
  required?: readonly string[];
}

export interface SdVerdict extends Verdict {
  /** JSON pointers of what was disclosed. */
  disclosed: string[];
  /** Whether the presentation is signed by the key that the credential names. */
  bound: boolean;
}

/** Whether a presentation may be relied on (RFC 9901 §7), by the same rejection list as a credential. Never throws for what it is given. */
export async function verifySdJwt(text: string, options: SdVerifyOptions): Promise<SdVerdict> {
  const [jwt = '', ...parts] = text.split('~', DISCLOSURES_MAX + 3);
  const binding = parts.pop();
  const none = { ok: false, credential: null, statusChecked: false, disclosed: [], bound: false };
  if (binding === undefined || parts.some((part) => !/^[\w-]+$/.test(part)) || parts.length > DISCLOSURES_MAX)
    return { ...none, reasons: [rejection('SD_MALFORMED')] };
  let disclosed: string[] = [];
  let signed: Json = {};
  const verdict = await verifySecured(jwt, options, {
    typ: SD_JWT_TYP,
    unfold: (payload) => {
      signed = payload;
      const { claims, paths } = unfold(payload, parts);
      disclosed = [...paths.values()];
      return claims;
    },
  });
  if (!verdict.credential) return { ...none, ...verdict };
  const reasons = [...verdict.reasons, ...(await checkBinding(text, binding, signed, options))];
  for (const pointer of options.required ?? [])
    if (valueAt(verdict.credential, pointer) === undefined) reasons.push(rejection('SD_UNDISCLOSED', pointer));
  return { ...verdict, reasons, ok: reasons.length === 0, disclosed, bound: binding !== '' };
}

/**
 * Puts the disclosures where their digests stand, and takes the digests away (§7.1).
 * @throws SdFault
 */
export function unfold(payload: Json, disclosures: readonly string[]): { claims: Json; paths: Map<string, string> } {
  const alg = payload['_sd_alg'] ?? 'sha-256';
  const hash = typeof alg === 'string' && Object.hasOwn(HASHES, alg) ? HASHES[alg] : undefined;
  if (!hash) throw new SdFault('SD_HASH_UNSUPPORTED', alg);
  const byDigest = new Map(disclosures.map((text) => [disclosureDigest(text, hash), text]));
  if (byDigest.size !== disclosures.length) throw new SdFault('SD_DIGEST_DUPLICATE', 'a disclosure is given twice');
  const seen = new Set<unknown>();
  const paths = new Map<string, string>();
  const take = (digest: unknown, length: 2 | 3): { content: unknown[]; text: string } | undefined => {
    if (typeof digest !== 'string') throw new SdFault('SD_MALFORMED', 'a digest is not a text');
    if (seen.has(digest)) throw new SdFault('SD_DIGEST_DUPLICATE', digest);
    seen.add(digest);
    const text = byDigest.get(digest);
    return text === undefined ? undefined : { text, content: readDisclosure(text, length) };
  };
  const visit = (value: unknown, at: string): unknown => {
    if (at.length > POINTER_MAX_CHARS) throw new SdFault('SD_MALFORMED', 'nested too deeply');
    if (Array.isArray(value)) return visitArray(value, at);
    if (!isObject(value)) return value;
    const { _sd: digests = [], ...members } = value;
    if (!Array.isArray(digests)) throw new SdFault('SD_MALFORMED', `${at}/_sd`);
    if ('...' in members || (at !== '' && '_sd_alg' in members)) throw new SdFault('SD_MALFORMED', at);
    const shown: Json = Object.fromEntries(
      Object.entries(members).map(([name, member]) => [name, visit(member, `${at}/${escaped(name)}`)]),
    );
    for (const digest of digests as unknown[]) {
      const found = take(digest, 3);
      if (!found) continue;
      const name = found.content[1] as string;
      if (name === '_sd' || name === '...' || Object.hasOwn(shown, name)) throw new SdFault('SD_CLAIM_CONFLICT', `${at}/${name}`); // prettier-ignore
      const path = `${at}/${escaped(name)}`;
      paths.set(found.text, path);
      Object.defineProperty(shown, name, { value: visit(found.content[2], path), enumerable: true });
    }
    return shown;
  };
  const visitArray = (value: readonly unknown[], at: string): unknown[] =>
    value.flatMap((item, i) => {
      if (!isObject(item) || !('...' in item)) return [visit(item, `${at}/${i}`)];
      if (Object.keys(item).length !== 1) throw new SdFault('SD_MALFORMED', `${at}/${i}`);
      const found = take(item['...'], 2);
      if (!found) return [];
      paths.set(found.text, `${at}/${i}`);
      return [visit(found.content[1], `${at}/${i}`)];
    });
  const { _sd_alg: _, ...claims } = visit(payload, '') as Json;
  if (paths.size !== disclosures.length) throw new SdFault('SD_UNREFERENCED', `${disclosures.length - paths.size}`);
  return { claims, paths };
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

function readDisclosure(text: string, length: 2 | 3): unknown[] {
  let content: unknown;
  try {
    content = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64url')));
  } catch {
    throw new SdFault('SD_DISCLOSURE_MALFORMED', text.slice(0, 80));
  }
  if (
    !Array.isArray(content) ||
    content.length !== length ||
    content.slice(0, -1).some((part) => typeof part !== 'string')
  )
    throw new SdFault('SD_DISCLOSURE_MALFORMED', text.slice(0, 80));
  return content;
}

function valueAt(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((found, name) => {
      const key = name.replaceAll('~1', '/').replaceAll('~0', '~');
      return typeof found === 'object' && found !== null && Object.hasOwn(found, key)
        ? (found as Json)[key]
        : undefined;
    }, value);
}

/** §7.3, and RFC 7800 for the key. */
async function checkBinding(
  text: string,
  jwt: string,
  { cnf }: Json,
  { binding, now }: SdVerifyOptions,
): Promise<Rejection[]> {
  if (jwt === '') return binding ? [rejection('KB_MISSING')] : [];
  const reasons: Rejection[] = [];
  const refuse = (code: RejectionCode, detail?: unknown) => void reasons.push(rejection(code, detail));
  const jwk = isObject(cnf) && isObject(cnf['jwk']) ? (cnf['jwk'] as JWK) : undefined;
  if (!jwk) return [rejection('KB_KEY_MISSING')];
  let claims: Json;
  try {
    const { alg, typ } = protectedHeader(jwt);
    if (typ !== KB_JWT_TYP) refuse('KB_TYP_WRONG', typ);
    if (typeof alg !== 'string' || alg.toLowerCase() === 'none') return [rejection('ALG_NONE')];
    if (alg !== algorithmOf(jwk) || !['ES256', 'EdDSA'].includes(alg)) return [rejection('ALG_UNSUPPORTED', alg)];
    const { payload } = await suites.get(alg)!.verify(jwt, jwk);
    claims = parseJson(Buffer.from(payload).toString()) as Json;
    if (!isObject(claims)) throw new Error('the payload is not an object');
  } catch (error) {
    return [rejection('KB_SIGNATURE_INVALID', error)];
  }
  if (claims['sd_hash'] !== disclosureDigest(text.slice(0, text.lastIndexOf('~') + 1))) refuse('KB_HASH_DIFFERS');
  if (!binding) return reasons;
  const { audience, nonce, maxAgeSeconds = 300 } = binding;
  const { iat } = claims;
  if (claims['nonce'] !== nonce) refuse('KB_NONCE_WRONG');
  if (claims['aud'] !== audience) refuse('KB_AUDIENCE_WRONG', claims['aud']);
  const age = typeof iat === 'number' ? now.getTime() / 1000 - iat : Number.NaN;
  // A minute of difference between clocks.
  if (!(age <= maxAgeSeconds && age >= -60)) refuse('KB_AGE_WRONG', iat);
  return reasons;
}
