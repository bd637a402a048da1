import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Refusal } from '../platform/refusal.js';

/** What the bytes are, whatever the file is called. */
export type DataFile =
  | { readonly format: 'PARQUET' }
  | { readonly format: 'JSON'; readonly shape: 'array' | 'auto' }
  | { readonly format: 'CSV'; readonly delimiter: string; readonly rows: number };

const CHUNK = 1 << 20;
const [LF, CR, QUOTE, BRACKET] = [0x0a, 0x0d, 0x22, 0x5d];
const BOM = Buffer.from('\ufeff');

export const unreadable = (zh: string, en: string): Refusal =>
  new Refusal('registration/unreadable-file', {}, [{ pointer: '/fileId', zh, en }]);

/**
 * Reads the whole file once and says what it is: Parquet by its magic, JSON by its first character, else CSV (RFC 4180).
 * Text must be UTF-8. Done here because a CSV reader guesses: it takes UTF-16 for text full of NULs, and chooses another
 * delimiter when a row is too short.
 * @throws Refusal registration/unreadable-file with the place that is wrong
 */
export async function inspect(path: string): Promise<DataFile> {
  const head = await firstBytes(path);
  if (head.length === 0) throw unreadable('文件是空的', 'the file is empty');
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') return { format: 'PARQUET' };
  const start = head.subarray(0, 3).equals(BOM) ? 3 : 0;
  const first = /^\s*([[{])?/.exec(head.toString('latin1', start))![1];
  const delimiter = first === undefined ? delimiterOf(head.subarray(start)) : undefined;
  const csv = delimiter === undefined ? undefined : new CsvScanner(delimiter.charCodeAt(0));
  let [offset, tail, last] = [0, Buffer.alloc(0), 0];
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([tail, chunk]);
    const whole = bytes.length - unfinished(bytes);
    if (!isUtf8(bytes.subarray(0, whole))) throw notUtf8(offset - tail.length + validPrefix(bytes));
    const nul = chunk.indexOf(0);
    if (nul >= 0) throw unreadable(`第 ${offset + nul} 字节为 NUL,不是文本`, `byte ${offset + nul} is NUL: not text`);
    csv?.feed(offset === 0 ? chunk.subarray(start) : chunk);
    last = lastVisible(chunk) ?? last;
    tail = bytes.subarray(whole);
    offset += chunk.length;
  }
  if (tail.length > 0) throw notUtf8(offset - tail.length);
  if (csv) return { format: 'CSV', delimiter: delimiter!, rows: csv.end() };
  // A reader takes a list that breaks off after a comma for a whole one.
  if (first === '[' && last !== BRACKET) throw unreadable('JSON 列表没有结束', 'the JSON list is not closed');
  return { format: 'JSON', shape: first === '[' ? 'array' : 'auto' };
}

const notUtf8 = (at: number): Refusal =>
  unreadable(
    `第 ${at} 字节起不是 UTF-8 编码;请另存为 UTF-8 后重新上传`,
    `not UTF-8 from byte ${at}: save it as UTF-8 and upload again`,
  );

const lastVisible = (bytes: Buffer): number | undefined => bytes.findLast((byte) => byte > 0x20);

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** How many bytes at the end begin a character that the next chunk may finish. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** The number of bytes before the first that is wrong, by bisection. */
function validPrefix(bytes: Buffer): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const prefix = bytes.subarray(0, middle);
    if (isUtf8(prefix.subarray(0, middle - unfinished(prefix)))) good = middle;
    else bad = middle;
  }
  return good - unfinished(bytes.subarray(0, good));
}

/** The one of `,` `;` tab `|` that stands most often in the header outside quotes. */
function delimiterOf(head: Buffer): string {
  const header = /^(?:[^"\r\n]|"(?:[^"]|"")*")*/.exec(head.toString('utf8'))![0].replace(/"(?:[^"]|"")*"/g, '');
  const counts = [',', ';', '\t', '|'].map((c) => [c, header.split(c).length] as const);
  return counts.reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

/** Counts the records of RFC 4180 and refuses what a reader would have to guess. Blank lines count only in a single column. */
class CsvScanner {
  private state: 'start' | 'plain' | 'quoted' | 'closing' = 'start';
  private line = 1;
  private recordLine = 1;
  private fields = 1;
  private blank = true;
  private afterCr = false;
  private newline: string | undefined;
  private width: number | undefined;
  private rows = 0;

  constructor(private readonly delimiter: number) {}

  feed(chunk: Buffer): void {
    for (let i = 0; i < chunk.length; i += 1) this.take(chunk[i]!);
  }

  end(): number {
    if (this.state === 'quoted')
      throw unreadable(`第 ${this.recordLine} 行的引号没有闭合`, `a quote in line ${this.recordLine} is never closed`);
    if (this.afterCr) this.endLine('\r');
    if (!this.blank || this.fields > 1) this.endRecord();
    return this.rows;
  }

  private take(byte: number): void {
    if (this.state === 'quoted') {
      if (byte === QUOTE) this.state = 'closing';
      else if (byte === LF) this.line += 1;
      return;
    }
    if (this.afterCr) {
      this.afterCr = false;
      this.endLine(byte === LF ? '\r\n' : '\r');
      if (byte === LF) return;
    }
    if (byte === LF) this.endLine('\n');
    else if (byte === CR) this.afterCr = true;
    else if (byte === this.delimiter) [this.fields, this.state] = [this.fields + 1, 'start'];
    else if (this.state === 'closing' && byte !== QUOTE)
      throw unreadable(`第 ${this.line} 行的引号之后还有内容`, `line ${this.line}: text after a closing quote`);
    else {
      this.state = byte === QUOTE && this.state !== 'plain' ? 'quoted' : 'plain';
      this.blank = false;
    }
  }

  private endLine(newline: string): void {
    if ((this.newline ??= newline) !== newline)
      throw unreadable(
        `第 ${this.line} 行的换行符与前文不同`,
        `line ${this.line} ends differently from those before it`,
      );
    this.endRecord();
    this.line += 1;
    [this.state, this.fields, this.blank, this.recordLine] = ['start', 1, true, this.line];
  }

  private endRecord(): void {
    const [line, fields, width] = [this.recordLine, this.fields, this.width];
    if (width === undefined) {
      if (this.blank && fields === 1) throw unreadable('第一行不是表头', 'the first line is no header');
      this.width = fields;
    } else if (fields === width) this.rows += 1;
    else if (!this.blank || fields > 1)
      throw unreadable(
        `第 ${line} 行有 ${fields} 列,表头有 ${width} 列`,
        `line ${line} has ${fields} fields, the header has ${width}`,
      );
  }
}
