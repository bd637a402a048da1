import { isUtf8 } from 'node:buffer';
import type { JWK } from 'jose';
import { sha256Hex } from './canonical.js';
import { departures, isObject, issuerId, timeOf, type Contexts, type Credential } from './data-model.js';
import { parseJson } from './json.js';
import { rejection, type Rejection, type RejectionCode } from './rejections.js';
import { SM2_ALG } from './sm2.js';
import { MINIMUM_BITS, StatusList } from './status-list.js';
import { SdFault } from './sd-fault.js';
import { algorithmOf, bytesOf, protectedHeader, suites, type Compact, type PublicJwk, type Verified } from './suite.js';

const ALGORITHMS = ['ES256', 'EdDSA', SM2_ALG];

export interface ResolvedKey {
  jwk: JWK;
  /** The identifier (URL or DID) whose keys contain this one; only it may be the issuer. */
  controller: string;
}
export type ResolveKey = (kid: string) => ResolvedKey | undefined | Promise<ResolvedKey | undefined>;

/** Resolves `<controller>#<thumbprint>`, or the bare thumbprint, in the published keys of one controller. */
export function keysOf(controller: string, jwks: { keys: readonly PublicJwk[] }): ResolveKey {
  return (kid) => {
    const jwk = jwks.keys.find((key) => kid === key.kid || kid === `${controller}#${key.kid}`);
    return jwk && { jwk, controller };
  };
}

export interface VerifyOptions {
  resolveKey: ResolveKey;
  /** The moment for which validity and status are asked. */
  now: Date;
  /** The status list credential at a URL as of `now`, as compact JWS. Without it the status stays unchecked, and the verdict says so. */
  statusList?: (url: string, now: Date) => Promise<string | undefined>;
  contexts?: Contexts;
  /** SHA-256 (hex) that the register holds of this very document. */
  registeredSha256?: string;
}

export interface Verdict {
  ok: boolean;
  /** All that is wrong, not only the first. */
  reasons: Rejection[];
  /** The credential when its signature holds, also if something else is wrong with it; otherwise null. */
  credential: Credential | null;
  /** Whether every status entry of the credential was looked up; true for a credential without any. */
  statusChecked: boolean;
}

/** Whether a credential may be relied on, by the complete rejection list. Never throws for anything in the document. */
export function verifyCredential(jwt: string, options: VerifyOptions): Promise<Verdict> {
  return verifySecured(jwt, options, CREDENTIAL);
}

/**
 * The same for many, in their order, on the calling thread, which it holds up. What signatures one after another secure, as those of one
 * certificate do, is read and checked once.
 */
export async function verifyCredentials(jwts: readonly Compact[], options: VerifyOptions): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const last: Last = {};
  for (const jwt of jwts) verdicts.push(await verifySecured(jwt, options, CREDENTIAL, last));
  return verdicts;
}

/** How a credential is secured: the media type of the form, and how the claims are had from the payload. */
export interface Securing {
  typ: string;
  /** @throws SdFault */
  unfold: (payload: Payload) => Payload;
}
const CREDENTIAL: Securing = { typ: 'vc+jwt', unfold: (payload) => payload };

/** What was read last. */
interface Last {
  secured?: Secured;
  content?: Content;
}

/** What is to be said of a payload whose signature holds. */
type Content = Omit<Verdict, 'ok'>;

/** The same for each form of securing; with `last`, on the calling thread. */
export async function verifySecured(
  text: Compact,
  options: VerifyOptions,
  securing: Securing,
  last?: Last,
): Promise<Verdict> {
  const reasons: Rejection[] = [];
  const refuse = refuseInto(reasons);
  const jwt = bytesOf(text);
  const { registeredSha256 } = options;
  if (registeredSha256 !== undefined && sha256Hex(jwt) !== registeredSha256) refuse('DOCUMENT_HASH_DIFFERS');

  const secured = await checkSecuring(jwt, options.resolveKey, securing.typ, refuse, last);
  if (!secured) return { ok: false, reasons, credential: null, statusChecked: false };
  const { payload, controller } = secured;
  const isKnown = payload === last?.secured?.payload && controller === last.secured.controller;
  const content = (isKnown && last?.content) || (await checkContent(payload, controller, options, securing));
  if (last) [last.secured, last.content] = [secured, content];
  const all = [...reasons, ...content.reasons];
  return { ok: all.length === 0, reasons: all, credential: content.credential, statusChecked: content.statusChecked };
}

