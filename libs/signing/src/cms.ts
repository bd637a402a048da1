import { createHash, verify, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { rejection, type Rejection } from './rejections.js';
import { ChainFault, trustPath, type SealIdentity } from './x509.js';

type Node = forge.asn1.Asn1;
const { asn1 } = forge;
const { Class, Type } = asn1;

const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
  rsaEncryption: '1.2.840.113549.1.1.1',
};

const node = (type: number, value: string | Node[]) => asn1.create(Class.UNIVERSAL, type, Array.isArray(value), value);
const seq = (...members: Node[]) => node(Type.SEQUENCE, members);
const set = (...members: Node[]) => node(Type.SET, members);
const oid = (dotted: string) => node(Type.OID, asn1.oidToDer(dotted).getBytes());
const int = (value: number) => node(Type.INTEGER, asn1.integerToDer(value).getBytes());
const octets = (bytes: Buffer) => node(Type.OCTETSTRING, bytes.toString('binary'));
const tagged = (tag: number, members: Node[]) => asn1.create(Class.CONTEXT_SPECIFIC, tag, true, members);
const algorithm = (dotted: string) => seq(oid(dotted), node(Type.NULL, ''));
const der = (value: Node) => Buffer.from(asn1.toDer(value).getBytes(), 'binary');
const parse = (bytes: Uint8Array) => asn1.fromDer(Buffer.from(bytes).toString('binary'));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/**
 * A detached CMS signature (RFC 5652) of the form PAdES B-B asks for (ETSI EN 319 142-1 §6): SHA-256, the signed attributes content-type,
 * message-digest and signing-certificate-v2 (RFC 5035), no signing-time. node-forge makes the ASN.1; its own PKCS #7 module knows neither that
 * attribute nor the DER order of a set.
 */
export async function signDetached(content: Uint8Array, seal: SealIdentity): Promise<Buffer> {
  const certificates = seal.chain.slice(0, 2).map((pem) => new X509Certificate(pem).raw);
  const [own] = certificates as [Buffer];
  const attribute = (type: string, value: Node) => seq(oid(type), set(value));
  const attributes = [
    attribute(OID.contentType, oid(OID.data)),
    attribute(OID.messageDigest, octets(sha256(content))),
    attribute(OID.signingCertificateV2, seq(seq(seq(octets(sha256(own)))))),
  ].sort((a, b) => Buffer.compare(der(a), der(b))); // DER order of a SET OF (X.690 §11.6)
  const signature = await seal.sign(der(set(...attributes)));

  const { serial, issuer } = identity(own);
  const signer = seq(
    int(1),
    seq(issuer, serial),
    algorithm(OID.sha256),
    tagged(0, attributes),
    algorithm(OID.rsaEncryption),
    octets(signature),
  );
  const signedData = seq(
    int(1),
    set(algorithm(OID.sha256)),
    seq(oid(OID.data)),
    tagged(0, certificates.map(parse)),
    set(signer),
  );
  return der(seq(oid(OID.signedData), tagged(0, [signedData])));
}

export interface DetachedVerdict {
  reasons: Rejection[];
  /** The certificate that signed, when it could be read. */
  signer: X509Certificate | null;
}

/**
 * Checks a signature of the form above against content, trusted roots (PEM) and the time of sealing. Never throws for anything in the
 * signature, which may be whatever somebody uploaded.
 */
export function verifyDetached(
  cms: Uint8Array,
  content: Uint8Array,
  { roots, at }: { roots: readonly string[]; at: Date },
): DetachedVerdict {
  const trusted = roots.map((pem) => new X509Certificate(pem));
  try {
    const parts = read(cms);
    return { reasons: [...checkSignature(parts, content), ...checkChain(parts, trusted, at)], signer: parts.signer };
  } catch (error) {
    return { reasons: [rejection('PDF_SEAL_MALFORMED', String(error))], signer: null };
  }
}

