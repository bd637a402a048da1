import { createHash, verify, X509Certificate } from 'node:crypto';
import {
  algorithm,
  bytesOf,
  child,
  children,
  der,
  int,
  isTagged,
  isType,
  octets,
  oid,
  oidOf,
  parse,
  seq,
  set,
  sha256,
  tagged,
  Type,
  type Node,
} from './der.js';
import { rejection, type Rejection } from './rejections.js';
import { ChainFault, trustPath, type SealIdentity } from './x509.js';

const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  timestampToken: '1.2.840.113549.1.9.16.2.14',
  sha256: '2.16.840.1.101.3.4.2.1',
  rsaEncryption: '1.2.840.113549.1.1.1',
};
const HASHES: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
/** RSASSA-PKCS1-v1_5 and ECDSA, alone or named with their hash; PSS is not among them. */
const SIGNATURES = /^1\.2\.840\.(113549\.1\.1\.(1|11|12|13)|10045\.(2\.1|4\.3\.[234]))$/;

const digest = (hash: string, bytes: Uint8Array) => createHash(hash).update(bytes).digest();

/** A time-stamp token (RFC 3161) over a value. */
export type Timestamping = (value: Uint8Array) => Promise<Uint8Array>;

interface SigningOptions {
  /** What is signed, when it shall stand in the signature itself; without it the signature is detached and of plain data. */
  encapsulated?: { type: string };
  timestamp?: Timestamping | undefined;
}

/**
 * A CMS signature (RFC 5652) of the form PAdES asks for (ETSI EN 319 142-1 §6): SHA-256, the signed attributes content-type, message-digest and
 * signing-certificate-v2 (RFC 5035), no signing-time; B-T with a time stamp over the signature. node-forge makes the ASN.1; its own PKCS #7
 * module knows neither those attributes nor the DER order of a set.
 */
export async function signCms(
  content: Uint8Array,
  seal: SealIdentity,
  { encapsulated, timestamp }: SigningOptions = {},
): Promise<Buffer> {
  const certificates = seal.chain.slice(0, 2).map((pem) => new X509Certificate(pem).raw);
  const [own] = certificates as [Buffer];
  const type = encapsulated?.type ?? OID.data;
  const attribute = (name: string, value: Node) => seq(oid(name), set(value));
  const attributes = [
    attribute(OID.contentType, oid(type)),
    attribute(OID.messageDigest, octets(sha256(content))),
    attribute(OID.signingCertificateV2, seq(seq(seq(octets(sha256(own)))))),
  ].sort((a, b) => Buffer.compare(der(a), der(b))); // DER order of a SET OF (X.690 §11.6)
  const signature = await seal.sign(der(set(...attributes)));
  const token = await timestamp?.(signature);

  const { serial, issuer } = identity(own);
  const signer = seq(
    int(1),
    seq(issuer, serial),
    algorithm(OID.sha256),
    tagged(0, attributes),
    algorithm(OID.rsaEncryption),
    octets(signature),
    ...(token ? [tagged(1, [attribute(OID.timestampToken, parse(token))])] : []),
  );
  const signedData = seq(
    int(encapsulated ? 3 : 1), // RFC 5652 §5.1: 3 for another content than data
    set(algorithm(OID.sha256)),
    seq(oid(type), ...(encapsulated ? [tagged(0, [octets(Buffer.from(content))])] : [])),
    tagged(0, certificates.map(parse)),
    set(signer),
  );
  return der(seq(oid(OID.signedData), tagged(0, [signedData])));
}

export const signDetached = (content: Uint8Array, seal: SealIdentity, timestamp?: Timestamping): Promise<Buffer> =>
  signCms(content, seal, { timestamp });

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
    const parts = readCms(cms);
    if (parts.type !== OID.data || parts.content) throw new Error('not a detached signature of data');
    return { reasons: [...checkSignature(parts, content), ...checkChain(parts, trusted, at)], signer: parts.signer };
  } catch (error) {
    return { reasons: [rejection('PDF_SEAL_MALFORMED', String(error))], signer: null };
  }
}

function checkSignature(parts: CmsParts, content: Uint8Array): Rejection[] {
  const { digest: digestHolds, signature, certificate } = integrity(parts, content);
  const reasons: Rejection[] = [];
  if (!digestHolds) reasons.push(rejection('PDF_DIGEST_DIFFERS'));
  if (!signature) reasons.push(rejection('PDF_SEAL_INVALID'));
  if (!certificate) reasons.push(rejection('PDF_CERTIFICATE_DIFFERS'));
  return reasons;
}

/** Whether digest, signature and the signed reference to the certificate hold. */
export function integrity(
  { signer, hash, messageDigest, certificateHash, signedBytes, signature }: CmsParts,
  content: Uint8Array,
): { digest: boolean; signature: boolean; certificate: boolean } {
  return {
    digest: messageDigest.equals(digest(hash, content)),
    signature: verify(hash, signedBytes, signer.publicKey, signature),
    certificate: certificateHash.value.equals(digest(certificateHash.hash, signer.raw)),
  };
}

