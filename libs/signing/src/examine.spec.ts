import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { generateNoteKey, formatProof, leafHash, parseSkey, signCheckpoint } from '@app/tlog';
import fc from 'fast-check';
import { ATTACHED, attached, BUNDLE_FORMAT, canonicalJson, detached, examine, FileKeyStore, issueSdJwt, LocalTimestampAuthority, openSeal, openTimestampSeal, pdfAttachments, readCertificateFile, readTrust, renderCertificate, sealPdf, signCredential, statusEntry, StatusList, statusListCredential, TRUST_FORMAT, Undecodable, type CertificateBundle, type Trust } from './index.js'; // prettier-ignore

const issuer = 'did:web:registrar.example';
const listUrl = 'https://registrar.example/status/revocation';
const number = 'SJ4412026080001';
const now = new Date();
const names = { organization: 'R', root: 'R root', issuing: 'R issuing', seal: 'R seal' };
const credential = {
  '@context': ['https://www.w3.org/ns/credentials/v2', { '@vocab': 'https://registrar.example/terms#' }],
  type: ['VerifiableCredential'],
  issuer,
  validFrom: '2026-01-01T00:00:00Z',
  credentialStatus: [statusEntry(listUrl, 'revocation', 7)],
  credentialSubject: { id: 'urn:uscc:91350100M000100Y43', certificateNumber: number, holder: { name: '示范' } },
};

let dir: string;
let trust: Trust;
let bundle: CertificateBundle;
let pdf: Buffer;
let listOf: (revoked: boolean, hours?: number) => Promise<string>;
async function evidenceOf(payload: string) {
  const log = generateNoteKey('registrar.example/log');
  const salt = 'ab'.repeat(32);
  const payloadDigest = createHash('sha256').update(Buffer.from(salt, 'hex')).update(payload).digest('hex');
  const leaf = Buffer.from(JSON.stringify({ type: 'certificates.certificate-issued.v1', payloadDigest }));
  const tree = { origin: 'registrar.example/log', size: 1, root: leafHash(leaf) };
  const checkpoint = await signCheckpoint(tree, [parseSkey(log.skey)]);
  const proof = formatProof({ index: 0, hashes: [], checkpoint, extra: leaf });
  return { evidence: { proof, salt, payload }, vkey: log.vkey };
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'examine-'));
  const store = new FileKeyStore(dir, 'passphrase');
  const key = await store.active('credential', 'ES256');
  const jwt = await signCredential(credential, key);
  const sdJwt = await issueSdJwt(credential, ['/credentialSubject/holder'], key);
  const { evidence, vkey } = await evidenceOf(JSON.stringify({ number, credentials: { ES256: jwt } }));
  listOf = async (revoked, hours = 24) => {
    const list = StatusList.create();
    list.set(7, revoked);
    const [validFrom, validUntil] = [new Date(now.getTime() - 60_000), new Date(now.getTime() + hours * 3_600_000)];
    const purpose = 'revocation';
    return signCredential(statusListCredential({ id: listUrl, issuer, purpose, list, validFrom, validUntil }), key);
  };
  const made = new Date(now.getTime() - 60_000);
  const seal = await openSeal(store, names, made);
  const authority = new LocalTimestampAuthority(await openTimestampSeal(store, { ...names, seal: 'T' }, made));
  const file = {
    format: TRUST_FORMAT,
    issuers: [{ id: issuer, keys: [key.publicJwk] }],
    contexts: [],
    roots: [seal.chain[2]],
    timestampRoots: [seal.chain[2]],
    log: { origin: 'registrar.example/log', vkeys: [vkey] },
  };
  trust = readTrust(JSON.stringify(file));
  bundle = {
    format: BUNDLE_FORMAT,
    number,
    credentials: { ES256: jwt },
    sdJwt,
    evidence,
    statusLists: [await listOf(false)],
    didDocument: {},
    trust: file,
    madeAt: now.toISOString(),
  };
  const attach = (name: string, text: string) => ({ name, type: 'text/plain', bytes: Buffer.from(text) });
  const page = await renderCertificate(
    {
      title: { zh: '凭证', en: 'Certificate' },
      number,
      fields: [{ zh: '权利人', en: 'Holder', value: '示范' }],
      registrar: { zh: '示范', en: 'R' },
      evidenceTime: '2026-01-01T00:00:00Z',
      verificationUrl: 'https://registrar.example/1',
      attachments: [
        attach(ATTACHED.credential, jwt),
        attach(ATTACHED.sdJwt, sdJwt),
        attach(ATTACHED.proof, evidence.proof),
        attach(ATTACHED.event, JSON.stringify({ salt: evidence.salt, payload: evidence.payload })),
        attach(ATTACHED.trust, JSON.stringify(file)),
      ],
    },
    now,
  );
  pdf = await sealPdf(page, seal, authority.timestamping);
}, 60_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

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
    expect(await codes(text({ statusLists: [await listOf(true)] }))).toEqual(['REVOKED']);
    expect(await outcome(text({ statusLists: [] }), 'status')).toBe('UNKNOWN');
    expect(await codes(text({ statusLists: [await listOf(false, -0.01)] }))).toEqual(['STATUS_LIST_EXPIRED']);
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
    const key = await new FileKeyStore(dir, 'passphrase').active('credential', 'ES256');
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
    const key = await new FileKeyStore(dir, 'passphrase').active('credential', 'ES256');
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

