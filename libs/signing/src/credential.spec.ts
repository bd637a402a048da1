import { jest } from '@jest/globals';
import { canonicalJson, keysOf, LocalKey, MINIMUM_BITS, REJECTIONS, sha256Hex, signCredential, statusEntry, StatusList, statusListCredential, verifyCredential, type VerifyOptions } from './index.js'; // prettier-ignore

const issuer = 'did:web:registrar.example';
const listUrl = 'https://registrar.example/status/1';
const now = new Date('2026-09-01T00:00:00Z');
const good = {
  '@context': ['https://www.w3.org/ns/credentials/v2', { dataName: 'https://registrar.example/terms#dataName' }],
  id: 'https://registrar.example/certificates/SJ4412026080001',
  type: ['VerifiableCredential'],
  issuer: { id: issuer, name: 'Demonstration registrar' },
  validFrom: '2026-08-15T02:00:00Z',
  validUntil: '2029-08-15T02:00:00Z',
  credentialSubject: { id: 'did:web:holder.example', dataName: '用电量' },
};

let key: LocalKey;
let stranger: LocalKey;
let options: VerifyOptions;
beforeAll(async () => {
  [key, stranger] = [await LocalKey.generate('ES256'), await LocalKey.generate('EdDSA')];
  const ours = keysOf(issuer, { keys: [key.publicJwk] });
  const theirs = keysOf('did:web:stranger.example', { keys: [stranger.publicJwk] });
  options = { now, resolveKey: async (kid) => (await ours(kid)) ?? theirs(kid) };
});

type Header = { typ?: string; cty?: string; kid?: string };
/** Signs anything at all, well or not, so that only the rule under test can refuse it. */
const secure = (payload: unknown, header: Header = {}, by = key) => {
  const text = typeof payload === 'string' ? payload : canonicalJson(payload);
  return by.sign(text, { typ: 'vc+jwt', cty: 'vc', kid: by.kid, ...header });
};
const codes = async (jwt: string, more: Partial<VerifyOptions> = {}) =>
  (await verifyCredential(jwt, { ...options, ...more })).reasons.map(({ code }) => code);
const without = (member: string) => Object.fromEntries(Object.entries(good).filter(([name]) => name !== member));
const tested = new Set<string>();
const refuses = async (
  code: keyof typeof REJECTIONS,
  jwt: string | Promise<string>,
  more: Partial<VerifyOptions> = {},
) => {
  tested.add(code);
  expect(await codes(await jwt, more)).toEqual([code]);
};

describe('a credential', () => {
  it.each(['ES256', 'EdDSA'] as const)('signed by %s verifies, and its payload is itself', async (alg) => {
    const own = await LocalKey.generate(alg);
    const jwt = await signCredential(good, own);
    const [header, payload] = jwt.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    expect(JSON.parse(header!)).toEqual({ alg, typ: 'vc+jwt', cty: 'vc', kid: `${issuer}#${own.kid}` });
    expect(payload).toBe(canonicalJson(good));
    const verdict = await verifyCredential(jwt, { now, resolveKey: keysOf(issuer, { keys: [own.publicJwk] }) });
    expect(verdict).toEqual({ ok: true, reasons: [], credential: good, statusChecked: true });
  });

  it('that departs from the data model is not signed', async () => {
    await expect(signCredential({ ...good, type: [] }, key)).rejects.toThrow('A required type is missing');
  });

  it('is valid from the first to the last moment of its period', async () => {
    const jwt = await signCredential(good, key);
    for (const moment of [good.validFrom, good.validUntil])
      expect(await codes(jwt, { now: new Date(moment) })).toEqual([]);
  });

  it('gives every reason at once, in both languages, and the content when the signature holds', async () => {
    const jwt = await secure({ ...good, vc: {}, validUntil: '2026-08-16T00:00:00Z' }, { typ: 'JWT', cty: 'JWT' });
    const { ok, reasons, credential } = await verifyCredential(jwt, options);
    expect(ok).toBe(false);
    expect(reasons.map(({ code }) => code)).toEqual(['TYP_WRONG', 'CTY_WRONG', 'VC_CLAIM', 'EXPIRED']);
    expect(reasons[3]).toMatchObject({ zh: '凭证已过有效期', en: 'The credential has expired' });
    expect(credential?.id).toBe(good.id);
    expect((await verifyCredential(`${jwt.slice(0, -3)}AAA`, options)).credential).toBeNull();
  });
});

