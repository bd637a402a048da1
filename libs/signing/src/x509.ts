import { createPublicKey, randomBytes, sign, X509Certificate, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import type { FileKeyStore } from './key-store.js';
import type { LocalKey } from './suite.js';

/** Names shown in the three certificates; Chinese is fine (UTF-8 subject names). */
export interface AuthorityNames {
  organization: string;
  root: string;
  issuing: string;
  /** Whose seal it is: the registrar. */
  seal: string;
}

/** An X.509 sealing key with its certificates. An adapter to a hardware module implements the same. */
export interface SealIdentity {
  /** PEM: the seal's own certificate, then its issuer's, then the root. */
  readonly chain: readonly [seal: string, issuing: string, root: string];
  /** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2) over the data. */
  sign(data: Uint8Array): Buffer | Promise<Buffer>;
}

const YEARS = { root: 30, issuing: 15, seal: 5, timestamp: 10 };
type Level = keyof typeof YEARS;
type End = 'seal' | 'timestamp';

/**
 * The sealing identity of a key store: three RSA keys of 3,072 bits (purposes `x509-root`, `x509-issuing`, `x509-seal`) and their certificates,
 * made on the first call and kept beside the keys. After `rotate('x509-seal')` the next call certifies the new key.
 * @param now the real time, since the certificates are for verifiers outside
 */
export async function openSeal(store: FileKeyStore, names: AuthorityNames, now: Date): Promise<SealIdentity> {
  return openEnd('seal', store, names, now);
}

/** The identity of the local time-stamping authority, under the same root; `names.seal` is its name. */
export async function openTimestampSeal(store: FileKeyStore, names: AuthorityNames, now: Date): Promise<SealIdentity> {
  return openEnd('timestamp', store, names, now);
}

async function openEnd(end: End, store: FileKeyStore, names: AuthorityNames, now: Date): Promise<SealIdentity> {
  const [root, issuing, seal] = await Promise.all(
    ['x509-root', 'x509-issuing', `x509-${end}`].map((purpose) => store.active(purpose, 'RS256')),
  );
  if (!root || !issuing || !seal) throw new Error('unreachable');
  const subject = (level: Level) =>
    distinguishedName(names.organization, names[level === 'timestamp' ? 'seal' : level]);
  const issue = (level: Level, key: LocalKey, by: Issuer) =>
    store.document(`x509-${level}.${shortId(key)}.by.${shortId(by.key)}.crt`, () =>
      certify(level, subject(level), key.privateKey, by, now),
    );
  const rootPem = await issue('root', root, { key: root, subject: subject('root') });
  const issuingPem = await issue('issuing', issuing, { key: root, subject: subject('root'), pem: rootPem });
  const sealPem = await issue(end, seal, { key: issuing, subject: subject('issuing'), pem: issuingPem });
  return { chain: [sealPem, issuingPem, rootPem], sign: (data) => sign('sha256', data, seal.privateKey) };
}

interface Issuer {
  key: LocalKey;
  subject: forge.pki.CertificateField[];
  /** Left out by the root, which certifies itself. */
  pem?: string;
}

const shortId = (key: LocalKey) => key.kid.slice(0, 12);

function distinguishedName(organization: string, commonName: string): forge.pki.CertificateField[] {
  const UTF8 = forge.asn1.Type.UTF8 as unknown as forge.asn1.Class; // the typings take the tag for a class
  return [
    { name: 'countryName', value: 'CN' },
    { name: 'organizationName', value: organization, valueTagClass: UTF8 },
    { name: 'commonName', value: commonName, valueTagClass: UTF8 },
  ];
}

/** One certificate of RFC 5280. */
function certify(
  level: Level,
  subject: forge.pki.CertificateField[],
  key: KeyObject,
  issuer: Issuer,
  now: Date,
): string {
  const { pki, md } = forge;
  const certificate = pki.createCertificate();
  const by = issuer.pem === undefined ? undefined : pki.certificateFromPem(issuer.pem);
  certificate.publicKey = forgePublicKey(key);
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x3f) | 0x40; // positive and of full length (§4.1.2.2)
  certificate.serialNumber = serial.toString('hex');
  certificate.validity.notBefore = now;
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + YEARS[level]);
  certificate.validity.notAfter = by && by.validity.notAfter < end ? by.validity.notAfter : end;
  certificate.setSubject(subject);
  certificate.setIssuer(issuer.subject);
  const keyIdentifier = (by ?? certificate).generateSubjectKeyIdentifier().getBytes();
  const authority = level === 'root' || level === 'issuing';
  certificate.setExtensions([
    authority
      ? { name: 'basicConstraints', critical: true, cA: true, ...(level === 'issuing' && { pathLenConstraint: 0 }) }
      : { name: 'basicConstraints', critical: true, cA: false },
    authority
      ? { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true }
      : { name: 'keyUsage', critical: true, digitalSignature: true, nonRepudiation: true },
    // RFC 3161 §2.3: the one purpose, critical.
    ...(level === 'timestamp' ? [{ name: 'extKeyUsage', critical: true, timeStamping: true }] : []),
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier },
  ]);
  const pem = issuer.key.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  certificate.sign(pki.privateKeyFromPem(pem), md.sha256.create());
  return pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}

function forgePublicKey(key: KeyObject): forge.pki.rsa.PublicKey {
  const pem = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  return forge.pki.publicKeyFromPem(pem) as forge.pki.rsa.PublicKey;
}

/** Why there is no path to a trusted root. */
export class ChainFault extends Error {}

/**
 * The path from the first certificate to one of the trusted roots, both included, each signed by the next, each issuer an authority.
 * @throws ChainFault
 */
export function trustPath(
  certificates: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): X509Certificate[] {
  const path = certificates.slice(0, 1);
  for (let subject = path[0]; subject && path.length < 6; subject = path.at(-1)) {
    const name = subject.subject.replaceAll('\n', ', ');
    const same = (other: X509Certificate) => other.fingerprint256 === path.at(-1)?.fingerprint256;
    if (roots.some(same)) return path;
    const issuer = [...roots, ...certificates].find(
      (other) => other.ca && !same(other) && path.at(-1)?.checkIssued(other),
    );
    if (!issuer) throw new ChainFault(`no trusted issuer of ${name}`);
    if (!subject.verify(issuer.publicKey)) throw new ChainFault(`${name} is not signed by its issuer`);
    path.push(issuer);
  }
  throw new ChainFault('no certificate, or too long a chain');
}
