import { randomBytes, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { expiredAt, integrity, readCms, signCms, type CmsParts, type Timestamping } from './cms.js';
import {
  algorithm,
  bigInt,
  bool,
  bytesOf,
  child,
  children,
  der,
  generalizedTime,
  int,
  isTagged,
  isType,
  octets,
  oid,
  oidOf,
  parse,
  seq,
  sha256,
  timeOfNode,
  Type,
  type Node,
} from './der.js';
import { rejection, type Rejection, type RejectionCode } from './rejections.js';
import { ChainFault, type SealIdentity } from './x509.js';

const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const SHA256 = '2.16.840.1.101.3.4.2.1';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
/** Of the local authority, in the arc for private use that nobody else interprets (UUID-based OIDs aside): 2.999 is for examples. */
const LOCAL_POLICY = '2.999.3161.1';
const MAX_REQUEST_BYTES = 1024;

export const TIMESTAMP_QUERY = 'application/timestamp-query';
export const TIMESTAMP_REPLY = 'application/timestamp-reply';

export class TimestampError extends Error {}

/** TimeStampReq (RFC 3161 §2.4.1) over a value, asking for the certificate. */
export function timestampRequest(value: Uint8Array, nonce: Buffer = randomBytes(8)): Buffer {
  return der(seq(int(1), seq(algorithm(SHA256), octets(sha256(value))), bigInt(nonce), bool(true)));
}

/**
 * The token of a TimeStampResp (§2.4.2), when it was granted and answers this very request.
 * @throws TimestampError
 */
export function tokenOfResponse(response: Uint8Array, request: Uint8Array): Buffer {
  try {
    const [status, token] = children(parse(response));
    const granted = bytesOf(child(status, 0)).toString('hex');
    if (granted !== '00' && granted !== '01') throw new TimestampError(`the authority refused: status ${granted}`);
    if (!token) throw new TimestampError('the answer has no token');
    const bytes = der(token);
    const asked = readRequest(request);
    const { imprint, nonce } = readInfo(readCms(bytes));
    if (!imprint.equals(asked.imprint)) throw new TimestampError('the token is for something else');
    if (asked.nonce && !nonce?.equals(asked.nonce)) throw new TimestampError('the token is not of this request');
    return bytes;
  } catch (error) {
    throw error instanceof TimestampError ? error : new TimestampError(String(error));
  }
}

/** A time-stamping authority within this service: for demonstrations, and where no outside authority is configured. */
export class LocalTimestampAuthority {
  /** @param identity the certificate with the one extended key usage timeStamping, see `openTimestampSeal` */
  constructor(
    private readonly identity: SealIdentity,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** TimeStampResp to a TimeStampReq. Anything that is not one, or asks for another digest than SHA-256, is rejected (PKIStatus 2). */
  async answer(request: Uint8Array): Promise<Buffer> {
    let asked: Request;
    try {
      asked = readRequest(request);
    } catch {
      return der(seq(seq(int(2))));
    }
    const serial = randomBytes(16);
    serial[0] = (serial[0]! & 0x3f) | 0x40;
    const info = seq(
      int(1),
      oid(LOCAL_POLICY),
      seq(algorithm(SHA256), octets(asked.imprint)),
      bigInt(serial),
      generalizedTime(this.now()),
      seq(int(1)), // accurate to a second, to which the time is cut
      ...(asked.nonce ? [bigInt(asked.nonce)] : []),
    );
    const token = await signCms(der(info), this.identity, { encapsulated: { type: TST_INFO } });
    return der(seq(seq(int(0)), parse(token)));
  }

  readonly timestamping: Timestamping = async (value) => {
    const request = timestampRequest(value);
    return tokenOfResponse(await this.answer(request), request);
  };
}

export interface TimestampVerdict {
  reasons: Rejection[];
  /** The time that the authority states; null when the token cannot be read. */
  at: Date | null;
  authority: X509Certificate | null;
}

/** Whether a token stamps a value, by an authority under one of the roots (PEM). Never throws for anything in the token. */
export function verifyTimestamp(token: Uint8Array, value: Uint8Array, roots: readonly string[]): TimestampVerdict {
  const trusted = roots.map((pem) => new X509Certificate(pem));
  const reasons: Rejection[] = [];
  const refuse = (code: RejectionCode, detail?: unknown) => void reasons.push(rejection(code, detail));
  try {
    const parts = readCms(token);
    const { imprint, at } = readInfo(parts);
    const holds = integrity(parts, parts.content!);
    if (!imprint.equals(sha256(value))) refuse('PDF_TIMESTAMP_OTHER');
    if (!holds.digest || !holds.signature || !holds.certificate) refuse('PDF_TIMESTAMP_INVALID');
    if (!isTimestamping(parts.signer)) refuse('PDF_TIMESTAMP_USAGE');
    try {
      for (const text of expiredAt([parts.signer, ...parts.certificates], trusted, at))
        refuse('PDF_TIMESTAMP_UNTRUSTED', text);
    } catch (error) {
      if (!(error instanceof ChainFault)) throw error;
      refuse('PDF_TIMESTAMP_UNTRUSTED', error.message);
    }
    return { reasons, at, authority: parts.signer };
  } catch (error) {
    return { reasons: [rejection('PDF_TIMESTAMP_MALFORMED', String(error))], at: null, authority: null };
  }
}

interface Request {
  imprint: Buffer;
  nonce: Buffer | null;
}

function readRequest(request: Uint8Array): Request {
  if (request.length > MAX_REQUEST_BYTES) throw new Error('too long a request');
  const [version, imprint, ...more] = children(parse(request));
  if (bytesOf(version).toString('hex') !== '01') throw new Error('not version 1');
  const nonce = more.find((member) => isType(member, Type.INTEGER));
  return { imprint: imprintOf(imprint), nonce: nonce ? bytesOf(nonce) : null };
}

function imprintOf(value: Node | undefined): Buffer {
  const digest = bytesOf(child(value, 1));
  if (oidOf(child(child(value, 0), 0)) !== SHA256 || digest.length !== 32)
    throw new Error('the imprint is not SHA-256');
  return digest;
}

/** TSTInfo (§2.4.2). */
function readInfo({ type, content }: CmsParts): Request & { at: Date } {
  if (type !== TST_INFO || !content) throw new Error('not a time-stamp token');
  const [version, , imprint, , time, ...more] = children(parse(content));
  if (bytesOf(version).toString('hex') !== '01') throw new Error('not version 1');
  const nonce = more.find((member) => isType(member, Type.INTEGER));
  return { imprint: imprintOf(imprint), nonce: nonce ? bytesOf(nonce) : null, at: timeOfNode(time) };
}

/** §2.3: the one purpose of the key, in a critical extension. */
function isTimestamping({ raw, keyUsage }: X509Certificate): boolean {
  if (keyUsage?.join() !== TIME_STAMPING) return false;
  const extensions = children(child(parse(raw), 0)).find((member) => isTagged(member, 3));
  const usage = children(child(extensions, 0)).find((extension) => oidOf(child(extension, 0)) === '2.5.29.37');
  return isType(children(usage)[1], forge.asn1.Type.BOOLEAN);
}
