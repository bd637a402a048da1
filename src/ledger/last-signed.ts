import { randomBytes } from 'node:crypto';
import * as fileSystem from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatCheckpoint, parseCheckpoint, type Checkpoint } from '@app/tlog';
import { MovedOn } from './log-signer.js';

export interface Remembered {
  /** Place of this entry: every one that is remembered gets the next. */
  readonly place: number;
  readonly checkpoint: Checkpoint;
}

export type Files = Pick<typeof fileSystem, 'link' | 'mkdir' | 'open' | 'readdir' | 'readFile' | 'rm'>;

/**
 * What a log's keys signed last, kept outside the database: a database restored from a backup, or rewritten, must not get a
 * second history signed. A folder with one file for each entry, named by its place, that holds the text of a checkpoint
 * (c2sp.org/tlog-checkpoint); the highest counts. Several processes may share the folder: a place is taken by a hard link,
 * which fails when the name exists, so of two that go on from the same entry one loses, and no lock is left behind by a crash.
 */
export class LastSigned {
  /** @param earlier the one file in which it was kept before */
  constructor(
    private readonly folder: string,
    private readonly earlier?: string,
    private readonly files: Files = fileSystem,
  ) {}

  async read(): Promise<Remembered | undefined> {
    for (;;) {
      const place = (await this.places()).at(-1);
      const path = place === undefined ? this.earlier : this.pathOf(place);
      const text = path === undefined ? undefined : await this.files.readFile(path, 'utf8').catch(ifAbsent);
      if (text !== undefined) return { place: place ?? 0, checkpoint: parseCheckpoint(text) };
      if (place === undefined) return undefined;
      // Removed since it was listed: there is a newer one.
    }
  }

  /**
   * Remembers `next` in the place after `previous`, durably when it returns: the file and its name are synced.
   * Throws MovedOn when `previous` is not the newest any more.
   */
  async replace(previous: Remembered | undefined, next: Checkpoint): Promise<void> {
    const place = (previous?.place ?? 0) + 1;
    const made = await this.files.mkdir(this.folder, { recursive: true });
    if (made !== undefined) await this.sync(dirname(made));
    const draft = join(this.folder, `.draft-${randomBytes(6).toString('hex')}`);
    try {
      await this.writeSynced(draft, formatCheckpoint(next));
      await this.files.link(draft, this.pathOf(place)).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'EEXIST' ? new MovedOn(`place ${place} is taken`) : error;
      });
    } finally {
      await this.files.rm(draft, { force: true });
    }
    await this.sync(this.folder);
    // The highest is never removed, so whoever took a place that had been used and removed sees it here.
    const places = await this.places();
    if (places.at(-1) !== place) throw new MovedOn(`place ${places.at(-1)} is taken`);
    if (this.earlier) await this.files.rm(this.earlier, { force: true });
    for (const old of places.slice(0, -2)) await this.files.rm(this.pathOf(old), { force: true });
  }

  /** Makes the newest durable also where whoever remembered it was not told whether it is. */
  confirm(): Promise<void> {
    return this.sync(this.folder).catch(ifAbsent);
  }

  private async places(): Promise<number[]> {
    const names = (await this.files.readdir(this.folder).catch(ifAbsent)) ?? [];
    return names
      .filter((name) => /^\d{12}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  private pathOf(place: number): string {
    return join(this.folder, String(place).padStart(12, '0'));
  }

  private async writeSynced(path: string, text: string): Promise<void> {
    const file = await this.files.open(path, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Makes the names in a folder durable. */
  private async sync(path: string): Promise<void> {
    const folder = await this.files.open(path);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

function ifAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
