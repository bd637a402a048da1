import { completeUscc } from '@app/rulepacks';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { FileKeyStore, LocalKey, LocalTimestampAuthority, issueSdJwt, openTimestampSeal, presentSdJwt, publicOnly, signCredential, signJws, StatusList, verifySealedPdf, type CertificateBundle, type Credential } from '@app/signing'; // prettier-ignore
import { KEY_PROOF_TYP } from '@app/sdk';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import request from 'supertest';
import { audit } from '../scripts/audit.js';
import type { Terminal } from '../scripts/terminal.js';
import { Certificate } from '../src/certificates/certificate.js';
import { CertificateIssuer } from '../src/certificates/issuer.js';
import { PrepareCertificate } from '../src/certificates/prepare-certificate.js';
import { asSystem } from '../src/platform/context.js';
import { newId } from '../src/platform/id.js';
import { Sql } from '../src/platform/sql.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { startApp, type TestApp } from './support/app.js';
import { certificateForms } from './support/certificate-forms.js';
import type { Who } from './support/client.js';
import { hostilePdfs, hostileTexts } from './support/hostile-documents.js';
import { registered } from './support/registered.js';

/** A time-stamping authority outside: its answer, and what it was asked with. */
interface Outside {
  answer: (query: Buffer) => Promise<Buffer | number>;
  asked: (string | undefined)[];
}