describe('the securing is refused', () => {
  const header = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it('when there is none', async () => {
    await refuses('UNSECURED_JSON', JSON.stringify(good));
    const body = Buffer.from(canonicalJson(good)).toString('base64url');
    await refuses('ALG_NONE', `${header({ alg: 'none', typ: 'vc+jwt', cty: 'vc' })}.${body}.`);
    await refuses('MALFORMED', 'not a JWS');
    await refuses('MALFORMED', secure('[]'));
    await refuses('MALFORMED', secure('text'));
  });

  it('by its header', async () => {
    await refuses('TYP_WRONG', secure(good, { typ: 'JWT' }));
    await refuses('CTY_WRONG', secure(good, { cty: 'vp' }));
    await refuses('KID_MISSING', secure(good, { kid: '' }));
    await refuses('KEY_UNKNOWN', secure(good, { kid: `did:web:stranger.example#${key.kid}` }));
    const rsa = await LocalKey.generate('RS256');
    await refuses('ALG_UNSUPPORTED', secure(good, {}, rsa));
    await refuses('ALG_UNSUPPORTED', secure(good, { kid: key.kid }, stranger));
    const resolveKey = () => ({ jwk: { kty: 'EC', crv: 'P-384' }, controller: issuer });
    await refuses('ALG_UNSUPPORTED', secure(good), { resolveKey });
  });

  it('when the signature does not hold', async () => {
    const [head, body, signature] = (await secure(good)).split('.') as [string, string, string];
    const changed = Buffer.from(canonicalJson({ ...good, validUntil: '2099-01-01T00:00:00Z' })).toString('base64url');
    await refuses('SIGNATURE_INVALID', [head, changed, signature].join('.'));
    await refuses('SIGNATURE_INVALID', [head, body, 'AAAA'].join('.'));
  });

  it('when the issuer is not the controller of the key', async () => {
    await refuses('ISSUER_NOT_CONTROLLER', secure(good, {}, stranger));
  });

  it('when the register holds another document', async () => {
    const jwt = await secure(good);
    expect(await codes(jwt, { registeredSha256: sha256Hex(jwt) })).toEqual([]);
    await refuses('DOCUMENT_HASH_DIFFERS', jwt, { registeredSha256: sha256Hex(`${jwt} `) });
  });
});

describe('the content is refused', () => {
  it.each<[keyof typeof REJECTIONS, object]>([
    ['VC_CLAIM', { ...good, vc: 'oops' }],
    ['VP_CLAIM', { ...good, vp: 'oops' }],
    ['CLAIM_CONTRADICTS', { ...good, iss: 'did:web:stranger.example' }],
    ['CLAIM_CONTRADICTS', { ...good, jti: 'urn:other' }],
    ['CLAIM_CONTRADICTS', { ...good, sub: 'did:web:stranger.example' }],
    ['NOT_YET_VALID', { ...good, validFrom: '2026-09-01T00:00:00.001Z' }],
    ['NOT_YET_VALID', { ...good, nbf: now.getTime() / 1000 + 1 }],
    ['EXPIRED', { ...good, validUntil: '2026-09-01T07:59:59+08:00' }],
    ['EXPIRED', { ...good, exp: now.getTime() / 1000 }],
    ['VALIDITY_MALFORMED', { ...good, validUntil: '2029-08-15' }],
    ['VALIDITY_MALFORMED', { ...good, validFrom: 1_700_000_000 }],
    ['CONTEXT_MISSING', { ...good, '@context': [good['@context'][1], good['@context'][0]] }],
    ['CONTEXT_UNKNOWN', { ...good, '@context': [...good['@context'], 'https://unknown.example/v1'] }],
    ['CONTEXT_REDEFINES', { ...good, '@context': [...good['@context'], { issuer: 'https://evil.example/' }] }],
    ['TERM_UNMAPPED', { ...good, credentialSubject: { price: 1 } }],
    ['TERM_UNMAPPED', { ...good, type: ['VerifiableCredential', 'Unmapped'] }],
    ['TYPE_MISSING', without('type')],
    ['TYPE_MISSING', { ...good, credentialSchema: { id: 'https://registrar.example/schema' } }],
    ['ID_NOT_SINGLE', { ...good, id: [good.id, 'urn:uuid:1'] }],
    ['ID_NOT_SINGLE', { ...good, credentialSubject: { id: ['urn:a', 'urn:b'], dataName: 'x' } }],
    ['ID_NOT_URL', { ...good, id: 'not a URL' }],
    ['ID_NOT_URL', { ...good, credentialSchema: { type: 'JsonSchema' } }],
    ['SUBJECT_MISSING', without('credentialSubject')],
    ['SUBJECT_MISSING', { ...good, credentialSubject: {} }],
    ['SUBJECT_MISSING', { ...good, credentialSubject: [good.credentialSubject, 'text'] }],
  ])('by %s', async (code, payload) => refuses(code, secure(payload)));

  it('not by claims that repeat it, nor within the time of the signature', async () => {
    const time = { nbf: now.getTime() / 1000, exp: now.getTime() / 1000 + 1 };
    const repeated = { iss: issuer, jti: good.id, sub: good.credentialSubject.id };
    expect(await codes(await secure({ ...good, ...repeated, ...time }))).toEqual([]);
  });

  it('without a period in order', async () => {
    tested.add('VALIDITY_MALFORMED');
    expect(await codes(await secure({ ...good, validFrom: good.validUntil, validUntil: good.validFrom }))).toContain(
      'VALIDITY_MALFORMED',
    );
  });

  it('without an issuer', async () => {
    tested.add('ISSUER_MALFORMED');
    for (const wrong of [
      without('issuer'),
      { ...good, issuer: 'nobody' },
      { ...good, issuer: { name: 'x' } },
      { ...good, issuer: null },
    ]) {
      expect(await codes(await secure(wrong))).toEqual(['ISSUER_MALFORMED', 'ISSUER_NOT_CONTROLLER']);
    }
  });

  it('unless the context with the term is known', async () => {
    const payload = { ...good, '@context': [good['@context'][0], 'https://a.example/v1'] };
    const jwt = await secure(payload);
    expect(await codes(jwt, { contexts: { 'https://a.example/v1': ['dataName'] } })).toEqual([]);
    expect(await codes(jwt, { contexts: { 'https://a.example/v1': 'any' } })).toEqual([]);
    expect(await codes(jwt, { contexts: { 'https://a.example/v1': ['other'] } })).toEqual(['TERM_UNMAPPED']);
    const constructor = { ...good, '@context': [good['@context'][0], 'constructor'] };
    expect(await codes(await secure(constructor))).toEqual(['CONTEXT_UNKNOWN']);
  });
});

