import { generateNoteKey } from '@app/tlog';
import { certificateForms, evidenceOf, type CertificateForms } from '../../../test/support/certificate-forms.js';
import { ATTACHED, attached, canonicalJson, detached, examine, issueSdJwt, pdfAttachments, readCertificateFile, readTrust, signCredential, TRUST_FORMAT, Undecodable, type CertificateBundle, type Trust } from './index.js'; // prettier-ignore

let forms: CertificateForms;
let trust: Trust;
let bundle: CertificateBundle;
let pdf: Buffer;
let now: Date;
let number: string;
let credential: CertificateForms['credential'];
beforeAll(async () => {
  forms = await certificateForms();
  ({ trust, bundle, pdf, now, number, credential } = forms);
});
afterAll(() => forms.close());

const look = (bytes: Buffer | string, more: object = {}) =>
  examine(readCertificateFile(Buffer.from(bytes)), { trust, now, ...more });
const codes = async (bytes: Buffer | string, more: object = {}) =>
  (await look(bytes, more)).reasons.map(({ code }) => code);
const outcome = async (bytes: Buffer | string, name: string) =>
  (await look(bytes)).checks.find((check) => check.name === name)?.outcome;
const text = (change: object = {}) => JSON.stringify({ ...bundle, ...change });

describe('a certificate file', () => {
  it('of each kind is recognised and holds', async () => {
    const files = { PDF: pdf, BUNDLE: text(), JWT: bundle.credentials['ES256']!, SD_JWT: bundle.sdJwt };
    for (const [kind, bytes] of Object.entries(files))
      expect(await look(bytes)).toMatchObject({ ok: true, kind, number, reasons: [] });
    expect([...pdfAttachments(pdf).keys()].toSorted()).toEqual(Object.values(ATTACHED).toSorted());
  });

  it('names every check, in order, with both languages', async () => {
    const { checks } = await look(pdf);
    expect(checks.map(({ name, outcome: found }) => `${name} ${found}`)).toEqual([
      'trust PASSED',
      'seal PASSED',
      'timestamp PASSED',
      'credential PASSED',
      'validity PASSED',
      'status UNKNOWN',
      'register PASSED',
      'inclusion PASSED',
    ]);
    for (const { zh, en } of checks) expect([/\p{Script=Han}/u.test(zh), /[A-Za-z]/.test(en)]).toEqual([true, true]);
  });

  it('is by nobody trusted without a trust file', async () => {
    for (const bytes of [pdf, text()]) expect(await codes(bytes, { trust: null })).toEqual(['TRUST_MISSING']);
    expect(await codes(bundle.credentials['ES256']!, { trust: null })).toEqual(['TRUST_MISSING', 'KEY_UNKNOWN']);
  });

  it('tells a revoked from an unknown status, and an expired list from both', async () => {
    expect(await codes(text({ statusLists: [await forms.statusList(true)] }))).toEqual(['REVOKED']);
    expect(await outcome(text({ statusLists: [] }), 'status')).toBe('UNKNOWN');
    expect(await codes(text({ statusLists: [await forms.statusList(false, -0.01)] }))).toEqual(['STATUS_LIST_EXPIRED']);
    expect(await codes(text(), { statusList: () => Promise.resolve(undefined) })).toEqual(['STATUS_LIST_UNAVAILABLE']);
  });

  it('must be in the log that is trusted, under its key', async () => {
    const other = generateNoteKey('registrar.example/log').vkey;
    const log = { ...trust.log!, vkeys: [other] };
    expect(await codes(text(), { trust: { ...trust, log } })).toEqual(['INCLUSION_INVALID']);
    expect((await look(text(), { trust: { ...trust, log: null } })).checks.at(-1)?.outcome).toBe('UNKNOWN');
    const elsewhere = { ...trust.log!, origin: 'example.org/log' };
    expect(await codes(text(), { trust: { ...trust, log: elsewhere } })).toEqual(['INCLUSION_INVALID']);
    const payload = JSON.stringify({ number, credentials: {} });
    expect(await codes(text({ evidence: { ...bundle.evidence!, payload } }))).toEqual(['INCLUSION_OTHER_EVENT']);
    const erased = { ...bundle.evidence!, salt: null, payload: null };
    expect(await outcome(text({ evidence: erased }), 'register')).toBe('UNKNOWN');
    expect(await outcome(text({ evidence: erased }), 'inclusion')).toBe('PASSED');
    expect(await codes(text({ evidence: { ...bundle.evidence!, proof: 'x' } }))).toContain('INCLUSION_INVALID');
  });

  it('must be what the event registered', async () => {
    const { key } = forms;
    const changed = { ...credential, credentialSubject: { ...credential.credentialSubject, holder: { name: '他人' } } };
    const credentials = { ES256: await signCredential(changed, key) };
    expect(new Set(await codes(text({ credentials })))).toEqual(new Set(['BUNDLE_CONTRADICTS', 'REGISTER_DIFFERS']));
    const sdJwt = await issueSdJwt(changed, [], key);
    expect(new Set(await codes(text({ sdJwt })))).toEqual(new Set(['BUNDLE_CONTRADICTS', 'REGISTER_DIFFERS']));
  });

  it('must be what the event registered, also where the event keeps the signatures only', async () => {
    const { ES256: jwt } = bundle.credentials as { ES256: string };
    const kept = await evidenceOf(JSON.stringify({ number, credentials: { ES256: detached(jwt) } }));
    const of = (extra: object) => text({ evidence: kept.evidence, ...extra });
    const log = { ...trust.log!, vkeys: [kept.vkey] };
    const said = async (extra: object) => new Set(await codes(of(extra), { trust: { ...trust, log } }));
    expect(await outcome(of({}), 'register')).toBe('PASSED');
    expect(await said({})).toEqual(new Set());
    const { key } = forms;
    const changed = { ...credential, credentialSubject: { ...credential.credentialSubject, holder: { name: '他人' } } };
    const credentials = { ES256: await signCredential(changed, key) };
    expect(await said({ credentials })).toContain('REGISTER_DIFFERS');
    // Signed again: the same content under a signature that is not the registered one.
    expect(await said({ credentials: { ES256: await signCredential(credential, key) } })).toContain('REGISTER_DIFFERS');
    expect(await said({ credentials: { ES256: attached(detached(jwt), canonicalJson(changed)) } })).toContain(
      'SIGNATURE_INVALID',
    );
    expect(await said({ sdJwt: await issueSdJwt(changed, [], key) })).toContain('REGISTER_DIFFERS');
    // Nothing shows what the signature covers.
    expect(await said({ credentials: {} })).toContain('REGISTER_DIFFERS');
  });

  it('lacks its credential when the PDF carries none', async () => {
    const bare = Buffer.from('%PDF-1.7\n');
    expect(await codes(bare)).toEqual(['PDF_UNSIGNED', 'PDF_ATTACHMENT_MISSING']);
  });

  it('that is none of the kinds is said to be none', () => {
    for (const odd of ['', ' ', 'x', '[]', '{}', '{"a":', 'a.b', 'a.b.c.d', '\u0000'])
      expect(() => readCertificateFile(Buffer.from(odd))).toThrow(Undecodable);
    expect(() => readCertificateFile(Buffer.alloc(20_000_001))).toThrow(Undecodable);
    expect(() => readCertificateFile(Buffer.from(`a.b.${'c'.repeat(200_000)}`))).toThrow(Undecodable);
  });
});

describe('a trust file', () => {
  it('is refused when it is another or holds what it should not', () => {
    const file = { format: TRUST_FORMAT, issuers: [] };
    expect(readTrust(JSON.stringify(file))).toEqual({
      issuers: [],
      contexts: [],
      roots: [],
      timestampRoots: [],
      log: null,
    });
    for (const wrong of [
      'x',
      '[]',
      '{}',
      { ...file, issuers: 1 },
      { ...file, issuers: [1] },
      { ...file, roots: ['x'] },
      { ...file, log: {} },
      { ...file, log: { origin: 'x', vkeys: ['x'] } },
      { ...file, issuers: [{ id: 'x', keys: [{ kid: 'x', d: 'y' }] }] },
      { verificationMethod: [1] },
    ])
      // prettier-ignore
      expect(() => readTrust(typeof wrong === 'string' ? wrong : JSON.stringify(wrong))).toThrow();
  });
});
