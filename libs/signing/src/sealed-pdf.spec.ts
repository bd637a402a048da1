import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import forge from 'node-forge';
import { signDetached, verifyDetached } from './cms.js';
import { beijingTime, FileKeyStore, openSeal, renderCertificate, sealPdf, verifySealedPdf, type CertificateDocument, type SealIdentity } from './index.js'; // prettier-ignore

const names = { organization: '示范数据登记中心', root: '示范根证书', issuing: '示范签发证书', seal: '示范登记机构' };
const made = new Date(Date.now() - 60_000);
const sealedAt = new Date();
const document: CertificateDocument = {
  title: { zh: '数据产权登记凭证', en: 'Data Property Registration Certificate' },
  number: 'SJ4412026080001',
  statement: { zh: '经审核与公示,准予登记。', en: 'Registered after review and public notice.' },
  fields: [
    { zh: '申请人', en: 'Applicant', value: '示范制造有限公司' },
    { zh: '数据名称', en: 'Data name', value: '月度用电量数据集 (2020–2025)' },
    { zh: '数据概述', en: 'Abstract', value: '按月、按行业汇总的用电量。'.repeat(12) },
    { zh: '限制范围', en: 'Restriction', value: '' },
  ],
  remarks: ['无', 'None'],
  registrar: { zh: '示范登记机构', en: 'Demonstration Registrar' },
  evidenceTime: '2026-08-15T02:00:00Z',
  verificationUrl: 'https://registrar.example/verify/SJ4412026080001',
  attachments: [{ name: 'credential.jwt', type: 'application/vc+jwt', bytes: Buffer.from('a.b.c') }],
};

let dir: string;
let store: FileKeyStore;
let seal: SealIdentity;
let root: string;
let sealed: Buffer;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'seal-'));
  store = new FileKeyStore(join(dir, 'keys'), 'passphrase');
  seal = await openSeal(store, names, made);
  root = seal.chain[2];
  sealed = await sealPdf(await renderCertificate(document, sealedAt), seal);
}, 60_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Making keys takes seconds; a store that starts with some of them does not. */
function copyOfKeys(name: string, which: RegExp): FileKeyStore {
  for (const file of readdirSync(join(dir, 'keys')).filter((file) => which.test(file))) {
    cpSync(join(dir, 'keys', file), join(dir, name, file));
  }
  return new FileKeyStore(join(dir, name), 'passphrase');
}

const hasOpenssl = (() => {
  try {
    return /^OpenSSL [3-9]/.test(execFileSync('openssl', ['version'], { encoding: 'utf8' }));
  } catch {
    return false;
  }
})();
const withOpenssl = hasOpenssl ? it : it.skip;
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, encoding: 'utf8', stdio: 'pipe' });