describe('the status is refused', () => {
  const list = (purpose: 'revocation' | 'suspension' = 'revocation', ...set: number[]) => {
    const statuses = StatusList.create();
    for (const index of set) statuses.set(index, true);
    const period = { validFrom: new Date('2026-08-31T00:00:00Z'), validUntil: new Date('2026-09-02T00:00:00Z') };
    return statusListCredential({ id: listUrl, issuer, purpose, list: statuses, ...period });
  };
  const listSubject = () => list().credentialSubject as Record<string, unknown>;
  const entry = statusEntry(listUrl, 'revocation', 7);
  const publishes = (published: unknown, by = key): Partial<VerifyOptions> => ({
    statusList: async () => secure(published, {}, by),
  });
  const withStatus = (credentialStatus: object = entry) => secure({ ...good, credentialStatus });

  it('only when it is set, and is said to be unchecked without the list', async () => {
    expect(await codes(await withStatus(), publishes(list('revocation', 6, 8)))).toEqual([]);
    await refuses('REVOKED', withStatus(), publishes(list('revocation', 7)));
    const suspension = statusEntry(listUrl, 'suspension', 7);
    await refuses('SUSPENDED', withStatus(suspension), publishes(list('suspension', 7)));
    expect(await verifyCredential(await withStatus(), options)).toMatchObject({ ok: true, statusChecked: false });
  });

  it('for one of several purposes', async () => {
    const jwt = await withStatus([entry, statusEntry(`${listUrl}/s`, 'suspension', 3)]);
    const lists = [list(), { ...list('suspension', 3), id: `${listUrl}/s` }];
    await refuses('SUSPENDED', jwt, { statusList: async (url) => secure(lists.find(({ id }) => id === url)) });
  });

  it('as of the moment asked for', async () => {
    const jwt = await withStatus();
    const statusList = async (_: string, at: Date) => secure(list('revocation', ...(at >= now ? [7] : [])));
    expect(await codes(jwt, { statusList })).toEqual(['REVOKED']);
    expect(await codes(jwt, { statusList, now: new Date('2026-08-31T12:00:00Z') })).toEqual([]);
  });

  it('when the list cannot be had or relied on', async () => {
    await refuses('STATUS_LIST_UNAVAILABLE', withStatus(), { statusList: async () => undefined });
    await refuses('STATUS_LIST_UNAVAILABLE', withStatus(), { statusList: () => Promise.reject(new Error('down')) });
    await refuses('STATUS_LIST_INVALID', withStatus(), { statusList: async () => `${await secure(list())}x` });
    await refuses('STATUS_LIST_EXPIRED', withStatus(), publishes({ ...list(), validUntil: '2026-08-31T23:59:59Z' }));
    await refuses(
      'STATUS_LIST_NOT_YET_VALID',
      withStatus(),
      publishes({ ...list(), validFrom: '2026-09-01T12:00:00Z' }),
    );
    await refuses('STATUS_LIST_OTHER', withStatus(), publishes({ ...list(), id: `${listUrl}/other` }));
    await refuses(
      'STATUS_LIST_OTHER_ISSUER',
      withStatus(),
      publishes({ ...list(), issuer: 'did:web:stranger.example' }, stranger),
    );
  });

  it('when the list is not such a list', async () => {
    await refuses('STATUS_LIST_WRONG_TYPE', withStatus(), publishes({ ...list(), type: ['VerifiableCredential'] }));
    const subject = { ...listSubject(), type: 'JsonSchema' };
    await refuses('STATUS_LIST_WRONG_TYPE', withStatus(), publishes({ ...list(), credentialSubject: subject }));
    const encoded = (encodedList: string) =>
      publishes({ ...list(), credentialSubject: { ...listSubject(), encodedList } });
    await refuses('STATUS_LIST_MALFORMED', withStatus(), encoded('uAAAA'));
    const { gzipSync } = await import('node:zlib');
    const short = `u${gzipSync(Buffer.alloc(MINIMUM_BITS / 8 - 1)).toString('base64url')}`;
    await refuses('STATUS_LIST_TOO_SHORT', withStatus(), encoded(short));
  });

  it('when the entry does not fit the list', async () => {
    await refuses('STATUS_PURPOSE_MISMATCH', withStatus(), publishes(list('suspension')));
    for (const statusListIndex of [7, '07', '-1', '', '7.0', '99999999999']) {
      await refuses('STATUS_INDEX_MALFORMED', withStatus({ ...entry, statusListIndex }), publishes(list()));
    }
    const beyond = { ...entry, statusListIndex: String(MINIMUM_BITS) };
    await refuses('STATUS_INDEX_OUT_OF_RANGE', withStatus(beyond), publishes(list()));
    await refuses('STATUS_TYPE_UNSUPPORTED', withStatus({ ...entry, type: 'JsonSchema' }), publishes(list()));
  });

  it('after one look at a list, however many credentials name it', async () => {
    let asked = 0;
    const unpack = jest.spyOn(StatusList, 'decode');
    const jwt = await secure(list('revocation', 7));
    const shared: VerifyOptions = { ...options, statusList: async () => (asked++, jwt) };
    const credential = await withStatus();
    for (let i = 0; i < 5; i++) expect((await verifyCredential(credential, shared)).reasons[0]?.code).toBe('REVOKED');
    expect([asked, unpack.mock.calls.length]).toEqual([5, 1]);
    unpack.mockRestore();
  });
});