let t: TestApp;
let dir: string;
let server: Server;
let outside: Outside;
let honest: LocalTimestampAuthority;
let outsideRoot: string;
let earlierNumber: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tsa-'));
  const names = { organization: 'TSA', root: 'TSA root', issuing: 'TSA issuing', seal: 'TSA' };
  const identity = await openTimestampSeal(new FileKeyStore(dir, 'passphrase'), names, new Date(Date.now() - 1000));
  honest = new LocalTimestampAuthority(identity);
  outsideRoot = identity.chain[2];
  await writeFile(join(dir, 'roots.pem'), outsideRoot);
  outside = { answer: (query) => honest.answer(query), asked: [] };
  server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    outside.asked.push(req.headers.authorization);
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      void outside.answer(Buffer.concat(chunks)).then((answer) => {
        if (typeof answer === 'number') res.writeHead(answer).end();
        else res.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(answer);
      });
    });
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  t = await startApp({
    PUBLIC_URL: 'http://127.0.0.1:8080',
    WEBHOOK_ALLOW_PRIVATE: '1',
    TSA_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`,
    TSA_AUTHORIZATION: 'Basic dGVzdDp0ZXN0',
    TSA_ROOTS: join(dir, 'roots.pem'),
  });
  // As a process did when the service still had another address.
  const issuer = t.app.get(CertificateIssuer);
  Object.defineProperty(issuer, 'origin', { value: 'https://earlier.example', configurable: true });
  earlierNumber = await issued();
  Reflect.deleteProperty(issuer, 'origin');
});
afterAll(async () => {
  await t.close();
  server.close().closeAllConnections();
  await rm(dir, { recursive: true, force: true });
});
const http = () => request(t.app.getHttpServer());
const issued = async (event = registered()): Promise<string> => {
  await asSystem(() => t.app.get(UnitOfWork).execute(new PrepareCertificate(event)));
  await t.settle();
  const sql = 'SELECT number FROM certificates.certificate WHERE application_id = $1';
  return (await t.app.get(Sql).row<{ number: string }>(sql, [event.applicationId]))!.number;
};
const pdfOf = (number: string) => http().get(`/v1/certificates/${number}/pdf`).buffer().parse(binary);
const platformRoot = async () => (await t.app.get(CertificateIssuer).seal()).chain[2];

/** Runs the offline command on bytes; answers its exit code and what it printed. */
const audited = async (bytes: Buffer | string, trust: unknown = 'none', ...more: string[]) => {
  const files = await mkdtemp(join(dir, 'audit-'));
  await writeFile(join(files, 'file'), bytes);
  if (trust !== 'none') await writeFile(join(files, 'trust'), JSON.stringify(trust));
  let said = '';
  const out: Terminal = { write: (text: string) => ((said += text), true) };
  const args = ['certificate', join(files, 'file'), ...(trust === 'none' ? [] : ['--trust', join(files, 'trust')])];
  return { code: await audit([...args, ...more], {}, out), said };
};
const trustFile = async () => (await http().get('/.well-known/trust.json').expect(200)).body as Record<string, unknown>;
const bundleOf = async (number: string) =>
  (await http().get(`/v1/certificates/${number}/bundle`).expect(200)).body as CertificateBundle;
const verdictOf = async (bytes: Buffer | string, type = 'application/pdf') =>
  (await http().post('/v1/certificates/verification/document').set('content-type', type).send(bytes).expect(200)).body;
const outcomes = ({ checks }: { checks: { name: string; outcome: string }[] }) =>
  Object.fromEntries(checks.map(({ name, outcome }) => [name, outcome]));
const passed = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'PASSED']));

describe('a certificate is checked without a network', () => {
  it('as PDF: seal, time stamp, credentials, register and inclusion; its status is unknown', async () => {
    const { body } = await pdfOf(await issued());
    const { code, said } = await audited(body as Buffer, await trustFile());
    expect([code, said.match(/failed/g), said.match(/\? 未知/g)?.length]).toEqual([0, null, 1]);
    for (const name of ['Seal and its', 'Time stamp', 'Signature and data', 'Term', 'Register', 'Inclusion'])
      expect(said).toMatch(new RegExp(`✓ 通过 passed .*${name}`));
    expect(said).toMatch(/有效 \/ valid;未能核验 \/ not checked: 状态 Status/);
  });

  it('as bundle: status too, as of its own moment; a day later the list has expired', async () => {
    const bundle = await bundleOf(await issued());
    const text = JSON.stringify(bundle);
    const fresh = await audited(text, await trustFile());
    expect([fresh.code, fresh.said]).toEqual([0, expect.stringMatching(/有效 \/ valid\n$/)]);
    const late = await audited(text, await trustFile(), '--as-of', '2026-12-31T00:00:00Z');
    expect([late.code, late.said]).toEqual([1, expect.stringContaining('STATUS_LIST_EXPIRED')]);
  });

  it('is believed on nobody’s word: without a trust file it is only consistent, not trusted', async () => {
    const number = await issued();
    for (const file of [JSON.stringify(await bundleOf(number)), (await pdfOf(number)).body as Buffer]) {
      const { code, said } = await audited(file);
      expect([code, said]).toEqual([1, expect.stringContaining('TRUST_MISSING')]);
      expect(said).toContain('not trusted');
    }
    const stranger = { ...(await trustFile()), issuers: [], roots: [] };
    const { code, said } = await audited((await pdfOf(number)).body as Buffer, stranger);
    expect([code, said]).toEqual([1, expect.stringContaining('KEY_UNKNOWN')]);
    expect(said).toContain('PDF_CHAIN_UNTRUSTED');
  });

  it('by its DID document alone: seal and log are then not trusted or unknown', async () => {
    const { body } = await http().get('/.well-known/did.json');
    const { text } = await http()
      .get(`/v1/certificates/${await issued()}/credential`)
      .buffer();
    const { said } = await audited(text, JSON.parse(JSON.stringify(body)));
    expect(said).toContain('CONTEXT_UNKNOWN');
    expect(said).not.toContain('SIGNATURE_INVALID');
  });

  it('reports what contradicts: another event, another log, another certificate', async () => {
    const [one, other] = [await bundleOf(await issued()), await bundleOf(await issued())];
    const trust = await trustFile();
    const said = async (bundle: object, by: object = trust) => (await audited(JSON.stringify(bundle), by)).said;
    expect(await said({ ...one, evidence: other.evidence })).toContain('REGISTER_DIFFERS');
    expect(await said({ ...one, evidence: { ...one.evidence, payload: other.evidence!.payload } })).toContain('INCLUSION_OTHER_EVENT'); // prettier-ignore
    expect(await said({ ...one, credentials: { ...one.credentials, EdDSA: other.credentials['EdDSA'] } })).toContain('BUNDLE_CONTRADICTS'); // prettier-ignore
    expect(await said({ ...one, sdJwt: other.sdJwt })).toContain('BUNDLE_CONTRADICTS');
    const log = { ...(trust['log'] as object), origin: 'example.org/log' };
    expect(await said(one, { ...trust, log })).toContain('INCLUSION_INVALID');
    const broken = one.evidence!.proof.replace(/\n([A-Za-z0-9+/]{43}=)\n/, `\n${'A'.repeat(43)}=\n`);
    expect(await said({ ...one, evidence: { ...one.evidence, proof: broken } })).toContain('INCLUSION_INVALID');
    expect(await said({ ...one, evidence: null })).toMatch(/\? 未知 unknown {2}登记簿记载/);
  });

  it('says what it cannot decode, and how it is used', async () => {
    const codes = [];
    for (const odd of ['', 'hello', '{}', '{"format":"x"}', Buffer.from([0xff, 0xfe]), 'a'.repeat(300_000)])
      codes.push((await audited(odd, await trustFile())).code);
    expect(codes).toEqual([3, 3, 3, 3, 3, 3]);
    const untrusting = await audited('a.b.c', { format: 'other' });
    expect([untrusting.code, untrusting.said]).toEqual([2, expect.stringMatching(/不是信任文件;.*\nnot a trust file/)]);
    const missing = await audited('a.b.c', 'none', '--status', join(dir, 'missing'));
    expect([missing.code, missing.said]).toEqual([2, expect.stringMatching(/无法读取 \/ cannot be read: ENOENT/)]);
    expect((await audited('a.b.c', await trustFile(), '--as-of', 'yesterday')).code).toBe(2);
    expect((await audited('a.b.c', await trustFile(), '--url', 'http://x')).code).toBe(2);
    expect((await audited('a.b.c', await trustFile())).code).toBe(1);
  });
});

describe('keys and addresses of then', () => {
  const kidOf = (jwt: string) => String(decodeProtectedHeader(jwt).kid);
  const credentialOf = async (number: string) =>
    (await http().get(`/v1/certificates/${number}/credential`).buffer()).text;

  const operator: Who = { sub: newId('per'), org: newId('org'), roles: ['operator'] };
  const rotate = (who: Who, alg = 'ES256') => t.as(who).post('/v1/certificate-keys/rotations', { alg, reason: '演示' });
  const keysOf = async (alg: string) =>
    (await http().get('/v1/certificate-keys')).body.keys.filter((key: { alg: string }) => key.alg === alg);

  it('verify what they signed after a rotation, which signs what comes after', async () => {
    const before = await credentialOf(await issued());
    expect(await keysOf('ES256')).toMatchObject([{ generation: 1, signs: true }]);
    expect((await rotate(operator)).status).toBe(201);
    // The order is the intent: until it is in the ledger, and read from there, the old key signs.
    expect(await keysOf('ES256')).toMatchObject([{ generation: 1, signs: true }]);
    expect((await rotate(operator)).body.code).toBe('certificates/rotation-under-way');
    await t.settle();
    const after = await credentialOf(await issued());
    expect(kidOf(after)).not.toBe(kidOf(before));
    const ofKid = (kid: string) => kid.split('#')[1];
    expect(await keysOf('ES256')).toMatchObject([
      { kid: ofKid(kidOf(before)), signs: false },
      { kid: ofKid(kidOf(after)), signs: true },
    ]);
    const { rotations } = (await http().get('/v1/certificate-keys')).body;
    expect(rotations).toMatchObject([{ alg: 'ES256', kid: ofKid(kidOf(after)), reason: '演示' }]);
    const { body: jwks } = await http().get('/.well-known/jwks.json');
    const kids = (jwks as { keys: { kid: string }[] }).keys.map(({ kid }) => `did:web:127.0.0.1%3A8080#${kid}`);
    expect(kids).toEqual(expect.arrayContaining([kidOf(before), kidOf(after)]));
    for (const jwt of [before, after]) {
      expect(await verdictOf(jwt, 'text/plain')).toMatchObject({ ok: true });
      expect((await audited(jwt, await trustFile())).code).toBe(0);
    }
  });

  it('are rotated by the operator alone, one order at a time, and only those that sign', async () => {
    const approver: Who = { ...operator, roles: ['registrarApprover'] };
    expect((await rotate(approver)).status).toBe(403);
    expect((await rotate(operator, 'SGD_SM3_SM2')).status).toBe(422);
    const [one, two] = await Promise.all([rotate(operator, 'EdDSA'), rotate(operator, 'EdDSA')]);
    expect([one, two].filter(({ status }) => status === 201)).toHaveLength(1);
    expect([one, two].filter(({ status }) => status === 409)).toHaveLength(1);
    await t.settle();
    expect(await keysOf('EdDSA')).toHaveLength(2);
  });

  it('go on under an earlier address of the service: keys, context, status lists', async () => {
    const jwt = await credentialOf(earlierNumber);
    expect(decodeJwt(jwt)['issuer']).toBe('did:web:earlier.example');
    expect(await verdictOf(jwt, 'text/plain')).toMatchObject({ ok: true, number: earlierNumber });
    const at = (path: string, host: string) => http().get(path).set('host', host).buffer();
    const list = decodeJwt((await at('/v1/status-lists/revocation', 'earlier.example')).text);
    expect([list['id'], list['issuer']]).toEqual(['https://earlier.example/v1/status-lists/revocation', 'did:web:earlier.example']); // prettier-ignore
    expect(decodeJwt((await at('/v1/status-lists/revocation', 'other.example')).text)['issuer']).toBe('did:web:127.0.0.1%3A8080'); // prettier-ignore
    expect((await http().get('/.well-known/did.json').set('host', 'earlier.example')).body.id).toBe('did:web:earlier.example'); // prettier-ignore
    const bundle = await bundleOf(earlierNumber);
    expect((await audited(JSON.stringify(bundle), await trustFile())).said).not.toContain('failed');
  });

  it('are not those of an organisation that nobody knows', async () => {
    expect((await http().get('/organisations/org_x/did.json')).status).toBe(404);
  });
});

