import { generateNoteKey } from '@app/tlog';
import { certificateForms, evidenceOf, type CertificateForms } from '../../../test/support/certificate-forms.js';
import { ATTACHED, attached, canonicalJson, detached, examine, issueSdJwt, LocalKey, pdfAttachments, presentSdJwt, readCertificateFile, readTrust, sha256Hex, signCredential, TRUST_FORMAT, Undecodable, type CertificateBundle, type Registered, type Trust } from './index.js'; // prettier-ignore

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

  it('has a seal and a time stamp, each under its own roots', async () => {
    for (const [roots, name, code] of [['roots', 'seal', 'PDF_CHAIN_UNTRUSTED'], ['timestampRoots', 'timestamp', 'PDF_TIMESTAMP_UNTRUSTED']] as const) {
      const { checks } = await look(pdf, { trust: { ...trust, [roots]: [] } });
      const failed = checks.filter(({ outcome: found }) => found === 'FAILED');
      expect(failed.map((check) => [check.name, check.reasons.map((reason) => reason.code)])).toEqual([[name, [code]]]);
    } // prettier-ignore
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
    for (const start of ['%PDF-', '{'])
      expect(() => readCertificateFile(Buffer.alloc(20_000_001, 0x20).fill(start, 0, start.length))).toThrow(
        Undecodable,
      );
    expect(() => readCertificateFile(Buffer.from(`a.b.${'c'.repeat(200_000)}`))).toThrow(Undecodable);
  });
});

describe('what the register has (INV-11)', () => {
  /** With the register that knows these documents, or nothing. */
  const against = (bytes: Buffer | string, changes: Partial<Registered> | null = {}) => {
    const hashes = {
      documentSha256: sha256Hex(pdf),
      credentialSha256: Object.values(bundle.credentials).map(sha256Hex),
    };
    const register = (asked: string) =>
      Promise.resolve(changes && asked === number ? { ...hashes, credential, ...changes } : null);
    return codes(bytes, { register });
  };
  const all = () => [pdf, text(), bundle.credentials['ES256']!, bundle.sdJwt];

  it('is what each form says', async () => {
    for (const bytes of all()) expect(await against(bytes)).toEqual([]);
    for (const bytes of all()) expect(await against(bytes, null)).toEqual(['REGISTER_UNKNOWN']);
    const [differs, other] = ['DOCUMENT_HASH_DIFFERS', { documentSha256: null, credentialSha256: ['0'.repeat(64)] }];
    expect(await against(pdf, { documentSha256: other.documentSha256 })).toEqual([differs]);
    for (const bytes of all().slice(0, 3)) expect(new Set(await against(bytes, other))).toEqual(new Set([differs]));
    expect(await against(bundle.sdJwt, other)).toEqual([]);
  });

  it('is held against everything that a presentation shows, row by row', async () => {
    const shown = (subject: object) => ({ credential: { ...credential, credentialSubject: { ...credential.credentialSubject, ...subject } } }); // prettier-ignore
    const [row] = (credential.credentialSubject as unknown as { rightHolders: object[] }).rightHolders;
    for (const rightHolders of [[], [row, row], [{ ...row, holder: '他人' }], [{ ...row, right: 'USE' }], row, '示范'])
      expect(await against(bundle.sdJwt, shown({ rightHolders }))).toEqual(['REGISTER_DIFFERS']);
    for (const holder of [{ name: '他人' }, '示范', null])
      expect(await against(bundle.sdJwt, shown({ holder }))).toEqual(['REGISTER_DIFFERS']);
    expect(await against(bundle.sdJwt, shown({ more: 1 }))).toEqual([]);
    // What is hidden is not said.
    const hidden = await presentSdJwt(bundle.sdJwt, []);
    expect(
      await against(hidden, shown({ rightHolders: [{ ...row, holder: '他人' }], holder: { name: '他人' } })),
    ).toEqual([]);
    expect(await against(hidden, shown({ rightHolders: [{ ...row, right: 'USE' }] }))).toEqual(['REGISTER_DIFFERS']);
  });

  it('is asked of the event that is proven, and of no other', async () => {
    const event = (more: object, payload: object = { number, credentials: bundle.credentials }) =>
      codes(text({ evidence: { ...bundle.evidence!, payload: JSON.stringify(payload), ...more } }));
    expect(await event({})).toEqual([]);
    for (const erased of [{ salt: null }, { payload: null }]) expect(await event(erased)).toEqual([]);
    expect(await event({ salt: 'cd'.repeat(32) })).toEqual(['INCLUSION_OTHER_EVENT']);
    for (const [type, payload] of [
      ['certificates.certificate-revoked.v1', { number, credentials: bundle.credentials }],
      ['certificates.certificate-issued.v1', { credentials: bundle.credentials }],
      ['certificates.certificate-issued.v1', { number, credentials: [] }],
    ] as const) {
      const { evidence, vkey } = await evidenceOf(JSON.stringify(payload), type);
      const log = { ...trust.log!, vkeys: [vkey] };
      expect(await codes(text({ evidence }), { trust: { ...trust, log } })).toEqual(['INCLUSION_OTHER_EVENT']);
    }
  });
});

it('tells of a presentation that its holder signed it, and of nothing else', async () => {
  const holder = await LocalKey.generate('EdDSA');
  const sdJwt = await issueSdJwt(credential, [], forms.key, { holder: holder.publicJwk });
  const binding = { audience: 'https://bank.example', nonce: 'n-1' };
  const bound = await presentSdJwt(sdJwt, [], { key: holder, ...binding, now });
  const signed = (bytes: string, more: object = {}) =>
    look(bytes, more).then(({ ok, checks }) => [ok, checks.find(({ name }) => name === 'binding')?.outcome]);
  expect(await signed(bound, { binding })).toEqual([true, 'PASSED']);
  expect(await signed(bound)).toEqual([true, 'PASSED']);
  expect(await signed(sdJwt)).toEqual([true, undefined]);
  expect(await signed(sdJwt, { binding })).toEqual([false, 'FAILED']);
  // Only a presentation is for somebody.
  expect(await signed(text(), { binding })).toEqual([true, undefined]);
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