it('never throws for anything in the document', async () => {
  const values: unknown[] = [null, 0, '', [], {}, [null], [[]], { id: {} }, true, { toString: 1 }];
  const [, ...rest] = (await secure(good)).split('.');
  for (const value of values) {
    for (const member of ['alg', 'typ', 'cty', 'kid', 'crit', 'b64']) {
      const header = { alg: 'ES256', typ: 'vc+jwt', cty: 'vc', kid: key.kid, [member]: value };
      const forged = [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.');
      expect((await verifyCredential(forged, options)).ok).toBe(false);
    }
  }
  const statusList = async () => secure({ '@context': null, credentialSubject: null, type: {} });
  for (const member of [...Object.keys(good), 'credentialStatus', 'evidence', 'iss', 'sub', 'nbf', 'exp', 'vc']) {
    for (const value of values) {
      const { ok } = await verifyCredential(await secure({ ...good, [member]: value }), { ...options, statusList });
      expect(typeof ok).toBe('boolean');
    }
  }
});

it('has a test for every reason', () => {
  const elsewhere = Object.keys(REJECTIONS).filter((code) =>
    /^(PDF|SD|KB|REGISTER|INCLUSION|TRUST|BUNDLE)_|^SUPERSEDED$/.test(code),
  );
  expect([...tested, ...elsewhere].sort()).toEqual(Object.keys(REJECTIONS).sort());
  for (const [zh, en] of Object.values(REJECTIONS))
    expect([/\p{Script=Han}/u.test(zh), /[a-z]/.test(en)]).toEqual([true, true]);
});
