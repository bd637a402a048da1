import { inflateSync } from 'node:zlib';

/** No attachment of ours is longer; a small file must not fill the memory. */
const ATTACHMENT_MAX_BYTES = 2_000_000;
const ATTACHMENTS_MAX = 20;
const FILE_SPEC = '/Type /Filespec';
const NAME_AND_OBJECT =
  /^(?!\w)[^]{0,200}?\/F \(([\x20-\x27\x2a-\x5b\x5d-\x7e]{1,100})\)\s*\/EF <<\s*\/F (\d{1,7}) 0 R\s*>>/;

/**
 * The files inside a PDF as this library writes it: plain objects, streams with a direct length, no object streams. Whatever is written
 * otherwise is not found; nothing is thrown.
 */
export function pdfAttachments(pdf: Buffer): Map<string, Buffer> {
  const text = pdf.toString('latin1');
  const found = new Map<string, Buffer>();
  let at = text.indexOf(FILE_SPEC);
  // Counted whether there is anything or not: each is looked for in the whole file.
  for (let looked = 0; at >= 0 && looked < ATTACHMENTS_MAX; looked++) {
    const [, name, number] = NAME_AND_OBJECT.exec(text.slice(at + FILE_SPEC.length, at + 600)) ?? [];
    const bytes = number === undefined ? undefined : streamOf(pdf, text, number);
    if (bytes) found.set(name!, bytes);
    at = text.indexOf(FILE_SPEC, at + 1);
  }
  return found;
}

function streamOf(pdf: Buffer, text: string, number: string): Buffer | undefined {
  const begin = text.indexOf(`\n${number} 0 obj\n`);
  const head = begin < 0 ? undefined : /^\n\d+ 0 obj\n(<<[^]{0,600}?)\nstream\n/.exec(text.slice(begin, begin + 700));
  const length = Number(/\/Length (\d{1,8})\b/.exec(head?.[1] ?? '')?.[1]);
  if (!head || !/\/Type \/EmbeddedFile\b/.test(head[1]!)) return undefined;
  const at = begin + head[0].length;
  const raw = pdf.subarray(at, at + length);
  if (raw.length !== length || length > ATTACHMENT_MAX_BYTES) return undefined;
  if (!/\/Filter \/FlateDecode\b/.test(head[1]!)) return raw;
  try {
    return inflateSync(raw, { maxOutputLength: ATTACHMENT_MAX_BYTES });
  } catch {
    return undefined;
  }
}