/** Whatever is brought ends in a verdict with a reason, or in `Undecodable`: nothing is thrown, nothing grows without bound. */
describe('anything at all', () => {
  const judged = async (bytes: Buffer): Promise<boolean> => {
    try {
      const { ok, reasons } = await look(bytes);
      return ok || reasons.length > 0;
    } catch (error) {
      return error instanceof Undecodable;
    }
  };
  const good = (): Buffer[] => [
    pdf,
    Buffer.from(text()),
    Buffer.from(bundle.credentials['ES256']!),
    Buffer.from(bundle.sdJwt),
  ];

  it('cut off, changed by bits or put together wrongly', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(3),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(255),
        fc.boolean(),
        async (which, place, flip, cut) => {
          const bytes = Buffer.from(good()[which]!);
          const at = Math.floor(place * (bytes.length - 1));
          bytes[at]! ^= flip;
          const changed = cut ? bytes.subarray(0, at) : bytes;
          expect(await judged(changed)).toBe(true);
          // The seal covers every byte of the PDF but the room after its own signature.
          if (which === 0 && (cut || flip !== 0) && (await codes(changed).catch(() => ['x'])).length === 0)
            expect(bytes.subarray(at - 40, at + 40).toString('latin1')).toMatch(/0{20}|[0-9a-f]{20}/i);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  it('nested or large beyond reason', async () => {
    const deep = (open: string, close: string, n: number) => open.repeat(n) + close.repeat(n);
    const header = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const nested = Buffer.from(deep('[', ']', 60_000)).toString('base64url');
    const der = Buffer.alloc(8190, 0x30).toString('hex');
    const odd = [
      deep('{"a":', '}', 50_000),
      `${header({ alg: 'ES256', typ: 'vc+jwt', cty: 'vc', kid: `${issuer}#x` })}.${nested}.AAAA`,
      `${bundle.credentials['ES256']}~${nested}~`,
      text({ evidence: { proof: deep('\n', 'A', 50_000), salt: 'x', payload: 'y' } }),
      text({ credentials: Array.from({ length: 5000 }, () => 'a.b.c') }),
      text({ statusLists: Array.from({ length: 5000 }, () => 'a.b.c') }),
      `%PDF-1.7\n1 0 obj\n<</M (D:20260101000000Z)>>endobj /ByteRange [0 100 ${102 + der.length} 1]`.padEnd(100) +
        `<${der}>x`,
      `%PDF-1.7\n${'/ByteRange '.repeat(100_000)}`,
      `%PDF-1.7\n${'/Type /Filespec /F (a) '.repeat(100_000)}`,
    ];
    for (const one of odd) expect(await judged(Buffer.from(one))).toBe(true);
  }, 60_000);

  it('that unpacks to more than it may', () => {
    const packed = deflateSync(Buffer.alloc(50_000_000));
    const head = `%PDF-1.7\n/Type /Filespec /F (credential.jwt) /EF << /F 9 0 R >>\n9 0 obj\n<</Type /EmbeddedFile /Length ${packed.length} /Filter /FlateDecode>>\nstream\n`;
    expect(pdfAttachments(Buffer.concat([Buffer.from(head), packed])).size).toBe(0);
  });
});
