import { createHash, X509Certificate } from 'node:crypto';
import { certificateForms, type CertificateForms } from '../../../test/support/certificate-forms.js';
import { signCms, signDetached, verifyDetached } from './cms.js';
import { child, children, der, octets, oid, oidOf, parse, seq, set, type Node } from './der.js';

const DATA = '1.2.840.113549.1.7.1';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const DIGEST = '1.2.840.113549.1.9.4';
const CERTIFICATE_V1 = '1.2.840.113549.1.9.16.2.12';
const CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
const SHA1 = '1.3.14.3.2.26';
const SHA512 = '2.16.840.1.101.3.4.2.3';
const content = Buffer.from('the bytes of a document');

let forms: CertificateForms;
let own: Buffer;
beforeAll(async () => {
  forms = await certificateForms();
  own = new X509Certificate(forms.seal.chain[0]).raw;
});
afterAll(() => forms.close());

/** A signature in parts; `attributes` are those that are signed. */
function partsOf(outer: Node) {
  const signedData = child(child(outer, 1), 0);
  const signer = child(children(signedData).at(-1), 0);
  const attributes = children(child(signer, 3));
  const attribute = (name: string) => attributes.find((one) => oidOf(child(one, 0)) === name)!;
  return { outer, signedData, signer, attributes, attribute };
}
type Parts = ReturnType<typeof partsOf>;
const put = (at: Node, other: Node) => void Object.assign(at, { value: other.value, type: other.type });
const hashOf = (hash: string) => octets(createHash(hash).update(own).digest());

/** What is said of a good signature after a change; whatever is signed in it is signed again, so that nothing else is wrong with it. */
async function said(change: (parts: Parts) => void): Promise<string[]> {
  const parts = partsOf(parse(await signDetached(content, forms.seal)));
  change(parts);
  put(child(parts.signer, 5), octets(Buffer.from(await forms.seal.sign(der(set(...parts.attributes))))));
  return saidOf(der(parts.outer));
}
const saidOf = (cms: Buffer): string[] => {
  const options = { roots: [forms.seal.chain[2]], at: forms.now };
  return verifyDetached(cms, content, options).reasons.map(({ code, detail }) => `${code} ${detail ?? ''}`.trim());
};
const malformed = (why: string) => [`PDF_SEAL_MALFORMED Error: ${why}`];

describe('a signature', () => {
  it('holds, signed again as it is', async () => {
    expect(await said(() => undefined)).toEqual([]);
  });

  const NO_ALGORITHM = 'the signature algorithm is not supported';
  const NO_CERTIFICATE = 'the signer’s certificate is missing';
  const NO_TYPE = 'the content type is not the signed one';
  it.each<[string, (parts: Parts) => void, string]>([
    ['is not of signed data', ({ outer }) => put(child(outer, 0), oid('1.2.840.113549.1.7.5')), 'not signed data'],
    ['is of other than data', (parts) => {
      for (const at of [child(child(parts.signedData, 2), 0), child(child(parts.attribute(CONTENT_TYPE), 1), 0)])
        put(at, oid('1.2.840.113549.1.9.16.1.4'));
    }, 'not a detached signature of data'],
    ['has two signers', ({ signedData, signer }) => children(children(signedData).at(-1)).push(signer), 'not exactly one signer'],
    ['has no signer', ({ signedData }) => void children(children(signedData).at(-1)).pop(), 'not exactly one signer'],
    ['has its signed attributes elsewhere', ({ signer }) => void Object.assign(child(signer, 3), { type: 1 }), 'the signed attributes are missing'],
    ['names PSS', ({ signer }) => put(child(child(signer, 4), 0), oid('1.2.840.113549.1.1.10')), NO_ALGORITHM],
    ['names RSA with SHA-1', ({ signer }) => put(child(child(signer, 4), 0), oid('1.2.840.113549.1.1.5')), NO_ALGORITHM],
    ['names ECDSA with SHA-1', ({ signer }) => put(child(child(signer, 4), 0), oid('1.2.840.10045.4.1')), NO_ALGORITHM],
    ['names an algorithm below another', ({ signer }) => put(child(child(signer, 4), 0), oid('1.2.840.113549.1.1.11.1')), NO_ALGORITHM],
    ['names another serial number', ({ signer }) => put(child(child(signer, 1), 1), octets(Buffer.from('1'))), NO_CERTIFICATE],
    ['names another issuer', ({ signer }) => put(child(child(signer, 1), 0), seq()), NO_CERTIFICATE],
    ['has no content type', ({ attributes }) => void attributes.shift(), NO_TYPE],
    ['has another content type', (parts) => put(child(child(parts.attribute(CONTENT_TYPE), 1), 0), oid(CONTENT_TYPE)), NO_TYPE],
    ['is by SHA-1', ({ signer }) => put(child(child(signer, 2), 0), oid(SHA1)), 'the digest is not SHA-2'],
    ['has its digest twice', (parts) => void parts.attributes.push(parts.attribute(DIGEST)), `attribute ${DIGEST} 2 times`],
    ['has a digest of two values', (parts) => void children(child(parts.attribute(DIGEST), 1)).push(octets(own)), `attribute ${DIGEST} has 2 values`],
    ['has a digest of no value', (parts) => void children(child(parts.attribute(DIGEST), 1)).pop(), `attribute ${DIGEST} has 0 values`],
  ])('that %s is refused', async (_, change, why) => {
    expect(await said(change)).toEqual(malformed(why));
  }); // prettier-ignore

  it('that holds its content is refused', async () => {
    const cms = await signCms(content, forms.seal, { encapsulated: { type: DATA } });
    expect(saidOf(cms)).toEqual(malformed('not a detached signature of data'));
  });

  it('names its certificate by a hash of SHA-2, or in the earlier form by SHA-1; the later form counts', async () => {
    const named = (hash: string) => (parts: Parts) => put(child(child(parts.attribute(CERTIFICATE_V2), 1), 0), seq(seq(seq(seq(oid(hash)), hashOf(hash === SHA512 ? 'sha512' : 'sha1'))))); // prettier-ignore
    expect(await said(named(SHA512))).toEqual([]);
    expect(await said(named(SHA1))).toEqual(malformed('the digest is not SHA-2'));
    const v1 = (hash: Node) => seq(oid(CERTIFICATE_V1), set(seq(seq(seq(hash)))));
    const wrong = octets(Buffer.alloc(20));
    const instead = (hash: Node) => (parts: Parts) => put(parts.attribute(CERTIFICATE_V2), v1(hash));
    expect(await said(instead(hashOf('sha1')))).toEqual([]);
    expect(await said(instead(wrong))).toEqual(['PDF_CERTIFICATE_DIFFERS']);
    expect(await said(({ attributes }) => void attributes.push(v1(wrong)))).toEqual([]);
    expect(await said((parts) => {
      put(child(child(child(child(child(parts.attribute(CERTIFICATE_V2), 1), 0), 0), 0), 0), wrong);
      parts.attributes.push(v1(hashOf('sha1')));
    })).toEqual(['PDF_CERTIFICATE_DIFFERS']); // prettier-ignore
  });
});