describe('the status at an earlier time', () => {
  const listAt = async (purpose: string, at?: string) => {
    const { status, text, body } = await http().get(`/v1/status-lists/${purpose}`).query(at ? { asOf: at } : {}).buffer(); // prettier-ignore
    return { status, body: body as { code: string }, jwt: text };
  };
  const bitAt = async (purpose: string, index: number, at?: string) => {
    const subject = decodeJwt((await listAt(purpose, at)).jwt)['credentialSubject'] as { encodedList: string };
    return StatusList.decode(subject.encodedList).get(index);
  };
  const act = async (certificateId: string, change: (certificate: Certificate) => void) =>
    asSystem(() =>
      t.app.get(UnitOfWork).run(async () => change(await t.app.get(UnitOfWork).get(Certificate, certificateId))),
    );

  it('is told for the moment asked, and for no other', async () => {
    const number = await issued();
    const { body } = await http().get(`/v1/certificates/${number}`);
    const credential = await http().get(`/v1/certificates/${number}/credential`).buffer();
    const [restricted, released, revoked] = [3, 2, 1].map((hours) => new Date(Date.now() - hours * 3_600_000));
    const remark = { kind: 'JUDICIAL_PRESERVATION', text: '查封', authority: '法院', documentSha256: null, to: null } as const; // prettier-ignore
    await act(body.id, (c) => c.placeRemark({ id: 'rmk_1', ...remark, from: restricted!.toISOString() }, restricted!));
    await act(body.id, (c) => c.liftRemark('rmk_1', 'DECISION', '解除', released!));
    await act(body.id, (c) => c.cancelByRegistrar('A-C1', '注销', revoked!));
    const after = (moment: Date) => new Date(moment.getTime() + 60_000).toISOString();
    const before = (moment: Date) => new Date(moment.getTime() - 60_000).toISOString();
    const found = [];
    for (const at of [before(restricted!), after(restricted!), after(released!), after(revoked!), undefined])
      found.push([await bitAt('suspension', body.statusListIndex, at), await bitAt('revocation', body.statusListIndex, at)]); // prettier-ignore
    expect(found).toEqual([
      [false, false],
      [true, false],
      [false, false],
      [false, true],
      [false, true],
    ]);
    const verify = async (asOf?: string) => {
      const sent = { credential: credential.text, ...(asOf && { asOf }) };
      const { body: verdict } = await http().post('/v1/certificates/verification').send(sent).expect(200);
      return (verdict as { reasons: { code: string }[] }).reasons.map(({ code }) => code);
    };
    expect(await verify()).toEqual(['REVOKED']);
    expect(await verify(after(restricted!))).toEqual(['SUSPENDED']);
    expect(await verify(after(released!))).toEqual([]);
    // Yesterday's list cannot be shown in place of today's.
    const old = (await listAt('revocation', before(revoked!))).jwt;
    const bundle = { ...(await bundleOf(number)), statusLists: [old] };
    expect((await audited(JSON.stringify(bundle), await trustFile())).said).toContain('STATUS_LIST_EXPIRED');
  });

  it('is not known of the future, nor of what is no time', async () => {
    for (const at of ['2999-01-01T00:00:00Z', 'yesterday', '2026-13-01T00:00:00Z'])
      expect((await listAt('revocation', at)).status).toBe(422);
  });
});

