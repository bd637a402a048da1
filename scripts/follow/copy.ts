import { createReadStream } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { shanghaiDate } from '@app/calendar';
import { syncFolder } from '@app/tlog';
import { readEntry, START, type Entry, type Place } from './entry.js';

const SUFFIX = '.jsonl';
const NEWLINE = 0x0a;
/** Longer than any two lines. */
const TAIL_BYTES = 1 << 26;

/**
 * The events in append-only files, one line each, one file for each day in Asia/Shanghai. A file never gets an event after the
 * next one was begun: read one after the other, they give the feed in its order.
 */
export class Copy {
  private constructor(
    private readonly folder: string,
    private day: string,
    /** The last entry that is on the disk. */
    public last: Place,
  ) {}

  /** @param told hears of a line that was cut off, by a kill or a loss of power: it is removed and comes again */
  static async open(dir: string, told: (cut: string) => void): Promise<Copy> {
    const folder = join(dir, 'events');
    await mkdir(folder, { recursive: true });
    const days = await daysIn(folder);
    let last: Place = START;
    for (const day of days.toReversed()) {
      const line = await repaired(join(folder, day + SUFFIX), () => told(day));
      if (line === '') continue;
      last = readEntry(line);
      break;
    }
    return new Copy(folder, days.at(-1) ?? '', last);
  }

  /** On the disk when this returns. They must follow the last. */
  async append(entries: readonly Entry[]): Promise<void> {
    for (let at = 0; at < entries.length;) {
      const day = this.dayOf(entries[at]!);
      let end = at + 1;
      while (end < entries.length && this.dayOf(entries[end]!, day) === day) end += 1;
      const part = entries.slice(at, end);
      const file = await open(join(this.folder, day + SUFFIX), 'a');
      try {
        await file.writeFile(part.map(({ text }) => `${text}\n`).join(''));
        await file.sync();
      } finally {
        await file.close();
      }
      if (day !== this.day) await syncFolder(this.folder);
      this.day = day;
      this.last = part.at(-1)!;
      at = end;
    }
  }

  /** All entries after this position, each checked in itself. @throws Fault */
  async *entries(after = 0): AsyncGenerator<Entry> {
    const days = await daysIn(this.folder);
    const starts = await Promise.all(days.map((day) => firstPosition(join(this.folder, day + SUFFIX))));
    const from = starts.findLastIndex((start) => start <= after + 1);
    for (const day of days.slice(Math.max(0, from)))
      for await (const line of linesOf(createReadStream(join(this.folder, day + SUFFIX)))) {
        const entry = readEntry(line);
        if (entry.position > after) yield entry;
      }
  }

  private dayOf({ event }: Entry, atLeast = this.day): string {
    const day = shanghaiDate(new Date(event.time));
    return day > atLeast ? day : atLeast;
  }
}

/** Lines as they end with LF; what follows the last one too. (readline would also split at U+2028, which JSON may hold.) */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let at = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, at)) {
      yield Buffer.concat([...rest, chunk.subarray(at, end)]).toString();
      rest = [];
      at = end + 1;
    }
    if (at < chunk.length) rest.push(chunk.subarray(at));
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString();
}

const daysIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder))
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => name.slice(0, -SUFFIX.length))
    .toSorted();

/** The file's last line, '' for none, after what follows its last newline was cut off. */
async function repaired(path: string, told: () => void): Promise<string> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    const tail = buffer.subarray(0, bytesRead);
    const end = tail.lastIndexOf(NEWLINE) + 1;
    if (end < tail.length) {
      told();
      await file.truncate(from + end);
      await file.sync();
    }
    return tail.subarray(tail.lastIndexOf(NEWLINE, end - 2) + 1, Math.max(0, end - 1)).toString();
  } finally {
    await file.close();
  }
}

async function firstPosition(path: string): Promise<number> {
  for await (const line of linesOf(createReadStream(path))) return readEntry(line).position;
  return Infinity;
}