/** Everything but the signature. */
async function checkContent(
  bytes: Uint8Array,
  controller: string,
  options: VerifyOptions,
  { unfold }: Securing,
): Promise<Content> {
  const reasons: Rejection[] = [];
  const refuse = refuseInto(reasons);
  const payload = parsePayload(bytes, unfold, refuse);
  if (!payload) return { reasons, credential: null, statusChecked: false };
  const { now } = options;
  if ('vc' in payload) refuse('VC_CLAIM');
  if ('vp' in payload) refuse('VP_CLAIM');
  reasons.push(...departures(payload, options.contexts));
  if (issuerId(payload) !== controller) refuse('ISSUER_NOT_CONTROLLER', `${issuerId(payload)} / ${controller}`);
  checkClaims(payload, now, refuse);
  if (timeOf(payload['validFrom']) > now.getTime()) refuse('NOT_YET_VALID', payload['validFrom']);
  if (timeOf(payload['validUntil']) < now.getTime()) refuse('EXPIRED', payload['validUntil']);

  const entries = [payload['credentialStatus'] ?? []].flat() as unknown[];
  if (options.statusList) for (const entry of entries) await checkStatus(entry, payload, options, refuse);
  const statusChecked = entries.length === 0 || options.statusList !== undefined;
  return { reasons, credential: payload as unknown as Credential, statusChecked };
}

type Refuse = (code: RejectionCode, detail?: unknown) => undefined;
type Payload = Record<string, unknown>;

const refuseInto =
  (reasons: Rejection[]): Refuse =>
  (code, detail) => {
    reasons.push(rejection(code, detail));
    return undefined;
  };

/** What a signature secures, and whose it is. */
interface Secured extends Verified {
  controller: string;
}