function checkChain({ signer, certificates }: CmsParts, roots: X509Certificate[], at: Date): Rejection[] {
  try {
    return expiredAt([signer, ...certificates], roots, at).map((text) => rejection('PDF_CERTIFICATE_EXPIRED', text));
  } catch (error) {
    if (error instanceof ChainFault) return [rejection('PDF_CHAIN_UNTRUSTED', error.message)];
    throw error;
  }
}

/**
 * The certificates of the path to a trusted root that are not valid at the time.
 * @throws ChainFault when there is no path
 */
export function expiredAt(
  certificates: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  at: Date,
): string[] {
  return trustPath(certificates, roots)
    .filter(({ validFrom, validTo }) => !(at >= new Date(validFrom) && at <= new Date(validTo)))
    .map(({ subject, validFrom, validTo }) => `${subject.replaceAll('\n', ', ')}: ${validFrom} – ${validTo}`);
}

export interface CmsParts {
  /** The object identifier of what is signed. */
  type: string;
  /** What is signed, when it stands in the signature. */
  content: Buffer | null;
  certificates: X509Certificate[];
  signer: X509Certificate;
  hash: string;
  messageDigest: Buffer;
  certificateHash: { hash: string; value: Buffer };
  signedBytes: Buffer;
  signature: Buffer;
  /** The time-stamp token of the signature. */
  timestamp: Buffer | null;
}

/** Reads a signature by one signer. @throws Error when it has another form */
export function readCms(cms: Uint8Array): CmsParts {
  const outer = parse(cms);
  if (oidOf(child(outer, 0)) !== OID.signedData) throw new Error('not signed data');
  const signedData = child(child(outer, 1), 0);
  const members = children(signedData);
  const certificates = members
    .filter((member) => isTagged(member, 0))
    .flatMap((member) => children(member).map((certificate) => new X509Certificate(der(certificate))));
  const [typeNode, contentNode] = children(members[2]);
  const [signerInfo, second] = children(members.at(-1));
  if (!signerInfo || second) throw new Error('not exactly one signer');
  const [, sid, digestAlgorithm, attributes, signatureAlgorithm, signature, unsigned] = children(signerInfo);
  if (!isTagged(attributes, 0)) throw new Error('the signed attributes are missing');
  if (!SIGNATURES.test(oidOf(child(signatureAlgorithm, 0))))
    throw new Error('the signature algorithm is not supported');
  const signer = certificates.find(({ raw }) => {
    const { issuer, serial } = identity(raw);
    return sid !== undefined && der(sid).equals(der(seq(issuer, serial)));
  });
  if (!signer) throw new Error('the signer’s certificate is missing');
  const type = oidOf(typeNode);
  const signed = (name: string) => valueOf(attributes, name);
  const contentType = signed(OID.contentType);
  if (!contentType || oidOf(contentType) !== type) throw new Error('the content type is not the signed one');
  return {
    type,
    content: contentNode ? bytesOf(child(contentNode, 0)) : null,
    certificates,
    signer,
    hash: hashOf(child(digestAlgorithm, 0)),
    messageDigest: bytesOf(signed(OID.messageDigest)),
    certificateHash: certificateHash(signed(OID.signingCertificateV2), signed(OID.signingCertificate)),
    signedBytes: der(set(...children(attributes))),
    signature: bytesOf(signature),
    timestamp: unsigned ? tokenOf(unsigned) : null,
  };
}

/** RFC 5035 §4, where the hash is left out when it is SHA-256, or its forerunner of RFC 2634, which is fixed to SHA-1. */
function certificateHash(v2: Node | undefined, v1: Node | undefined): CmsParts['certificateHash'] {
  const first = child(child(v2 ?? v1, 0), 0);
  if (!v2) return { hash: 'sha1', value: bytesOf(child(first, 0)) };
  const plain = isType(child(first, 0), Type.OCTETSTRING);
  return plain
    ? { hash: 'sha256', value: bytesOf(child(first, 0)) }
    : { hash: hashOf(child(child(first, 0), 0)), value: bytesOf(child(first, 1)) };
}

/** Of what is signed: SHA-2 only. */
function hashOf(identifier: Node): string {
  const hash = HASHES[oidOf(identifier)];
  if (!hash) throw new Error('the digest is not SHA-2');
  return hash;
}

function tokenOf(unsigned: Node): Buffer | null {
  const token = valueOf(unsigned, OID.timestampToken);
  return token ? der(token) : null;
}

function valueOf(attributes: Node | undefined, name: string): Node | undefined {
  const found = children(attributes).filter((attribute) => oidOf(child(attribute, 0)) === name);
  if (found.length > 1) throw new Error(`attribute ${name} ${found.length} times`);
  const values = found[0] && children(child(found[0], 1));
  if (values && values.length !== 1) throw new Error(`attribute ${name} has ${values.length} values`);
  return values?.[0];
}

/** Issuer and serial number of a DER certificate, as they stand there. */
function identity(certificate: Uint8Array): { serial: Node; issuer: Node } {
  const members = child(parse(certificate), 0);
  return { serial: child(members, 1), issuer: child(members, 3) };
}
