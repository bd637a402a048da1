import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseCheckpoint, formatCheckpoint, type Checkpoint } from '@app/tlog';

/**
 * What this log's key signed last, kept outside the database: a database restored from a backup, or rewritten, must not
 * get a second history signed. The file holds the text of a checkpoint (c2sp.org/tlog-checkpoint).
 */
export class LastSigned {
  constructor(private readonly path: string) {}

  async read(): Promise<Checkpoint | undefined> {
    try {
      return parseCheckpoint(await readFile(this.path, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Durable when it returns: the file and its name are synced. */
  async write(checkpoint: Checkpoint): Promise<void> {
    const folder = dirname(this.path);
    await mkdir(folder, { recursive: true });
    const draft = `${this.path}.${process.pid}`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(formatCheckpoint(checkpoint));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.path);
    const directory = await open(folder);
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }
}
