import { isObject } from './data-model.js';
import type { Evidence } from './evidence.js';
import { parseJson } from './json.js';
import { pdfAttachments } from './pdf-attachments.js';
import { readTrust, type Trust } from './trust.js';

export const BUNDLE_FORMAT = 'databourse-certificate@v1';
/** Names of the files inside a certificate's PDF. */
export const ATTACHED = {
  credential: 'credential.jwt',
  sdJwt: 'credential.sd-jwt',
  proof: 'issued.tlog-proof',
  event: 'issued-event.json',
  trust: 'trust.json',
} as const;

/** One certificate with everything that is needed to check it without a network; `trust` is a hint, no source of trust. */
export interface CertificateBundle {
  format: typeof BUNDLE_FORMAT;
  number: string;
  /** By algorithm. */
  credentials: Record<string, string>;
  sdJwt: string;
  evidence: Evidence | null;
  /** Status list credentials at the time of the bundle. */
  statusLists: string[];
  didDocument: object;
  trust: object;
  madeAt: string;
}

export type DocumentKind = 'PDF' | 'BUNDLE' | 'JWT' | 'SD_JWT';

/** What was found in a file, unchecked. */
export interface CertificateFile {
  kind: DocumentKind;
  pdf: Buffer | null;
  /** Compact JWS or SD-JWTs. */
  credentials: string[];
  evidence: Evidence | null;
  statusLists: string[];
  /** Of which certificate it claims to be, beside what its credentials say. */
  number?: string;
  hint: Trust | null;
}

/** The file is none of the forms in which a certificate comes. */
export class Undecodable extends Error {}

const FILE_MAX_BYTES = 20_000_000;
const CREDENTIAL_MAX_CHARS = 200_000;
/** Of credentials, and of status lists. */
const TEXTS_MAX = 10;

/** @throws Undecodable */
export function readCertificateFile(bytes: Buffer): CertificateFile {
  if (bytes.length > FILE_MAX_BYTES) throw new Undecodable(`文件超过 / more than ${FILE_MAX_BYTES} bytes`);
  if (bytes.subarray(0, 5).toString('latin1') === '%PDF-') return ofPdf(bytes);
  const text = textOf(bytes)?.trim();
  if (text === undefined || text === '') throw new Undecodable('既不是 PDF 也不是文本 / neither a PDF nor a text');
  const none = { pdf: null, evidence: null, statusLists: [], hint: null };
  if (text.startsWith('{')) {
    const json = parsed(text);
    if (isObject(json) && json['format'] === BUNDLE_FORMAT) return ofBundle(json);
    // An unsecured credential, to be refused as such.
    if (isObject(json) && '@context' in json) return { ...none, kind: 'JWT', credentials: [text] };
    throw new Undecodable(`JSON 不是 / not a ${BUNDLE_FORMAT}`);
  }
  if (text.length > CREDENTIAL_MAX_CHARS) throw new Undecodable(`超过 / more than ${CREDENTIAL_MAX_CHARS} characters`);
  if (/^[\w-]+\.[\w-]*\.[\w-]*~/.test(text)) return { ...none, kind: 'SD_JWT', credentials: [text] };
  if (/^[\w-]+\.[\w-]*\.[\w-]*$/.test(text)) return { ...none, kind: 'JWT', credentials: [text] };
  throw new Undecodable('不是 PDF、JWT、SD-JWT 或凭证包 / neither a PDF, a JWT, an SD-JWT nor a bundle');
}

function ofPdf(pdf: Buffer): CertificateFile {
  const attached = pdfAttachments(pdf);
  const text = (name: string) => textOf(attached.get(name));
  const [proof, event] = [text(ATTACHED.proof), parsed(text(ATTACHED.event))];
  const evidence = proof !== undefined && isObject(event) ? evidenceOf({ ...event, proof }) : null;
  const credentials = [text(ATTACHED.credential), text(ATTACHED.sdJwt)].flatMap((one) => one ?? []);
  return { kind: 'PDF', pdf, credentials, evidence, statusLists: [], hint: hintOf(text(ATTACHED.trust)) };
}

/** Nothing in it is passed over: what is not looked at would seem to be confirmed. */
function ofBundle(bundle: Record<string, unknown>): CertificateFile {
  const { number, credentials, sdJwt, evidence, statusLists, trust } = bundle;
  if (typeof number !== 'string') throw new Undecodable('凭证包没有编号 / a bundle without a number');
  const secured = [
    ...textsIn(credentials, CREDENTIAL_MAX_CHARS),
    ...textsIn([sdJwt ?? []].flat(), CREDENTIAL_MAX_CHARS),
  ];
  if (secured.length > TEXTS_MAX) throw new Undecodable(`超过 / more than ${TEXTS_MAX} credentials`);
  return {
    kind: 'BUNDLE',
    pdf: null,
    number,
    credentials: secured,
    evidence: isObject(evidence) ? evidenceOf(evidence) : null,
    statusLists: textsIn(statusLists ?? [], FILE_MAX_BYTES),
    hint: hintOf(JSON.stringify(trust ?? null)),
  };
}

function textsIn(value: unknown, maxChars: number): string[] {
  const texts: unknown[] = isObject(value) ? Object.values(value) : Array.isArray(value) ? value : [value];
  if (texts.length > TEXTS_MAX || !texts.every((one) => typeof one === 'string' && one.length <= maxChars))
    throw new Undecodable(`至多 ${TEXTS_MAX} 段文本 / not up to ${TEXTS_MAX} texts of up to ${maxChars} characters`);
  return texts as string[];
}

function evidenceOf({ proof, salt, payload }: Record<string, unknown>): Evidence | null {
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return typeof proof === 'string' ? { proof, salt: text(salt), payload: text(payload) } : null;
}

function hintOf(text: string | undefined): Trust | null {
  try {
    return text === undefined ? null : readTrust(text);
  } catch {
    return null;
  }
}

function textOf(bytes: Buffer | undefined): string | undefined {
  try {
    return bytes && new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : parseJson(text);
  } catch {
    return undefined;
  }
}
