import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import forge from 'node-forge';
import { readCms, signCms, type Timestamping } from './cms.js';
import { algorithm, child, children, der, int, octets, parse, seq, type Node } from './der.js';
import { FileKeyStore, LocalTimestampAuthority, openSeal, openTimestampSeal, renderCertificate, sealPdf, timestampRequest, tokenOfResponse, verifySealedPdf, verifyTimestamp, type CertificateDocument, type SealIdentity } from './index.js'; // prettier-ignore

const names = { organization: '示范数据登记中心', root: '示范根证书', issuing: '示范签发证书', seal: '示范登记机构' };
const made = new Date(Date.now() - 60_000);
const value = Buffer.from('the signature of a seal');
const [SHA256, SHA384] = ['2.16.840.1.101.3.4.2.1', '2.16.840.1.101.3.4.2.2'];
const document: CertificateDocument = {
  title: { zh: '数据产权登记凭证', en: 'Data Property Registration Certificate' },
  number: 'SJ4412026080001',
  fields: [{ zh: '申请人', en: 'Applicant', value: '示范制造有限公司' }],
  registrar: { zh: '示范登记机构', en: 'Demonstration Registrar' },
  evidenceTime: '2026-08-15T02:00:00Z',
  verificationUrl: 'https://registrar.example/verify/SJ4412026080001',
};

