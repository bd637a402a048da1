import { deflateSync } from 'node:zlib';
import { pdfAttachments } from './pdf-attachments.js';

const EMBEDDED = '/Type /EmbeddedFile';
const PACKED = `${EMBEDDED} /Filter /FlateDecode`;
const content = Buffer.from('a.b.c');

/** The part of a PDF that has one file inside. */
function found(dictionary: string, bytes: Buffer, length: number | null = bytes.length): string | undefined {
  const head = `%PDF-1.7\n9 0 obj\n<<${dictionary}${length === null ? '' : ` /Length ${length}`}>>\nstream\n`;
  const spec = '\nendstream\nendobj\n<</Type /Filespec\n/F (a)\n/EF <<\n/F 9 0 R\n>>>>\n';
  return pdfAttachments(Buffer.concat([Buffer.from(head), bytes, Buffer.from(spec)]))
    .get('a')
    ?.toString();
}

it('a file inside a PDF is found, packed or not', () => {
  expect(found(EMBEDDED, content)).toBe('a.b.c');
  expect(found(PACKED, deflateSync(content))).toBe('a.b.c');
});

it('what is no file, not whole, broken or too long is not found', () => {
  expect(found('/Type /Metadata', content)).toBeUndefined();
  expect(found(EMBEDDED, content, null)).toBeUndefined();
  expect(found(EMBEDDED, content, 1000)).toBeUndefined();
  expect(found(PACKED, content)).toBeUndefined();
  const long = Buffer.alloc(2_000_001, 'a');
  expect(found(EMBEDDED, long.subarray(1))).toHaveLength(2_000_000);
  expect(found(EMBEDDED, long)).toBeUndefined();
  expect(found(PACKED, deflateSync(long))).toBeUndefined();
});
