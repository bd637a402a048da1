import { canonicalJson, keysOf, LocalKey, statusEntry, verifyCredential, type RejectionCode } from '@app/signing';

/**
 * Cases equal in kind to the fixtures of the W3C suite for the Verifiable Credentials Data Model 2.0, which are files of another project. Each
 * credential has a good signature: only the departure from the model can refuse it.
 */
const issuer = 'did:example:issuer';
const valid = {
  '@context': ['https://www.w3.org/ns/credentials/v2', 'https://www.w3.org/ns/credentials/examples/v2'],
  id: 'urn:uuid:0af7e6f8-6e1d-4d7c-9f0c-5b8f2f6e3b1a',
  type: ['VerifiableCredential'],
  issuer,
  credentialSubject: { id: 'did:example:subject', degree: 'BSc' },
};
type Case = readonly [name: string, change: (c: Record<string, unknown>) => unknown, code: RejectionCode];
const set =
  (member: string, value: unknown): Case[1] =>
  (c) => ({ ...c, [member]: value });
const without =
  (member: string): Case[1] =>
  (c) =>
    Object.fromEntries(Object.entries(c).filter(([name]) => name !== member));
const [base, examples] = valid['@context'] as [string, string];
const status = { ...statusEntry('https://example.org/status/1', 'revocation', 1) };

const refused: readonly Case[] = [
  ['context missing', without('@context'), 'CONTEXT_MISSING'],
  ['context empty', set('@context', []), 'CONTEXT_MISSING'],
  ['context a text', set('@context', base), 'CONTEXT_MISSING'],
  ['context of version 1', set('@context', ['https://www.w3.org/2018/credentials/v1']), 'CONTEXT_MISSING'],
  ['base context not first', set('@context', [examples, base]), 'CONTEXT_MISSING'],
  ['base context as an object', set('@context', [{ '@id': base }]), 'CONTEXT_MISSING'],
  ['context a number', set('@context', [base, 1]), 'CONTEXT_UNKNOWN'],
  ['context null', set('@context', [base, null]), 'CONTEXT_UNKNOWN'],
  ['context unknown', set('@context', [base, 'https://example.org/unknown']), 'CONTEXT_UNKNOWN'],
  ['context redefines a term', set('@context', [base, { issuer: 'https://example.org/issuer' }]), 'CONTEXT_REDEFINES'],
  ['context redefines the type', set('@context', [base, { VerifiableCredential: 'urn:x' }]), 'CONTEXT_REDEFINES'],
  ['type missing', without('type'), 'TYPE_MISSING'],
  ['type empty', set('type', []), 'TYPE_MISSING'],
  ['type an object', set('type', {}), 'TYPE_MISSING'],
  ['type null', set('type', null), 'TYPE_MISSING'],
  ['type without VerifiableCredential', set('type', ['ExampleDegreeCredential']), 'TYPE_MISSING'],
  ['id null', set('id', null), 'ID_NOT_SINGLE'],
  ['id a number', set('id', 1), 'ID_NOT_SINGLE'],
  ['id an object', set('id', { id: 'urn:x:1' }), 'ID_NOT_SINGLE'],
  ['id a list', set('id', ['urn:x:1', 'urn:x:2']), 'ID_NOT_SINGLE'],
  ['id not a URL', set('id', 'not-a-url'), 'ID_NOT_URL'],
  ['id with a space', set('id', 'https://example.org/a b'), 'ID_NOT_URL'],
  ['id empty', set('id', ''), 'ID_NOT_URL'],
  ['issuer missing', without('issuer'), 'ISSUER_MALFORMED'],
  ['issuer null', set('issuer', null), 'ISSUER_MALFORMED'],
  ['issuer not a URL', set('issuer', 'not-a-url'), 'ISSUER_MALFORMED'],
  ['issuer a number', set('issuer', 1), 'ISSUER_MALFORMED'],
  ['issuer a list', set('issuer', [issuer, 'did:example:other']), 'ISSUER_MALFORMED'],
  ['issuer an object without id', set('issuer', { name: 'x' }), 'ISSUER_MALFORMED'],
  ['issuer an object with id not a URL', set('issuer', { id: 'x y' }), 'ISSUER_MALFORMED'],
  ['issuer another', set('issuer', 'did:example:other'), 'ISSUER_NOT_CONTROLLER'],
  ['subject missing', without('credentialSubject'), 'SUBJECT_MISSING'],
  ['subject empty', set('credentialSubject', {}), 'SUBJECT_MISSING'],
  ['subjects none', set('credentialSubject', []), 'SUBJECT_MISSING'],
  ['subject a text', set('credentialSubject', 'did:example:subject'), 'SUBJECT_MISSING'],
  ['subject null', set('credentialSubject', null), 'SUBJECT_MISSING'],
  ['one of the subjects empty', set('credentialSubject', [{ id: 'urn:x:1' }, {}]), 'SUBJECT_MISSING'],
  ['subject id not a URL', set('credentialSubject', { id: 'x' }), 'ID_NOT_URL'],
  ['subject with two ids', set('credentialSubject', { id: ['urn:x:1', 'urn:x:2'] }), 'ID_NOT_SINGLE'],
  ['validFrom a date', set('validFrom', '2020-01-01'), 'VALIDITY_MALFORMED'],
  ['validFrom without a zone', set('validFrom', '2020-01-01T00:00:00'), 'VALIDITY_MALFORMED'],
  ['validFrom a number', set('validFrom', 1_577_836_800), 'VALIDITY_MALFORMED'],
  ['validFrom no such day', set('validFrom', '2020-13-45T00:00:00Z'), 'VALIDITY_MALFORMED'],
  ['validUntil a text', set('validUntil', 'tomorrow'), 'VALIDITY_MALFORMED'],
  ['validUntil null', set('validUntil', null), 'VALIDITY_MALFORMED'],
  ['validUntil before validFrom', (c) => ({ ...c, validFrom: '2021-01-01T00:00:00Z', validUntil: '2020-01-01T00:00:00Z' }), 'VALIDITY_MALFORMED'], // prettier-ignore
  ['validFrom in the future', set('validFrom', '2099-01-01T00:00:00Z'), 'NOT_YET_VALID'],
  ['validUntil in the past', set('validUntil', '2020-01-01T00:00:00Z'), 'EXPIRED'],
  ['status without type', set('credentialStatus', { ...status, type: undefined }), 'TYPE_MISSING'],
  ['status a text', set('credentialStatus', 'https://example.org/status/1'), 'TYPE_MISSING'],
  ['status id not a URL', set('credentialStatus', { ...status, id: 'x y' }), 'ID_NOT_URL'],
  ['one of the statuses without type', set('credentialStatus', [status, { id: 'urn:x:1' }]), 'TYPE_MISSING'],
  ['schema without type', set('credentialSchema', { id: 'https://example.org/schema' }), 'TYPE_MISSING'],
  ['schema without id', set('credentialSchema', { type: 'JsonSchema' }), 'ID_NOT_URL'],
  ['schema id not a URL', set('credentialSchema', { id: 'x', type: 'JsonSchema' }), 'ID_NOT_URL'],
  ['evidence without type', set('evidence', { id: 'urn:x:1' }), 'TYPE_MISSING'],
  ['refresh service without type', set('refreshService', { id: 'https://example.org/refresh' }), 'TYPE_MISSING'],
  ['terms of use without type', set('termsOfUse', { id: 'https://example.org/terms' }), 'TYPE_MISSING'],
  ['a term that no context defines', (c) => ({ ...c, '@context': [base], unheardOf: 1 }), 'TERM_UNMAPPED'],
  ['a type that no context defines', (c) => ({ ...c, '@context': [base], type: ['VerifiableCredential', 'UnheardOf'] }), 'TERM_UNMAPPED'], // prettier-ignore
  ['a claim of JWT within the subject', (c) => ({ ...c, '@context': [base], credentialSubject: { id: 'urn:x:1', iss: issuer } }), 'TERM_UNMAPPED'], // prettier-ignore
  ['a term in a list that no context defines', (c) => ({ ...c, '@context': [base], credentialSubject: [{ id: 'urn:x:1', name: [{ unheardOf: 1 }] }] }), 'TERM_UNMAPPED'], // prettier-ignore
  ['a vc claim', set('vc', {}), 'VC_CLAIM'],
  ['a vp claim', set('vp', {}), 'VP_CLAIM'],
];

