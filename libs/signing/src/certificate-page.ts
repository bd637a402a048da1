import { createRequire } from 'node:module';
import type { BitMatrix } from 'qrcode';
import { background, INK, PAGE, seal, SEAL_RADIUS } from './certificate-art.js';
import { addSignatureField } from './sealed-pdf.js';

export interface CertificateDocument {
  title: { zh: string; en: string };
  number: string;
  /** The sentence under the number: what is certified. */
  statement?: { zh: string; en: string };
  fields: readonly { zh: string; en: string; value: string }[];
  remarks?: readonly string[];
  registrar: { zh: string; en: string };
  /** UTC, RFC 3339; printed in Beijing time. */
  evidenceTime: string;
  verificationUrl: string;
  footer?: { zh: string; en: string };
  /** Files inside the PDF, such as the credential as JWT; covered by the seal. */
  attachments?: readonly { name: string; type: string; bytes: Uint8Array }[];
}

type Doc = PDFKit.PDFDocument;

const { left, right, top, bottom } = PAGE;
const width = right - left;
const font = (path: string) => createRequire(import.meta.url).resolve(`@expo-google-fonts/noto-sans-sc/${path}`);
const FOOT_HEIGHT = 142;

/**
 * The certificate as an A4 PDF with an empty signature field under the printed seal, to be filled by `sealPdf`. The same document and time give the same
 * bytes.
 */
export async function renderCertificate(document: CertificateDocument, sealedAt: Date): Promise<Buffer> {
  const { title, registrar, number } = document;
  // Only who draws waits for what draws: it takes longer to load than all that verifies.
  const [{ default: PDFDocument }, { default: QRCode }] = await Promise.all([import('pdfkit'), import('qrcode')]);
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    bufferPages: true,
    pdfVersion: '1.7',
    lang: 'zh-CN',
    displayTitle: true,
    info: {
      Title: `${title.zh} ${title.en} ${number}`,
      Author: `${registrar.zh} ${registrar.en}`,
      CreationDate: sealedAt,
      ModDate: sealedAt,
    },
  });
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const finished = new Promise<void>((resolve, reject) => doc.on('end', resolve).on('error', reject));
  doc.registerFont('regular', font('400Regular/NotoSansSC_400Regular.ttf'));
  doc.registerFont('bold', font('700Bold/NotoSansSC_700Bold.ttf'));

  background(doc);
  let y = heading(doc, document);
  y = table(doc, document, y);
  y = remarks(doc, document.remarks ?? [], y);
  const { modules } = QRCode.create(document.verificationUrl, { errorCorrectionLevel: 'M' });
  foot(doc, document, y, sealedAt, modules);
  pageNumbers(doc, document);
  for (const { name, type, bytes } of document.attachments ?? []) {
    const dates = { creationDate: sealedAt, modifiedDate: sealedAt };
    doc.file(Buffer.from(bytes), {
      name,
      type,
      ...dates,
      relationship: 'Source',
    } as PDFKit.Mixins.PDFAttachmentOptions);
  }
  doc.end();
  await finished;
  return Buffer.concat(chunks);
}

function heading(doc: Doc, { title, number, statement }: CertificateDocument): number {
  const centred = { width, align: 'center' } as const;
  doc
    .font('bold')
    .fontSize(29)
    .fillColor(INK.red)
    .text(title.zh, left, top, { ...centred, characterSpacing: 6 });
  doc.font('regular').fontSize(9.5).fillColor(INK.gold);
  doc.text(title.en.toUpperCase(), left, top + 43, { ...centred, characterSpacing: 1.6 });
  const rule = top + 65;
  doc
    .lineWidth(0.7)
    .strokeColor(INK.gold)
    .moveTo(left + 90, rule)
    .lineTo(right - 90, rule)
    .stroke();
  doc.polygon(...diamond(left + width / 2, rule, 4)).fill(INK.gold);
  doc
    .font('regular')
    .fontSize(8)
    .fillColor(INK.grey)
    .text('编号 No.', left, rule + 14, { ...centred });
  doc
    .font('bold')
    .fontSize(14)
    .fillColor(INK.black)
    .text(number, left, rule + 25, { ...centred, characterSpacing: 1.5 });
  let y = rule + 54;
  if (statement) {
    doc
      .font('regular')
      .fontSize(9.5)
      .fillColor(INK.black)
      .text(statement.zh, left, y, { ...centred, lineGap: 2 });
    doc
      .fontSize(7.5)
      .fillColor(INK.grey)
      .text(statement.en, left, doc.y + 1, { ...centred, lineGap: 1 });
    y = doc.y + 10;
  }
  return y;
}

function diamond(x: number, y: number, r: number): [number, number][] {
  return [[x - r, y], [x, y - r], [x + r, y], [x, y + r]]; // prettier-ignore
}

const LABEL = 84;
const PAD = 5;

/** Rows of label and value; two short fields that follow each other share a row. */
function table(doc: Doc, { fields }: CertificateDocument, start: number): number {
  const half = width / 2;
  const short = (value: string) =>
    doc.font('regular').fontSize(9.5).widthOfString(value) <= half - LABEL - 2 * PAD && !value.includes('\n');
  let y = start;
  line(doc, y);
  for (let i = 0; i < fields.length; i++) {
    const [field, next] = [fields[i]!, fields[i + 1]];
    const pair = next && short(field.value) && short(next.value);
    const cells = pair ? [field, next] : [field];
    if (pair) i++;
    const cellWidth = width / cells.length;
    const height = Math.max(...cells.map((cell) => cellHeight(doc, cell, cellWidth)));
    y = roomFor(doc, y, height);
    cells.forEach((cell, column) => drawCell(doc, cell, left + column * cellWidth, y, cellWidth, height));
    y += height;
    line(doc, y);
  }
  return y;
}

