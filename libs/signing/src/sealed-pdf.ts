import { SignPdf } from '@signpdf/signpdf';
import { Signer } from '@signpdf/utils';
import type { X509Certificate } from 'node:crypto';
import type PDFKit from 'pdfkit';
import { readCms, signDetached, verifyDetached, type Timestamping } from './cms.js';
import { rejection, type Rejection } from './rejections.js';
import { verifyTimestamp } from './timestamp.js';
import type { SealIdentity } from './x509.js';

/** Room in the file for the signature: RSA-3072 with two certificates takes about 3.2 KB, a time stamp of an authority outside up to 8 KB. */
export const SIGNATURE_BYTES = 16_384;
/** An authority's token may be long; what is longer than this is no seal, and only costs time to read. */
const SIGNATURE_MAX_BYTES = 8 * SIGNATURE_BYTES;
/** A claimed time that is further from the time stamp is a lie, or a clock that nobody minds. */
const CLAIM_TOLERANCE_MS = 3_600_000;

/**
 * An empty signature field over a rectangle (points from the top left corner) of the current page; {@link sealPdf} fills it. The subfilter
 * says PAdES (ISO 32000-2 §12.8.3.4), and the claimed time of signing stands in `M`, where PAdES wants it.
 */
export function addSignatureField(
  doc: PDFKit.PDFDocument,
  rect: readonly [x: number, y: number, width: number, height: number],
  { signer, reason, at }: { signer: string; reason: string; at: Date },
): void {
  const text = (value: string) => new String(value); // pdfkit writes a String object as text, a primitive as a name
  const signature = doc.ref({
    Type: 'Sig',
    Filter: 'Adobe.PPKLite',
    SubFilter: 'ETSI.CAdES.detached',
    ByteRange: [0, '**********', '**********', '**********'],
    Contents: Buffer.alloc(SIGNATURE_BYTES),
    Name: text(signer),
    Reason: text(reason),
    M: at,
  });
  const appearance = doc.ref({ Type: 'XObject', Subtype: 'Form', BBox: [0, 0, rect[2], rect[3]] });
  const widget = { Subtype: 'Widget', FT: 'Sig', T: text('Seal'), F: 132, V: signature, AP: { N: appearance } };
  doc.initForm().annotate(...rect, widget as PDFKit.Mixins.AnnotationOption);
  const { page, _root } = doc as unknown as PdfkitInside;
  Object.assign(_root.data.AcroForm.data, {
    Fields: [page.annotations.at(-1)],
    SigFlags: 3, // signatures exist; append only
    NeedAppearances: undefined, // a viewer that makes appearances would change the sealed file
  });
  for (const reference of [signature, appearance]) (reference as unknown as { end(): void }).end();
}

/** What the typings of pdfkit leave out. */
interface PdfkitInside {
  page: { annotations: unknown[] };
  _root: { data: { AcroForm: { data: object } } };
}

/** Fills the signature field with a signature over every other byte of the file: PAdES B-T with a time stamp, else B-B. */
export async function sealPdf(pdf: Buffer, seal: SealIdentity, timestamp?: Timestamping): Promise<Buffer> {
  class SealSigner extends Signer {
    override sign(content: Buffer): Promise<Buffer> {
      return signDetached(content, seal, timestamp);
    }
  }
  return new SignPdf().sign(pdf, new SealSigner());
}

export interface SealVerdict {
  ok: boolean;
  reasons: Rejection[];
  signer: X509Certificate | null;
  /** The time of sealing that the signature dictionary claims. */
  claimedAt: Date | null;
  /** The time stamp of an authority (PAdES B-T); null when there is none, or none that can be read. */
  timestamp: { at: Date; authority: string; reasons: Rejection[] } | null;
}

/**
 * Whether a PDF is as it was when sealed, by a certificate under one of the roots (PEM) that was valid at the time of the time stamp or, without
 * one, at the claimed time. Never throws for anything in the file.
 */
export function verifySealedPdf(
  pdf: Buffer,
  roots: readonly string[],
  timestampRoots: readonly string[] = roots,
): SealVerdict {
  const none = { signer: null, claimedAt: null, timestamp: null };
  const text = pdf.toString('latin1');
  const ranges = [...text.matchAll(/\/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]/g)];
  const range = ranges[0]?.slice(1).map(Number) as [number, number, number, number] | undefined;
  if (!range) return { ok: false, reasons: [rejection('PDF_UNSIGNED')], ...none };
  const [start, before, after, rest] = range;
  const hex = text.slice(before, after);
  // One signature, over everything but its own value: else text could be added in a gap or in a later revision of the file.
  if (ranges.length !== 1 || start !== 0 || after + rest !== pdf.length || !/^<[0-9a-fA-F]+>$/.test(hex)) {
    return { ok: false, reasons: [rejection('PDF_RANGE_INVALID', range.join(' '))], ...none };
  }
  const claimedAt = claimedTime(text, before);
  const content = Buffer.concat([pdf.subarray(0, before), pdf.subarray(after)]);
  const value = Buffer.from(hex.slice(1, -1), 'hex');
  const cms = unpad(value);
  if (value.length > SIGNATURE_MAX_BYTES || value.subarray(cms.length).some((byte) => byte !== 0))
    return { ok: false, reasons: [rejection('PDF_SEAL_MALFORMED', 'more than a signature')], ...none };
  const stamp = timestampOf(cms, timestampRoots);
  const at = stamp?.at && stamp.reasons.length === 0 ? stamp.at : claimedAt;
  const { reasons, signer } = verifyDetached(cms, content, { roots, at: at ?? new Date(Number.NaN) });
  if (!claimedAt) reasons.push(rejection('PDF_SEAL_MALFORMED', 'no time of signing'));
  if (stamp) reasons.push(...stamp.reasons);
  if (stamp?.at && claimedAt && Math.abs(stamp.at.getTime() - claimedAt.getTime()) > CLAIM_TOLERANCE_MS)
    reasons.push(rejection('PDF_TIMESTAMP_CONTRADICTS', `${stamp.at.toISOString()} / ${claimedAt.toISOString()}`));
  const timestamp = stamp?.at ? { at: stamp.at, authority: nameOf(stamp.authority), reasons: stamp.reasons } : null;
  return { ok: reasons.length === 0, reasons, signer, claimedAt, timestamp };
}

/** The signature's time stamp; undefined when it has none. */
function timestampOf(cms: Buffer, roots: readonly string[]) {
  try {
    const { timestamp, signature } = readCms(cms);
    return timestamp ? verifyTimestamp(timestamp, signature, roots) : undefined;
  } catch {
    return undefined; // what cannot be read is said of the signature itself
  }
}

const nameOf = (certificate: X509Certificate | null): string => certificate?.subject.replaceAll('\n', ', ') ?? '';

/** `M` of the signature dictionary, that is, of the object in which the signature stands. */
function claimedTime(text: string, signatureAt: number): Date | null {
  const object = text.slice(text.lastIndexOf(' obj', signatureAt), text.indexOf('endobj', signatureAt));
  const [, y, mo, d, h, mi, s] = /\/M \(D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z\)/.exec(object) ?? [];
  const time = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
  return Number.isNaN(time) ? null : new Date(time);
}

/** The value without the zeros that fill the reserved room: its DER header tells its length. */
function unpad(value: Buffer): Buffer {
  const lengthBytes = value[1] !== undefined && value[1] > 0x80 && value[1] <= 0x84 ? value[1] - 0x80 : 0;
  if (lengthBytes === 0 || value.length < 2 + lengthBytes) return value;
  return value.subarray(0, 2 + lengthBytes + value.readUIntBE(2, lengthBytes));
}