/** Header, key and signature; with `last`, on the calling thread. */
async function checkSecuring(
  jwt: Buffer,
  resolveKey: ResolveKey,
  expected: string,
  refuse: Refuse,
  last: Last | undefined,
): Promise<Secured | undefined> {
  let header: Readonly<Record<string, unknown>>;
  try {
    header = protectedHeader(jwt);
  } catch (error) {
    return jwt.toString().trimStart().startsWith('{') ? refuse('UNSECURED_JSON') : refuse('MALFORMED', error);
  }
  const { alg, kid, typ, cty } = header;
  // RFC 7515 §4.1.9: compared without regard to case; a leading "application/" may be left out.
  const media = (value: unknown) =>
    typeof value === 'string' ? value.toLowerCase().replace(/^application\//, '') : '';
  if (media(typ) !== expected) refuse('TYP_WRONG', typ);
  if (media(cty) !== 'vc') refuse('CTY_WRONG', cty);
  if (typeof alg !== 'string' || alg.toLowerCase() === 'none') return refuse('ALG_NONE');
  const suite = ALGORITHMS.includes(alg) ? suites.get(alg) : undefined;
  if (!suite) return refuse('ALG_UNSUPPORTED', alg);
  if (typeof kid !== 'string' || kid === '') return refuse('KID_MISSING');
  const key = await resolveKey(kid);
  if (!key) return refuse('KEY_UNKNOWN', kid);
  if (!fits(key.jwk, alg)) return refuse('ALG_UNSUPPORTED', alg);
  try {
    const verified = last ? suite.verifyHere(jwt, key.jwk, last.secured) : await suite.verify(jwt, key.jwk);
    return { ...verified, controller: key.controller };
  } catch (error) {
    return refuse('SIGNATURE_INVALID', error);
  }
}

function parsePayload(bytes: Uint8Array, unfold: Securing['unfold'], refuse: Refuse): Payload | undefined {
  try {
    if (!isUtf8(bytes)) return refuse('MALFORMED', 'the payload is not UTF-8');
    const payload = parseJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
    return isObject(payload) ? unfold(payload) : refuse('MALFORMED', 'the payload is not an object');
  } catch (error) {
    if (error instanceof SdFault) return refuse(error.code, error.detail);
    return refuse('MALFORMED', error);
  }
}

function fits(jwk: JWK, alg: string): boolean {
  try {
    return algorithmOf(jwk) === alg;
  } catch {
    return false; // a key of a type that no suite knows, in somebody's published key set
  }
}

/** VC-JOSE-COSE §3.1.3: `iss`, `jti` and `sub` repeat what the credential says; `nbf` and `exp` bound the signature. */
function checkClaims(payload: Payload, now: Date, refuse: Refuse): void {
  const { iss, jti, sub, nbf, exp, credentialSubject } = payload;
  if (iss !== undefined && iss !== issuerId(payload)) refuse('CLAIM_CONTRADICTS', { iss });
  if (jti !== undefined && jti !== payload['id']) refuse('CLAIM_CONTRADICTS', { jti });
  if (sub !== undefined && sub !== (credentialSubject as Payload | undefined)?.['id']) {
    refuse('CLAIM_CONTRADICTS', { sub });
  }
  if (typeof nbf === 'number' && nbf * 1000 > now.getTime()) refuse('NOT_YET_VALID', `nbf: ${nbf}`);
  if (typeof exp === 'number' && exp * 1000 <= now.getTime()) refuse('EXPIRED', `exp: ${exp}`);
}

async function checkStatus(entry: unknown, payload: Payload, options: VerifyOptions, refuse: Refuse): Promise<void> {
  const { type, statusListCredential: url, statusPurpose, statusListIndex } = isObject(entry) ? entry : {};
  if (type !== 'BitstringStatusListEntry' || typeof url !== 'string') {
    return refuse('STATUS_TYPE_UNSUPPORTED', type);
  }
  const published = await fetchList(url, options);
  if (!published) return refuse('STATUS_LIST_UNAVAILABLE', url);
  const { verdict, list } = published;
  for (const { code, detail } of verdict.reasons) {
    if (code === 'EXPIRED') refuse('STATUS_LIST_EXPIRED', detail);
    else if (code === 'NOT_YET_VALID') refuse('STATUS_LIST_NOT_YET_VALID', detail);
    else refuse('STATUS_LIST_INVALID', `${code} ${detail ?? ''}`.trim());
  }
  if (!verdict.credential) return;

  const { credential } = verdict;
  const subject: Payload = isObject(credential.credentialSubject) ? credential.credentialSubject : {};
  if (credential.id !== url) refuse('STATUS_LIST_OTHER', credential.id);
  if (
    ![credential.type].flat().includes('BitstringStatusListCredential') ||
    subject['type'] !== 'BitstringStatusList'
  ) {
    return refuse('STATUS_LIST_WRONG_TYPE', credential.type);
  }
  if (issuerId(credential) !== issuerId(payload)) refuse('STATUS_LIST_OTHER_ISSUER', issuerId(credential));
  if (![subject['statusPurpose']].flat().includes(statusPurpose)) {
    refuse('STATUS_PURPOSE_MISMATCH', statusPurpose);
  }
  if (!(list instanceof StatusList)) return refuse('STATUS_LIST_MALFORMED', list.message);
  if (list.length < MINIMUM_BITS) return refuse('STATUS_LIST_TOO_SHORT', list.length);
  if (typeof statusListIndex !== 'string' || !/^(0|[1-9]\d{0,9})$/.test(statusListIndex)) {
    return refuse('STATUS_INDEX_MALFORMED', statusListIndex);
  }
  const index = Number(statusListIndex);
  if (index >= list.length) return refuse('STATUS_INDEX_OUT_OF_RANGE', statusListIndex);
  if (!list.get(index)) return;
  if (statusPurpose === 'revocation') refuse('REVOKED');
  if (statusPurpose === 'suspension') refuse('SUSPENDED');
}

interface PublishedList {
  verdict: Verdict;
  list: StatusList | Error;
}

/** Many credentials share one list: under the same options (so the same moment) it is verified and unpacked once. */
const checkedLists = new WeakMap<VerifyOptions, Map<string, Promise<PublishedList>>>();

async function fetchList(url: string, options: VerifyOptions): Promise<PublishedList | undefined> {
  const jwt = await options.statusList?.(url, options.now).catch(() => undefined);
  if (jwt === undefined) return undefined;
  const checked = checkedLists.get(options) ?? new Map<string, Promise<PublishedList>>();
  checkedLists.set(options, checked);
  const known = checked.get(jwt) ?? checkList(jwt, options);
  checked.set(jwt, known);
  return known;
}

async function checkList(jwt: string, { resolveKey, now, contexts }: VerifyOptions): Promise<PublishedList> {
  const verdict = await verifyCredential(jwt, { resolveKey, now, ...(contexts && { contexts }) });
  const subject = verdict.credential?.credentialSubject as Payload | undefined;
  try {
    return { verdict, list: StatusList.decode(String(subject?.['encodedList'])) };
  } catch (error) {
    return { verdict, list: error as Error };
  }
}
