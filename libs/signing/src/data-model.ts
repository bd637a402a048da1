import { rejection, type Rejection, type RejectionCode } from './rejections.js';

export const BASE_CONTEXT = 'https://www.w3.org/ns/credentials/v2';

/** A credential of the W3C Verifiable Credentials Data Model 2.0. */
export interface Credential {
  '@context': readonly (string | Record<string, unknown>)[];
  id?: string;
  type: readonly string[];
  issuer: string | ({ id: string } & Record<string, unknown>);
  /** RFC 3339 with time zone. */
  validFrom?: string;
  validUntil?: string;
  credentialSubject: object;
  credentialStatus?: object;
  credentialSchema?: object;
  [member: string]: unknown;
}

/** The terms of each context a verifier knows besides the base context; `any` for a context with a default vocabulary. */
export type Contexts = Readonly<Record<string, readonly string[] | 'any'>>;

/** The terms of the base context that a secured credential may use (https://www.w3.org/ns/credentials/v2). */
const BASE_TERMS: ReadonlySet<string> = new Set(
  `id type name description digestMultibase digestSRI mediaType VerifiableCredential credentialSchema credentialStatus
  credentialSubject confidenceMethod evidence issuer proof refreshService relatedResource renderMethod termsOfUse validFrom validUntil
  EnvelopedVerifiableCredential VerifiablePresentation EnvelopedVerifiablePresentation holder verifiableCredential JsonSchema jsonSchema
  JsonSchemaCredential BitstringStatusListCredential BitstringStatusList BitstringStatusListEntry encodedList status message statusMessage
  statusPurpose statusReference statusSize statusListCredential statusListIndex ttl DataIntegrityProof challenge created cryptosuite
  domain expires nonce previousProof proofPurpose proofValue verificationMethod`.split(/\s+/),
);

/** Registered JWT claims (RFC 7519 §4.1, RFC 7800) that VC-JOSE-COSE §3.1.3 lets stand beside the credential's own members. */
const JWT_CLAIMS = ['iss', 'sub', 'aud', 'jti', 'iat', 'nbf', 'exp', 'cnf'];

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);
const isUrl = (value: unknown): boolean => typeof value === 'string' && !/\s/.test(value) && URL.canParse(value);

export function issuerId(credential: Record<string, unknown>): string | undefined {
  const id = isObject(credential['issuer']) ? credential['issuer']['id'] : credential['issuer'];
  return typeof id === 'string' ? id : undefined;
}

/** Milliseconds of an XML Schema dateTimeStamp (VCDM 2.0 §4.9), or NaN. */
export function timeOf(value: unknown): number {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
  return typeof value === 'string' && form.test(value) ? Date.parse(value) : Number.NaN;
}

/** Everything in which a payload departs from the data model; empty for a conforming credential. */
export function departures(payload: Record<string, unknown>, contexts: Contexts = {}): Rejection[] {
  const found: Rejection[] = [];
  const refuse = (code: RejectionCode, detail?: unknown) => void found.push(rejection(code, detail));

  if (!list(payload['type']).includes('VerifiableCredential')) refuse('TYPE_MISSING', '/type');
  checkId(payload, '', refuse);
  if (!isUrl(issuerId(payload))) refuse('ISSUER_MALFORMED', payload['issuer']);
  checkSubjects(payload['credentialSubject'], refuse);
  checkValidity(payload, refuse);
  for (const member of ['credentialStatus', 'credentialSchema', 'evidence', 'refreshService', 'termsOfUse']) {
    for (const [i, value] of list(payload[member]).entries()) {
      const pointer = `/${member}/${i}`;
      if (!isObject(value) || list(value['type']).length === 0) refuse('TYPE_MISSING', pointer);
      if (!isObject(value)) continue;
      checkId(value, pointer, refuse);
      if (member === 'credentialSchema' && value['id'] === undefined) refuse('ID_NOT_URL', pointer);
    }
  }
  checkTerms(payload, contexts, refuse);
  return found;
}

type Refuse = (code: RejectionCode, detail?: unknown) => void;

function checkId(node: Record<string, unknown>, pointer: string, refuse: Refuse): void {
  if (node['id'] === undefined) return;
  if (typeof node['id'] !== 'string') refuse('ID_NOT_SINGLE', `${pointer}/id`);
  else if (!isUrl(node['id'])) refuse('ID_NOT_URL', `${pointer}/id`);
}

function checkSubjects(value: unknown, refuse: Refuse): void {
  const subjects = list(value);
  if (subjects.length === 0) refuse('SUBJECT_MISSING');
  for (const [i, subject] of subjects.entries()) {
    if (!isObject(subject) || Object.keys(subject).length === 0) refuse('SUBJECT_MISSING', `/credentialSubject/${i}`);
    else checkId(subject, `/credentialSubject/${i}`, refuse);
  }
}

function checkValidity({ validFrom, validUntil }: Record<string, unknown>, refuse: Refuse): void {
  const [from, until] = [timeOf(validFrom), timeOf(validUntil)];
  if (validFrom !== undefined && Number.isNaN(from)) refuse('VALIDITY_MALFORMED', '/validFrom');
  if (validUntil !== undefined && Number.isNaN(until)) refuse('VALIDITY_MALFORMED', '/validUntil');
  if (from > until) refuse('VALIDITY_MALFORMED', '/validFrom is after /validUntil');
}

/**
 * Every member name and type must be a term of a named context or an absolute URL. Without JSON-LD expansion the contexts are taken as one
 * vocabulary: terms scoped to one type are not told apart.
 */
function checkTerms(payload: Record<string, unknown>, contexts: Contexts, refuse: Refuse): void {
  const named = Array.isArray(payload['@context']) ? (payload['@context'] as unknown[]) : [];
  if (named[0] !== BASE_CONTEXT) refuse('CONTEXT_MISSING', named[0]);
  const further = named.filter((context) => context !== BASE_CONTEXT);
  const added = new Set<string>();
  let any = false;
  for (const context of further) {
    if (isObject(context)) {
      const defined = Object.keys(context).filter((term) => !term.startsWith('@'));
      any ||= typeof context['@vocab'] === 'string';
      for (const term of defined) {
        if (BASE_TERMS.has(term)) refuse('CONTEXT_REDEFINES', term);
        added.add(term);
      }
      continue;
    }
    const known = typeof context === 'string' && Object.hasOwn(contexts, context) ? contexts[context] : undefined;
    if (known === undefined) refuse('CONTEXT_UNKNOWN', context);
    any ||= known === 'any' || known === undefined; // a context already refused is not refused again term by term
    if (Array.isArray(known)) for (const term of known) added.add(term as string);
  }
  if (any) return;
  const mapped = (term: string) => term.startsWith('@') || BASE_TERMS.has(term) || added.has(term) || isUrl(term);
  const visit = (value: unknown, pointer: string): void => {
    if (Array.isArray(value)) return value.forEach((item, i) => visit(item, `${pointer}/${i}`));
    if (!isObject(value)) return;
    for (const [key, member] of Object.entries(value)) {
      const claim = pointer === '' && (JWT_CLAIMS.includes(key) || key === 'vc' || key === 'vp');
      if (!claim && !mapped(key)) refuse('TERM_UNMAPPED', `${pointer}/${key}`);
      if (key === 'type') {
        const unmapped = list(member).filter((type) => typeof type !== 'string' || !mapped(type));
        for (const type of unmapped) refuse('TERM_UNMAPPED', { [`${pointer}/type`]: type });
      } else if (key !== '@context' && key !== 'jsonSchema' && !claim) visit(member, `${pointer}/${key}`);
    }
  };
  visit(payload, '');
}