const accepted: readonly (readonly [string, Case[1]])[] = [
  ['as it is', (c) => c],
  ['without id', without('id')],
  ['type a text', set('type', 'VerifiableCredential')],
  ['further types', set('type', ['VerifiableCredential', 'ExampleDegreeCredential'])],
  ['issuer an object', set('issuer', { id: issuer, name: 'Example' })],
  ['several subjects', set('credentialSubject', [{ id: 'urn:x:1', a: 1 }, { b: 2 }])],
  ['subject without id', set('credentialSubject', { degree: 'BSc' })],
  ['a term that is a URL', (c) => ({ ...c, '@context': [base], type: ['VerifiableCredential'], credentialSubject: { id: 'urn:x:1', 'https://example.org/degree': 'BSc' } })], // prettier-ignore
  ['a schema with terms of its own', (c) => ({ ...c, '@context': [base], credentialSubject: { id: 'urn:x:1', type: 'JsonSchema', jsonSchema: { properties: { unheardOf: {} } } } })], // prettier-ignore
  ['terms inline', set('@context', [base, { '@vocab': 'https://example.org/terms#' }])],
  [
    'validity with offsets',
    (c) => ({ ...c, validFrom: '2020-01-01T08:00:00+08:00', validUntil: '2099-01-01T00:00:00.5Z' }),
  ],
  ['status', set('credentialStatus', status)],
  [
    'several statuses',
    set('credentialStatus', [status, { ...statusEntry('https://example.org/status/2', 'suspension', 1) }]),
  ],
  ['schemas', set('credentialSchema', [{ id: 'https://example.org/schema', type: 'JsonSchema' }])],
  [
    'evidence and terms of use',
    (c) => ({ ...c, evidence: [{ type: 'Evidence' }], termsOfUse: { type: 'TermsOfUse' } }),
  ],
  ['name and description in languages', set('name', [{ '@value': '名称', '@language': 'zh' }])],
];

let key: LocalKey;
beforeAll(async () => {
  key = await LocalKey.generate('EdDSA');
});
const codes = async (change: Case[1]) => {
  const payload = JSON.parse(JSON.stringify(change(valid))) as unknown;
  const jwt = await key.sign(canonicalJson(payload), { typ: 'vc+jwt', cty: 'vc', kid: `${issuer}#${key.kid}` });
  const resolveKey = keysOf(issuer, { keys: [key.publicJwk] });
  const { reasons } = await verifyCredential(jwt, {
    now: new Date('2026-01-01T00:00:00Z'),
    resolveKey,
    contexts: { [examples]: 'any' },
  });
  return reasons.map(({ code }) => code);
};

describe('W3C data model 2.0', () => {
  it('has at least as many kinds of fault as the suite has', () => expect(refused.length).toBeGreaterThanOrEqual(52));
  it.each(refused)('%s: refused', async (_name, change, code) => expect(await codes(change)).toContain(code));
  it.each(accepted)('%s: accepted', async (_name, change) => expect(await codes(change)).toEqual([]));
});