type Field = CertificateDocument['fields'][number];

const valueOptions = (cellWidth: number) => ({ width: cellWidth - LABEL - 2 * PAD, lineGap: 1.5 });

function cellHeight(doc: Doc, { en, value }: Field, cellWidth: number): number {
  const label =
    10 +
    doc
      .font('regular')
      .fontSize(6)
      .heightOfString(en, { width: LABEL - PAD });
  return Math.max(label, doc.fontSize(9.5).heightOfString(value || '—', valueOptions(cellWidth))) + 2 * PAD - 2;
}

function drawCell(doc: Doc, { zh, en, value }: Field, x: number, y: number, cellWidth: number, height: number): void {
  doc.rect(x, y, LABEL, height).fillOpacity(0.5).fill(INK.paper).fillOpacity(1);
  doc
    .font('bold')
    .fontSize(8)
    .fillColor(INK.black)
    .text(zh, x + PAD, y + PAD - 2, { width: LABEL - PAD });
  doc
    .font('regular')
    .fontSize(6)
    .fillColor(INK.grey)
    .text(en, x + PAD, y + PAD + 9, { width: LABEL - PAD });
  doc
    .fontSize(9.5)
    .fillColor(INK.black)
    .text(value || '—', x + LABEL + PAD, y + PAD, valueOptions(cellWidth));
}

function line(doc: Doc, y: number): void {
  doc.lineWidth(0.4).strokeColor(INK.line).moveTo(left, y).lineTo(right, y).stroke();
}

/** `y`, or the top of a new page if the height does not fit on this one. */
function roomFor(doc: Doc, y: number, height: number): number {
  if (y + height <= bottom) return y;
  doc.addPage();
  background(doc);
  line(doc, top);
  return top;
}

function remarks(doc: Doc, items: readonly string[], y: number): number {
  if (items.length === 0) return y;
  const value = items.map((item, i) => (items.length > 1 ? `${i + 1}. ${item}` : item)).join('\n');
  const cell = { zh: '备注', en: 'Remarks', value };
  const height = cellHeight(doc, cell, width);
  const at = roomFor(doc, y, height);
  drawCell(doc, cell, left, at, width, height);
  line(doc, at + height);
  return at + height;
}

/** QR code on the left; registrar, evidence time and seal on the right, always at the bottom of the last page. */
function foot(doc: Doc, document: CertificateDocument, used: number, sealedAt: Date, qr: BitMatrix): void {
  const { registrar, evidenceTime, verificationUrl } = document;
  if (used + 12 + FOOT_HEIGHT > bottom) {
    doc.addPage();
    background(doc);
  }
  const y = bottom - FOOT_HEIGHT;
  const size = 92;
  qrCode(doc, qr, left + 4, y + 8, size);
  doc
    .font('bold')
    .fontSize(8)
    .fillColor(INK.black)
    .text('扫码核验 Scan to verify', left + 4, y + size + 14);
  const urlWidth = width / 2;
  doc
    .font('regular')
    .fontSize(6)
    .fillColor(INK.grey)
    .text(verificationUrl, left + 4, doc.y + 2, { width: urlWidth });

  const centre = { x: right - SEAL_RADIUS - 6, y: y + 66 };
  const column = { width: 220, align: 'right' } as const;
  const x = centre.x - SEAL_RADIUS + 5 - column.width; // the stamp just touches the names, as is the custom
  doc
    .font('regular')
    .fontSize(8)
    .fillColor(INK.grey)
    .text('登记机构 Registrar', x, y + 20, column);
  doc
    .font('bold')
    .fontSize(12)
    .fillColor(INK.black)
    .text(registrar.zh, x, doc.y + 1, column);
  doc.font('regular').fontSize(7.5).fillColor(INK.grey).text(registrar.en, x, doc.y, column);
  doc.fontSize(8).text('存证时间 Evidence time', x, doc.y + 9, column);
  doc
    .font('bold')
    .fontSize(9.5)
    .fillColor(INK.black)
    .text(beijingTime(evidenceTime), x, doc.y + 1, column);
  seal(doc, centre, registrar.zh);
  const corner = [centre.x - SEAL_RADIUS, centre.y - SEAL_RADIUS] as const;
  const signature = { signer: registrar.zh, reason: `${document.title.zh} ${document.number}`, at: sealedAt };
  addSignatureField(doc, [...corner, 2 * SEAL_RADIUS, 2 * SEAL_RADIUS], signature);
}

function qrCode(doc: Doc, modules: BitMatrix, x: number, y: number, size: number): void {
  const unit = size / modules.size;
  doc.rect(x - 4, y - 4, size + 8, size + 8).fill('#fff');
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      if (modules.get(row, column)) doc.rect(x + column * unit, y + row * unit, unit, unit);
    }
  }
  doc.fill(INK.black); // one path, so that no hairline shows between neighbours
}

function pageNumbers(doc: Doc, { footer, number }: CertificateDocument): void {
  const { count } = doc.bufferedPageRange();
  const centred = { width, align: 'center' } as const;
  for (let page = 0; page < count; page++) {
    doc.switchToPage(page);
    doc.font('regular').fontSize(6.5).fillColor(INK.grey);
    if (footer) doc.text(`${footer.zh}  ${footer.en}`, left, bottom + 8, centred);
    if (count > 1) doc.text(`${number}  ·  ${page + 1} / ${count}`, left, bottom + 18, centred);
  }
}

/** China has had one time zone without daylight saving since 1991; written out so that no locale data decide. */
export function beijingTime(utc: string): string {
  const local = new Date(Date.parse(utc) + 8 * 3_600_000).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)} (UTC+8)`;
}