it('the page for people sends what they choose, by a script of its own', async () => {
  const page = await http().get('/certificates/verification?lang=en').expect(200);
  expect(page.text).toContain('Verify a certificate');
  expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  const script = await http().get('/certificates/verification.js').expect(200);
  expect(script.headers['content-type']).toContain('javascript');
  expect(() => new Script(script.text)).not.toThrow();
});

describe('a certificate is checked by the register', () => {
  it('in each form, with the live status', async () => {
    const number = await issued();
    const pdf = (await pdfOf(number)).body as Buffer;
    const found = await verdictOf(pdf);
    expect(found).toMatchObject({ ok: true, kind: 'PDF', number, reasons: [] });
    expect(outcomes(found)).toEqual(
      passed('trust', 'seal', 'timestamp', 'credential', 'validity', 'status', 'register', 'inclusion'),
    );
    const bundle = await bundleOf(number);
    expect(await verdictOf(JSON.stringify(bundle), 'application/octet-stream')).toMatchObject({
      ok: true,
      kind: 'BUNDLE',
    });
    for (const text of [...Object.values(bundle.credentials), bundle.sdJwt])
      expect(await verdictOf(text, 'text/plain')).toMatchObject({ ok: true, number, reasons: [] });
  });

  it('with reasons against what was changed, or never registered', async () => {
    const number = await issued();
    const pdf = (await pdfOf(number)).body as Buffer;
    const codes = async (bytes: Buffer) =>
      ((await verdictOf(bytes)) as { reasons: { code: string }[] }).reasons.map(({ code }) => code);
    expect(await codes(Buffer.from(pdf.toString('latin1').replace('/Title', '/title'), 'latin1'))).toEqual([
      'PDF_DIGEST_DIFFERS',
      'DOCUMENT_HASH_DIFFERS',
    ]);
    expect(await codes(Buffer.from('no certificate'))).toEqual(['MALFORMED']);
    const empty = await http().post('/v1/certificates/verification/document').set('content-type', 'application/pdf');
    expect(empty.status).toBeGreaterThanOrEqual(200);
    const json = await http().post('/v1/certificates/verification/document').send({});
    expect(json.status).toBe(422);
    const large = await http()
      .post('/v1/certificates/verification/document')
      .set('content-type', 'application/pdf')
      .send(Buffer.alloc(8_388_609, 0x20));
    expect([large.status, large.body.code]).toEqual([413, 'too-large']);
  });

  it('in what a bundle or a presentation holds, too, though our own key signed it (INV-11)', async () => {
    const number = await issued();
    const bundle = await bundleOf(number);
    const credential = decodeJwt(bundle.credentials['ES256']!) as Credential;
    const changed = {
      ...credential,
      credentialSubject: { ...credential.credentialSubject, data: { name: '另一数据' } },
    };
    const issuer = t.app.get(CertificateIssuer);
    const key = await issuer['key']('ES256');
    const { contexts } = issuer;
    const jwt = await signCredential(changed, key, contexts);
    const sdJwt = await issueSdJwt(changed, ['/credentialSubject/data/name'], key, { contexts });
    const codes = async (text: string) =>
      ((await verdictOf(text, 'text/plain')) as { reasons: { code: string }[] }).reasons.map(({ code }) => code);
    const bundled = (more: object) => codes(JSON.stringify({ ...bundle, evidence: null, ...more }));
    expect(await bundled({})).toEqual([]);
    expect(await bundled({ credentials: { ES256: jwt }, sdJwt })).toEqual([
      'DOCUMENT_HASH_DIFFERS',
      'REGISTER_DIFFERS',
    ]);
    expect(await codes(jwt)).toEqual(['DOCUMENT_HASH_DIFFERS']);
    expect(await codes(sdJwt)).toEqual(['REGISTER_DIFFERS']);
    expect(await codes(await presentSdJwt(sdJwt, ['/credentialSubject/data/name']))).toEqual(['REGISTER_DIFFERS']);
    expect(await codes(await presentSdJwt(bundle.sdJwt, ['/credentialSubject/rights']))).toEqual([]);
  });

  it('by a reason, whatever is brought to it or to the offline command', async () => {
    const forms = await certificateForms();
    forms.close();
    for (const [name, bytes] of [...(await hostilePdfs(forms)), ...(await hostileTexts(forms))]) {
      const sent = http()
        .post('/v1/certificates/verification/document')
        .set('content-type', 'application/octet-stream');
      const { status, body } = await sent.send(Buffer.from(bytes));
      expect([name, status, (body as { code?: string }).code]).toEqual([name, 200, undefined]);
      const [{ zh, en }] = (body as { reasons: { zh: string; en: string }[] }).reasons as [{ zh: string; en: string }];
      expect([name, body.ok, /\p{Script=Han}/u.test(zh), /[a-z]/.test(en)]).toEqual([name, false, true, true]);
      const { code, said } = await audited(bytes, 'none');
      expect([name, code === 1 || code === 3, /\p{Script=Han}/u.test(said)]).toEqual([name, true, true]);
      if (typeof bytes !== 'string' || bytes.length > 200_000) continue;
      const json = await http().post('/v1/certificates/verification').send({ credential: bytes });
      expect([name, json.status === 422 || !json.body.ok, json.status < 500]).toEqual([name, true, true]);
    }
  });

  it('when its holder shows a part of it, signed for one verifier and one occasion', async () => {
    const operator: Who = { sub: newId('per'), org: newId('org'), roles: ['operator'] };
    const body = { uscc: completeUscc('91440101DEM000001'), name: '持有方 Holder', kind: 'ENTERPRISE', regionCode: '440100' }; // prettier-ignore
    const { id } = (await t.as(operator).post('/v1/organisations', body)).body as { id: string };
    const key = await LocalKey.generate('EdDSA');
    const proof = await signJws({ organisationId: id, thumbprint: key.kid }, await key.privateJwk(), { typ: KEY_PROOF_TYP }); // prettier-ignore
    const holder: Who = { sub: newId('per'), org: id, roles: ['holder'] };
    const added = await t.as(holder).post(`/v1/organisations/${id}/keys`, { jwk: publicOnly(key.publicJwk), use: 'sig', proof }); // prettier-ignore
    expect(added.status).toBe(201);
    const event = registered();
    Object.assign(event, { holder: { ...event.holder, organisationId: id } });
    const number = await issued(event);

    const whole = (await http().get(`/v1/certificates/${number}/sd-jwt`).buffer().expect(200)).text;
    const binding = { audience: 'https://bank.example', nonce: 'n-1' };
    const show = (by: LocalKey) =>
      presentSdJwt(whole, ['/credentialSubject/rights', '/credentialSubject/data/name'], { key: by, ...binding, now: new Date() }); // prettier-ignore
    const verify = async (credential: string, wanted: object = binding) =>
      (await http().post('/v1/certificates/verification').send({ credential, binding: wanted }).expect(200)).body;
    const shown = await show(key);
    const text = shown.split(/[.~]/).map((part) => Buffer.from(part, 'base64url').toString()).join(); // prettier-ignore
    expect([text.includes('演示数据'), text.includes('演示 <b>持有方</b>'), text.includes('摘要')]).toEqual([
      true,
      false,
      false,
    ]);
    const found = await verify(shown);
    expect(found).toMatchObject({ ok: true, kind: 'SD_JWT', number, reasons: [] });
    expect(outcomes(found)).toMatchObject(passed('credential', 'binding', 'validity', 'status', 'register'));
    const codes = async (credential: string, wanted?: object) =>
      ((await verify(credential, wanted)) as { reasons: { code: string }[] }).reasons.map(({ code }) => code);
    expect(await codes(shown, { ...binding, nonce: 'n-2' })).toEqual(['KB_NONCE_WRONG']);
    expect(await codes(await show(await LocalKey.generate('EdDSA')))).toEqual(['KB_SIGNATURE_INVALID']);
    expect(await codes(await presentSdJwt(whole, []))).toEqual(['KB_MISSING']);
    const ofNobody = (
      await http()
        .get(`/v1/certificates/${await issued()}/sd-jwt`)
        .buffer()
    ).text;
    expect(await codes(await presentSdJwt(ofNobody, [], { key, ...binding, now: new Date() }))).toEqual([
      'KB_KEY_MISSING',
    ]);
  });
});