/** The signed bytes and the signature without its padding, by the offsets that the file itself names. */
function parts(pdf: Buffer): { content: Buffer; cms: Buffer; before: number; after: number } {
  const [, before, after] = /\/ByteRange \[0 (\d+) (\d+) \d+/.exec(pdf.toString('latin1'))!.map(Number) as number[];
  const padded = Buffer.from(pdf.subarray(before! + 1, after! - 1).toString(), 'hex');
  const content = Buffer.concat([pdf.subarray(0, before), pdf.subarray(after)]);
  return { content, cms: padded.subarray(0, 4 + padded.readUInt16BE(2)), before: before!, after: after! };
}

describe('the X.509 chain', () => {
  it('leads from the seal over the issuing certificate to the root, with Chinese names', () => {
    const [own, issuing, top] = seal.chain.map((pem) => new X509Certificate(pem)) as [X509Certificate, X509Certificate, X509Certificate]; // prettier-ignore
    expect(own.verify(issuing.publicKey) && issuing.verify(top.publicKey) && top.verify(top.publicKey)).toBe(true);
    expect([own.ca, issuing.ca, top.ca]).toEqual([false, true, true]);
    expect(own.subject).toBe('C=CN\nO=示范数据登记中心\nCN=示范登记机构');
    expect(own.issuer).toBe(issuing.subject);
    for (const { publicKey } of [own, issuing, top]) expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(3072);
    expect(new Date(own.validTo).getUTCFullYear()).toBe(made.getUTCFullYear() + 5);
  });

  it('has the extensions of RFC 5280', () => {
    const [own, issuing, top] = seal.chain.map((pem) => forge.pki.certificateFromPem(pem));
    const extension = (certificate: forge.pki.Certificate | undefined, name: string) => certificate?.getExtension(name);
    expect(extension(top, 'basicConstraints')).toMatchObject({ critical: true, cA: true });
    expect(extension(issuing, 'basicConstraints')).toMatchObject({ cA: true, pathLenConstraint: 0 });
    expect(extension(issuing, 'keyUsage')).toMatchObject({
      critical: true,
      keyCertSign: true,
      digitalSignature: false,
    });
    expect(extension(own, 'keyUsage')).toMatchObject({
      keyCertSign: false,
      digitalSignature: true,
      nonRepudiation: true,
    });
    const identifier = (certificate: forge.pki.Certificate | undefined) =>
      certificate!.generateSubjectKeyIdentifier().toHex();
    const authority = (extension(own, 'authorityKeyIdentifier') as { value: string }).value;
    expect(Buffer.from(authority, 'binary').toString('hex')).toContain(identifier(issuing));
    expect(extension(own, 'subjectKeyIdentifier')).toMatchObject({ subjectKeyIdentifier: identifier(own) });
  });

  it('is found again, and a rotated seal gets its own certificate under the same issuer', async () => {
    expect((await openSeal(new FileKeyStore(join(dir, 'keys'), 'passphrase'), names, new Date())).chain).toEqual(
      seal.chain,
    );
    const other = copyOfKeys('rotated', /^x509/);
    const first = await openSeal(other, names, made);
    await other.rotate('x509-seal', 'RS256');
    const second = await openSeal(other, names, made);
    expect(second.chain[0]).not.toBe(first.chain[0]);
    expect(second.chain.slice(1)).toEqual(first.chain.slice(1));
    expect(verifyDetached(await signDetached(Buffer.from('x'), second), Buffer.from('x'), { roots: [first.chain[2]], at: sealedAt }).reasons).toEqual([]); // prettier-ignore
  }, 60_000);

  withOpenssl('is accepted by openssl under its strict rules', () => {
    seal.chain.forEach((pem, i) => writeFileSync(join(dir, `${i}.pem`), pem));
    expect(openssl('verify', '-x509_strict', '-CAfile', '2.pem', '-untrusted', '1.pem', '0.pem')).toContain('OK');
  });
});

describe('a sealed certificate', () => {
  it('verifies under the root, at the time it was sealed', () => {
    const verdict = verifySealedPdf(sealed, [root]);
    expect(verdict).toMatchObject({ ok: true, reasons: [] });
    expect(verdict.signer?.subject).toContain('示范登记机构');
    expect(Math.abs(verdict.claimedAt!.getTime() - sealedAt.getTime())).toBeLessThan(1000);
  });

  it('is the same to the byte for the same document, time and seal', async () => {
    const again = await sealPdf(await renderCertificate(document, sealedAt), seal);
    expect(createHash('sha256').update(again).digest('hex')).toBe(createHash('sha256').update(sealed).digest('hex'));
  });

  it('embeds only the glyphs it uses, and says what PAdES asks for', async () => {
    expect(sealed.length).toBeLessThan(250_000);
    const text = sealed.toString('latin1');
    expect(text).toContain('/SubFilter /ETSI.CAdES.detached');
    expect(text).not.toContain('NeedAppearances');
    expect(text.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(1);
  });

  it('continues on further pages, sealed on the last', async () => {
    const fields = Array.from({ length: 12 }, () => document.fields).flat();
    const long = await sealPdf(await renderCertificate({ ...document, fields }, sealedAt), seal);
    expect(long.toString('latin1').match(/\/Type \/Page\b(?!s)/g)!.length).toBeGreaterThan(1);
    expect(verifySealedPdf(long, [root]).ok).toBe(true);
  });

  it('shows the evidence time as in Beijing', () => {
    expect(beijingTime('2026-08-15T17:00:00Z')).toBe('2026-08-16 01:00:00 (UTC+8)');
  });

  it('has its signed attributes in the order of DER', () => {
    const { cms } = parts(sealed);
    const at = cms.indexOf(Buffer.from('2a864886f70d010903', 'hex')) - 4; // the attribute content-type comes first
    const attribute = (offset: number) => cms.subarray(offset, offset + 2 + cms[offset + 1]!);
    const first = attribute(at);
    const second = attribute(at + first.length);
    expect(second.includes(Buffer.from('2a864886f70d010904', 'hex'))).toBe(true);
    expect(Buffer.compare(first, second)).toBe(-1);
  });

  withOpenssl('is accepted by openssl, with the signed reference to its certificate (CAdES)', () => {
    const { content, cms } = parts(sealed);
    writeFileSync(join(dir, 'content'), content);
    writeFileSync(join(dir, 'cms'), cms);
    writeFileSync(join(dir, 'root.pem'), root);
    const verify = ['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', 'cms', '-content', 'content'];
    openssl(...verify, '-CAfile', 'root.pem', '-out', 'verified');
    writeFileSync(join(dir, 'content'), Buffer.concat([content, Buffer.from(' ')]));
    expect(() => openssl(...verify, '-CAfile', 'root.pem', '-out', 'verified')).toThrow();
  });
});

describe('a seal is refused', () => {
  const codes = (pdf: Buffer, roots = [root]) => {
    const { ok, reasons } = verifySealedPdf(pdf, roots);
    expect(ok).toBe(reasons.length === 0);
    return reasons.map(({ code }) => code);
  };
  const edit = (from: string, to: string) => Buffer.from(sealed.toString('latin1').replace(from, to), 'latin1');

  it('when there is none', async () => {
    expect(codes(await renderCertificate(document, sealedAt))).toEqual(['PDF_UNSIGNED']);
    expect(codes(Buffer.from('no PDF'))).toEqual(['PDF_UNSIGNED']);
  });

  it('when it does not cover the whole file', async () => {
    expect(codes(Buffer.concat([sealed, Buffer.from('\n% more')]))).toEqual(['PDF_RANGE_INVALID']);
    expect(codes(edit('/ByteRange [0 ', '/ByteRange [1 '))).toEqual(['PDF_RANGE_INVALID']);
    // The brackets stand beside what is signed, and in others the value would be a text.
    expect(codes(edit('/Contents <', '/Contents ('))).toEqual(['PDF_RANGE_INVALID']);
    const page = (await renderCertificate(document, sealedAt)).toString('latin1');
    const two = page.replace('%%EOF', '%/ByteRange [0 1 2 3]\n%%EOF');
    expect(codes(await sealPdf(Buffer.from(two, 'latin1'), seal))).toEqual(['PDF_RANGE_INVALID']);
  });

  it('when any byte outside the signature was changed', () => {
    const { before, after } = parts(sealed);
    const outside = fc.oneof(fc.nat(before - 1), fc.integer({ min: after, max: sealed.length - 1 }));
    fc.assert(
      fc.property(outside, fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(sealed);
        changed[at]! ^= flip;
        expect(verifySealedPdf(changed, [root]).ok).toBe(false);
      }),
      { numRuns: 60 },
    );
    expect(codes(edit('/Title', '/title'))).toEqual(['PDF_DIGEST_DIFFERS']);
  });

  it('without throwing, when any byte of the signature was changed or lost', () => {
    const { content, cms } = parts(sealed);
    const options = { roots: [root], at: sealedAt };
    fc.assert(
      fc.property(fc.nat(cms.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(cms);
        changed[at]! ^= flip;
        // Bytes of the certificates beside the signer's are not signed by the seal; the chain decides on them.
        const { reasons, signer } = verifyDetached(changed, content, options);
        expect(reasons.length > 0 || signer?.raw.equals(new X509Certificate(seal.chain[0]).raw)).toBe(true);
        verifyDetached(cms.subarray(0, at), content, options);
      }),
      { numRuns: 150 },
    );
    expect(verifyDetached(Buffer.alloc(0), content, options).reasons[0]?.code).toBe('PDF_SEAL_MALFORMED');
  });

  it('by another root, or by a certificate under a root of the same name', async () => {
    const impostor = await openSeal(copyOfKeys('impostor', /^x509-(issuing|seal).*pem$/), names, made);
    expect(codes(sealed, [impostor.chain[2]])).toEqual(['PDF_CHAIN_UNTRUSTED']);
    expect(codes(sealed, [])).toEqual(['PDF_CHAIN_UNTRUSTED']);
    const forged = await sealPdf(await renderCertificate(document, sealedAt), impostor);
    expect(codes(forged)).toEqual(['PDF_CHAIN_UNTRUSTED']);
    const mixed: SealIdentity = { chain: seal.chain, sign: () => Buffer.alloc(384, 1) };
    expect(codes(await sealPdf(await renderCertificate(document, sealedAt), mixed))).toEqual(['PDF_SEAL_INVALID']);
  }, 60_000);

  it('when the certificate was not valid at the time of sealing', async () => {
    for (const at of [new Date(made.getTime() - 86_400_000), new Date('2199-01-01T00:00:00Z')]) {
      const pdf = await sealPdf(await renderCertificate(document, at), seal);
      expect(new Set(codes(pdf))).toEqual(new Set(['PDF_CERTIFICATE_EXPIRED']));
    }
  });

  it('when its place is longer than any signature', async () => {
    const page = (await renderCertificate(document, sealedAt)).toString('latin1');
    for (const [bytes, found] of [[131_072, []], [131_073, ['PDF_SEAL_MALFORMED']]] as const)
      expect(codes(await sealPdf(Buffer.from(page.replace(/<0{32768}>/, `<${'00'.repeat(bytes)}>`), 'latin1'), seal))).toEqual(found); // prettier-ignore
  });

  it('when it says no time of sealing, or one of another place than its own', async () => {
    const page = (await renderCertificate(document, sealedAt)).toString('latin1');
    const sealing = (text: string) => sealPdf(Buffer.from(text, 'latin1'), seal);
    const elsewhere = '%PDF-1.7\n0 0 obj\n<</M (D:20260101000000Z)>>\nendobj\n';
    for (const time of ['', "/M (D:20260101000000+08'00')", '/M (D:20261301000000Z)']) {
      const changed = page.replace(/\/M \(D:\d{14}Z\)/, time).replace('%%EOF', '%/M (D:20260101000000Z)\n%%EOF');
      const found = codes(await sealing(elsewhere + changed));
      expect(new Set(found)).toEqual(new Set(['PDF_CERTIFICATE_EXPIRED', 'PDF_SEAL_MALFORMED']));
    }
    expect(verifySealedPdf(await sealing(elsewhere + page), [root]).claimedAt).toEqual(new Date(Math.floor(sealedAt.getTime() / 1000) * 1000)); // prettier-ignore
  });
});