let dir: string;
let seal: SealIdentity;
let authority: SealIdentity;
let local: LocalTimestampAuthority;
let root: string;
let sealed: Buffer;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'stamp-'));
  const store = new FileKeyStore(join(dir, 'keys'), 'passphrase');
  seal = await openSeal(store, names, made);
  authority = await openTimestampSeal(store, { ...names, seal: '示范时间戳 Time stamps' }, made);
  local = new LocalTimestampAuthority(authority);
  root = seal.chain[2];
  sealed = await sealPdf(await renderCertificate(document, new Date()), seal, local.timestamping);
  writeFileSync(join(dir, 'root.pem'), root);
}, 60_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const here = (program: string, ...version: string[]) => {
  try {
    execFileSync(program, version, { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
};
const withOpenssl = here('openssl', 'version') ? it : it.skip;
const withPoppler = here('pdfsig', '-v') ? it : it.skip;
const run = (program: string, ...args: string[]) => execFileSync(program, args, { cwd: dir, stdio: 'pipe' }).toString();
const cmsOf = (pdf: Buffer): { cms: Buffer; content: Buffer } => {
  const [, before, after] = /\/ByteRange \[0 (\d+) (\d+) \d+/.exec(pdf.toString('latin1'))!.map(Number) as number[];
  const padded = Buffer.from(pdf.subarray(before! + 1, after! - 1).toString(), 'hex');
  return {
    cms: padded.subarray(0, 4 + padded.readUInt16BE(2)),
    content: Buffer.concat([pdf.subarray(0, before), pdf.subarray(after)]),
  };
};
const codes = (token: Uint8Array, stamped: Uint8Array = value, roots = [root]) =>
  verifyTimestamp(token, stamped, roots).reasons.map(({ code }) => code);

/** An authority of one certificate, which is its own root. */
function authorityFor(usage: object): { identity: SealIdentity; pem: string } {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const own = forge.pki.privateKeyFromPem(key.export({ type: 'pkcs1', format: 'pem' }).toString()) as forge.pki.rsa.PrivateKey; // prettier-ignore
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(own.n, own.e);
  certificate.validity.notBefore = made;
  certificate.validity.notAfter = new Date(made.getTime() + 86_400_000);
  for (const set of ['setSubject', 'setIssuer'] as const) certificate[set]([{ name: 'commonName', value: 'T' }]);
  certificate.setExtensions([{ name: 'extKeyUsage', ...usage }]);
  certificate.sign(own, forge.md.sha256.create());
  const pem = forge.pki.certificateToPem(certificate);
  return { identity: { chain: [pem, pem, pem], sign: (data) => sign('sha256', data, key) }, pem };
}

describe('a sealed PDF with a time stamp (PAdES B-T)', () => {
  it('verifies at the time that the authority states', () => {
    const { ok, reasons, timestamp, claimedAt } = verifySealedPdf(sealed, [root]);
    expect([ok, reasons]).toEqual([true, []]);
    expect(Math.abs(timestamp!.at.getTime() - claimedAt!.getTime())).toBeLessThan(60_000);
    expect(timestamp!.authority).toContain('示范时间戳');
  });

  it('trusts authorities apart from seals', () => {
    expect(verifySealedPdf(sealed, [root], []).reasons.map(({ code }) => code)).toEqual(['PDF_TIMESTAMP_UNTRUSTED']);
    expect(verifySealedPdf(sealed, [], [root]).reasons.map(({ code }) => code)).toEqual(['PDF_CHAIN_UNTRUSTED']);
  });

  it('is refused when the claimed time is another', async () => {
    const pdf = await sealPdf(await renderCertificate(document, new Date(Date.now() - 7_200_000)), seal, local.timestamping); // prettier-ignore
    expect(verifySealedPdf(pdf, [root]).reasons.map(({ code }) => code)).toEqual(['PDF_TIMESTAMP_CONTRADICTS']);
  });

  it('may claim a time within the hour, before or after', async () => {
    const now = Date.now();
    const at = new LocalTimestampAuthority(authority, () => new Date(now));
    for (const [minutes, found] of [[-61, ['PDF_TIMESTAMP_CONTRADICTS']], [-59, []], [59, []], [61, ['PDF_TIMESTAMP_CONTRADICTS']]] as const) {
      const page = await renderCertificate(document, new Date(now + minutes * 60_000));
      expect(verifySealedPdf(await sealPdf(page, seal, at.timestamping), [root]).reasons.map(({ code }) => code)).toEqual(found);
    } // prettier-ignore
  });

  it('counts at the time of the stamp, when the stamp can be believed, else at the claimed one', async () => {
    const late = new LocalTimestampAuthority(authority, () => new Date('2199-01-01T00:00:00Z'));
    const sealing = async (claimed: Date, timestamping: Timestamping, roots = [root]) =>
      verifySealedPdf(await sealPdf(await renderCertificate(document, claimed), seal, timestamping), [root], roots);
    const { reasons, timestamp } = await sealing(new Date(), late.timestamping);
    expect(reasons.map(({ code }) => code)).not.toContain('PDF_CERTIFICATE_EXPIRED');
    expect(timestamp!.reasons.map(({ code }) => code)).toContain('PDF_TIMESTAMP_UNTRUSTED');
    const early = new Date(made.getTime() - 600_000);
    expect((await sealing(early, local.timestamping)).reasons).toEqual([]);
    expect((await sealing(early, local.timestamping, [])).reasons.map(({ code }) => code)).toContain('PDF_CERTIFICATE_EXPIRED'); // prettier-ignore
  });

  it('is refused with the stamp of another seal', async () => {
    const elsewhere: Timestamping = () => local.timestamping(Buffer.from('another signature'));
    const pdf = await sealPdf(await renderCertificate(document, new Date()), seal, elsewhere);
    expect(verifySealedPdf(pdf, [root]).reasons.map(({ code }) => code)).toEqual(['PDF_TIMESTAMP_OTHER']);
  });

  withOpenssl('is accepted by openssl, seal and time stamp', () => {
    const { cms, content } = cmsOf(sealed);
    const { timestamp, signature } = readCms(cms);
    for (const [name, bytes] of Object.entries({ cms, content, token: timestamp!, signature }))
      writeFileSync(join(dir, name), bytes);
    run('openssl', ...'cms -verify -cades -binary -inform DER -in cms -content content -CAfile root.pem -out out'.split(' ')); // prettier-ignore
    const verify = 'ts -verify -token_in -in token -data signature -CAfile root.pem'.split(' ');
    expect(run('openssl', ...verify)).toContain('Verification: OK');
    writeFileSync(join(dir, 'signature'), 'another');
    expect(() => run('openssl', ...verify)).toThrow();
  });

  withPoppler('is accepted by pdfsig', () => {
    writeFileSync(join(dir, 'sealed.pdf'), sealed);
    const said = run('pdfsig', '-nocert', 'sealed.pdf');
    expect(said).toContain('Signature is Valid.');
    expect(said).toContain('Total document signed');
  });
});

describe('a time stamp', () => {
  it('answers its request', async () => {
    const request = timestampRequest(value);
    const token = tokenOfResponse(await local.answer(request), request);
    expect(codes(token)).toEqual([]);
    const other = timestampRequest(Buffer.from('other'));
    expect(() => tokenOfResponse(der(parse(Buffer.from('30053003020102', 'hex'))), request)).toThrow('status 02');
    const answer = await local.answer(other);
    expect(() => tokenOfResponse(answer, request)).toThrow('something else');
    const replayed = await local.answer(timestampRequest(value));
    expect(() => tokenOfResponse(replayed, request)).toThrow('not of this request');
    expect(() => tokenOfResponse(Buffer.from('<html>'), request)).toThrow();
  });

  it('must be of the answer’s own request, nonce or none, and granted', async () => {
    const request = timestampRequest(value);
    const [, token] = children(parse(await local.answer(request)));
    const answered = (status: number, ...more: Node[]) => tokenOfResponse(der(seq(seq(int(status)), ...more)), request);
    expect(codes(answered(1, token!))).toEqual([]);
    expect(() => answered(2, token!)).toThrow('status 02');
    expect(() => answered(0)).toThrow('no token');
    const without = der(seq(...children(parse(request)).slice(0, 2)));
    const anonymous = await local.answer(without);
    expect(codes(tokenOfResponse(anonymous, without))).toEqual([]);
    expect(() => tokenOfResponse(anonymous, request)).toThrow('not of this request');
  });

  it('is not given for what is no request', async () => {
    const [version, imprint] = children(parse(timestampRequest(value))) as [Node, Node];
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('x'),
      timestampRequest(value).subarray(1),
      der(seq(int(2), imprint)),
      der(seq(version, imprint, octets(Buffer.alloc(1024)))),
      der(seq(version, seq(algorithm(SHA384), octets(Buffer.alloc(32))))),
      der(seq(version, seq(algorithm(SHA256), octets(Buffer.alloc(48))))),
    ])
      expect((await local.answer(bytes)).toString('hex')).toBe('30053003020102');
  });

  it('is refused from a key of another use, and when it is not a time stamp at all', async () => {
    const byTheSeal = await new LocalTimestampAuthority(seal).timestamping(value);
    expect(codes(byTheSeal)).toEqual(['PDF_TIMESTAMP_USAGE']);
    expect(codes(await signCms(value, authority))).toEqual(['PDF_TIMESTAMP_MALFORMED']);
    expect(codes(Buffer.alloc(0))).toEqual(['PDF_TIMESTAMP_MALFORMED']);
  });

  const TST_INFO = '1.2.840.113549.1.9.16.1.4';
  const info = async () => parse(readCms(await local.timestamping(value)).content!);
  const stamped = async (by: SealIdentity, content: Node, type = TST_INFO) =>
    signCms(der(content), by, { encapsulated: { type } });

  it('is refused in another form than RFC 3161 gives it', async () => {
    const [, ...rest] = children(await info());
    expect(codes(await stamped(authority, await info()))).toEqual([]);
    expect(codes(await stamped(authority, seq(int(2), ...rest)))).toEqual(['PDF_TIMESTAMP_MALFORMED']);
    expect(codes(await stamped(authority, await info(), '1.2.840.113549.1.7.1'))).toEqual(['PDF_TIMESTAMP_MALFORMED']);
    for (const time of ['20260230000000', '20261301000000Z', '20260101000000+0800']) {
      const said = await info();
      child(said, 4).value = time;
      expect(codes(await stamped(authority, said))).toEqual(['PDF_TIMESTAMP_MALFORMED']);
    }
  });

  it('is refused when another time or certificate was put in its place', async () => {
    const token = parse(await local.timestamping(value));
    const content = child(child(child(child(child(token, 1), 0), 2), 1), 0);
    const other = await info();
    child(other, 4).value = '20260101000000Z';
    content.value = der(other).toString('binary');
    expect(codes(der(token))).toContain('PDF_TIMESTAMP_INVALID');
    // Signed by the authority's key, but for another certificate than its own: the reference is signed, the certificate is not.
    const [pem, issuing, top] = authority.chain;
    const first = await stamped({ ...authority, chain: [issuing, pem, top] }, await info());
    const signer = child(children(child(child(parse(first), 1), 0)).at(-1), 0);
    const whole = parse(await local.timestamping(value));
    const place = child(children(child(child(whole, 1), 0)).at(-1), 0);
    child(place, 3).value = child(signer, 3).value;
    child(place, 5).value = child(signer, 5).value;
    child(child(child(child(whole, 1), 0), 2), 1).value = child(child(child(child(parse(first), 1), 0), 2), 1).value;
    expect(codes(der(whole))).toEqual(['PDF_TIMESTAMP_INVALID']);
  });

  it('is by a certificate for nothing else, and critically so', async () => {
    for (const [usage, found] of [
      [{ critical: true, timeStamping: true }, []],
      [{ critical: false, timeStamping: true }, ['PDF_TIMESTAMP_USAGE']],
      [{ critical: true, timeStamping: true, codeSigning: true }, ['PDF_TIMESTAMP_USAGE']],
    ] as const) {
      const { identity, pem } = authorityFor(usage);
      expect(codes(await new LocalTimestampAuthority(identity).timestamping(value), value, [pem])).toEqual(found);
    }
  });

  it('is refused when the authority’s certificate was not valid, or its signature does not hold', async () => {
    const late = new LocalTimestampAuthority(authority, () => new Date('2199-01-01T00:00:00Z'));
    expect(new Set(codes(await late.timestamping(value)))).toEqual(new Set(['PDF_TIMESTAMP_UNTRUSTED']));
    const forged = new LocalTimestampAuthority({ chain: authority.chain, sign: () => Buffer.alloc(384, 1) });
    expect(codes(await forged.timestamping(value))).toEqual(['PDF_TIMESTAMP_INVALID']);
  });

  it('is refused, without throwing, when any byte of it was changed or lost', async () => {
    const token = await local.timestamping(value);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(token);
        changed[at]! ^= flip;
        const { reasons, at: time } = verifyTimestamp(changed, value, [root]);
        // What no signature covers, such as the certificates beside the signer's, may differ; the time may not.
        expect(reasons.length > 0 || time?.getTime() === verifyTimestamp(token, value, [root]).at?.getTime()).toBe(
          true,
        );
        verifyTimestamp(token.subarray(0, at), value, [root]);
      }),
      { numRuns: 100 },
    );
  });

  withOpenssl('of our authority is accepted by openssl, for a request that openssl made', async () => {
    writeFileSync(join(dir, 'value'), value);
    run('openssl', ...'ts -query -data value -sha256 -cert -out query'.split(' '));
    writeFileSync(join(dir, 'reply'), await local.answer(readFileSync(join(dir, 'query'))));
    const verify = 'ts -verify -in reply -queryfile query -CAfile root.pem'.split(' ');
    expect(run('openssl', ...verify)).toContain('Verification: OK');
  });

  withOpenssl('of an authority that runs openssl, by an elliptic-curve key, is accepted here', () => {
    const config = `[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:true\n[tsa]\nextendedKeyUsage=critical,timeStamping
[tsa_default]\nserial=serial\nsigner_digest=sha384\ndefault_policy=2.999.1\ndigests=sha256\nordering=no\ntsa_name=no\ness_cert_id_chain=no\ness_cert_id_alg=sha384\n[t]\ndefault_tsa=tsa_default\n`;
    writeFileSync(join(dir, 'ts.cnf'), config);
    writeFileSync(join(dir, 'serial'), '01');
    const key = '-newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -config ts.cnf';
    run('openssl', ...`req -x509 ${key} -keyout ca.key -out ca.pem -subj /CN=ca -extensions ca`.split(' '));
    run('openssl', ...`req ${key} -keyout tsa.key -out tsa.csr -subj /CN=tsa`.split(' '));
    run('openssl', ...'x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -extfile ts.cnf -extensions tsa -out tsa.pem'.split(' ')); // prettier-ignore
    const request = timestampRequest(value);
    writeFileSync(join(dir, 'query'), request);
    run('openssl', ...'ts -reply -config ts.cnf -section tsa_default -queryfile query -signer tsa.pem -inkey tsa.key -chain ca.pem -out reply'.split(' ')); // prettier-ignore
    const token = tokenOfResponse(readFileSync(join(dir, 'reply')), request);
    const ca = readFileSync(join(dir, 'ca.pem'), 'utf8');
    expect(codes(token, value, [ca])).toEqual([]);
    expect(codes(token)).toEqual(['PDF_TIMESTAMP_UNTRUSTED']);
  });

  it('is by a certificate for time stamps only, marked critical', () => {
    const [pem] = authority.chain;
    const certificate = parse(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'));
    expect(der(children(child(certificate, 0)).at(-1)!).toString('hex')).toContain(
      '0603551d250101ff040c300a06082b06010505070308',
    );
  });
});