describe('a sealed document', () => {
  it('carries the stamp of the configured authority, asked with its credentials', async () => {
    outside.asked = [];
    const { status, body } = await pdfOf(await issued());
    expect([status, outside.asked]).toEqual([200, ['Basic dGVzdDp0ZXN0']]);
    const { ok, reasons, timestamp } = verifySealedPdf(body as Buffer, [await platformRoot()], [outsideRoot]);
    expect([ok, reasons, timestamp!.authority]).toEqual([true, [], 'C=CN, O=TSA, CN=TSA']);
  });

  it('is not made without an acceptable stamp, and made later when there is one', async () => {
    const number = await issued();
    const honestAnswer = outside.answer;
    const other = new FileKeyStore(join(dir, 'other'), 'passphrase');
    const names = { organization: 'TSA', root: 'TSA root', issuing: 'TSA issuing', seal: 'TSA' };
    const stranger = new LocalTimestampAuthority(await openTimestampSeal(other, names, new Date(Date.now() - 1000)));
    const wrong: Outside['answer'][] = [
      () => Promise.resolve(500),
      () => Promise.resolve(Buffer.from('<html>')),
      () => Promise.resolve(Buffer.alloc(20_000, 0x30)),
      () => Promise.resolve(Buffer.from('30053003020102', 'hex')),
      (query) => stranger.answer(query),
    ];
    for (const answer of wrong) {
      outside.answer = answer;
      const { status, body } = await http().get(`/v1/certificates/${number}/pdf`);
      expect([status, body.code]).toEqual([503, 'certificates/timestamp-unavailable']);
      expect((await http().get(`/v1/certificates/${number}`)).body.documentSha256).toBeNull();
    }
    outside.answer = honestAnswer;
    expect((await pdfOf(number)).status).toBe(200);
  });
});

function binary(res: request.Response, done: (error: Error | null, body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  (res as unknown as NodeJS.ReadableStream)
    .on('data', (chunk: Buffer) => chunks.push(chunk))
    .on('end', () => done(null, Buffer.concat(chunks)));
}