function checkSignature({ signer, attributes, signedBytes, signature }: Parts, content: Uint8Array): Rejection[] {
  const reasons: Rejection[] = [];
  if (!attributes.messageDigest.equals(sha256(content))) reasons.push(rejection('PDF_DIGEST_DIFFERS'));
  if (!verify('sha256', signedBytes, signer.publicKey, signature)) reasons.push(rejection('PDF_SEAL_INVALID'));
  if (!attributes.certificateHash.equals(sha256(signer.raw))) reasons.push(rejection('PDF_CERTIFICATE_DIFFERS'));
  return reasons;
}

function checkChain({ signer, certificates }: Parts, roots: X509Certificate[], at: Date): Rejection[] {
  try {
    return trustPath([signer, ...certificates], roots)
      .filter(({ validFrom, validTo }) => !(at >= new Date(validFrom) && at <= new Date(validTo)))
      .map(({ subject, validFrom, validTo }) =>
        rejection('PDF_CERTIFICATE_EXPIRED', `${subject.replaceAll('\n', ', ')}: ${validFrom} – ${validTo}`),
      );
  } catch (error) {
    if (error instanceof ChainFault) return [rejection('PDF_CHAIN_UNTRUSTED', error.message)];
    throw error;
  }
}

interface Parts {
  certificates: X509Certificate[];
  signer: X509Certificate;
  attributes: { messageDigest: Buffer; certificateHash: Buffer };
  signedBytes: Buffer;
  signature: Buffer;
}

function read(cms: Uint8Array): Parts {
  const signedData = child(child(parse(cms), 1), 0);
  const members = children(signedData);
  const certificates = members
    .filter((member) => member.tagClass === Class.CONTEXT_SPECIFIC && (member.type as number) === 0)
    .flatMap((member) => children(member).map((certificate) => new X509Certificate(der(certificate))));
  const [signerInfo, second] = children(members.at(-1));
  if (!signerInfo || second) throw new Error('not exactly one signer');
  const [, sid, digestAlgorithm, attributes, , signature] = children(signerInfo);
  if (oidOf(child(digestAlgorithm, 0)) !== OID.sha256) throw new Error('the digest is not SHA-256');
  const signer = certificates.find(({ raw }) => {
    const { issuer, serial } = identity(raw);
    return sid !== undefined && der(sid).equals(der(seq(issuer, serial)));
  });
  if (!signer) throw new Error('the signer’s certificate is missing');
  const value = (type: string) => {
    const found = children(attributes).filter((attribute) => oidOf(child(attribute, 0)) === type);
    if (found.length !== 1) throw new Error(`attribute ${type} ${found.length} times`);
    return child(child(found[0], 1), 0);
  };
  if (oidOf(value(OID.contentType)) !== OID.data) throw new Error('the content type is not data');
  const essCertificate = child(child(value(OID.signingCertificateV2), 0), 0);
  // The hash algorithm is left out when it is the default, SHA-256 (RFC 5035 §4).
  if ((child(essCertificate, 0).type as number) !== (Type.OCTETSTRING as number))
    throw new Error('not a SHA-256 certificate hash');
  return {
    certificates,
    signer,
    attributes: {
      messageDigest: bytesOf(value(OID.messageDigest)),
      certificateHash: bytesOf(child(essCertificate, 0)),
    },
    signedBytes: der(set(...children(attributes))),
    signature: bytesOf(signature),
  };
}

/** Issuer and serial number of a DER certificate, as they stand there. */
function identity(certificate: Uint8Array): { serial: Node; issuer: Node } {
  const [, serial, , issuer] = children(child(parse(certificate), 0));
  if (!serial || !issuer) throw new Error('not a version 3 certificate');
  return { serial, issuer };
}

function children(parent: Node | undefined): Node[] {
  if (!parent || !Array.isArray(parent.value)) throw new Error('a structure is missing');
  return parent.value;
}

function child(parent: Node | undefined, index: number): Node {
  const found = children(parent)[index];
  if (!found) throw new Error('a member is missing');
  return found;
}

function bytesOf(value: Node | undefined): Buffer {
  if (typeof value?.value !== 'string') throw new Error('a value is missing');
  return Buffer.from(value.value, 'binary');
}

const oidOf = (value: Node) => asn1.derToOid(bytesOf(value).toString('binary'));
