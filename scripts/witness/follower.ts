import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  addSignatures,
  askWitness,
  consistencyProof,
  continues,
  folderSource,
  ForkError,
  mirror,
  nodeReader,
  openCheckpoint,
  parseCheckpoint,
  parseCosignerVkey,
  parseVkey,
  readIfThere,
  splitNote,
  tilePath,
  TlogError,
  urlSource,
  writeWhole,
  addCheckpoint,
  type Checkpoint,
  type ReadTile,
  type Source,
  type WitnessAnswer,
} from '@app/tlog';
import { progressOn, type Terminal } from '../terminal.js';
import type { Keeper } from './keeper.js';

const LONGEST_PAUSE_MS = 60_000;

export interface FollowerOptions {
  readonly url: string;
  readonly everyMs: number;
  readonly cosign: boolean;
}

/** Keeps a full, proven copy of a log in `folder`, and cosigns what it holds and nothing else. */
export class Follower {
  private cosigned: string | undefined;
  private running: Promise<number> | undefined;
  private said = '';

  constructor(
    readonly folder: string,
    private readonly origin: string,
    private readonly keeper: Keeper,
    private readonly options: FollowerOptions,
    private readonly terminal: Terminal,
    private readonly signal: AbortSignal,
  ) {}

  /** Copies what is new; answers how many entries that was. A copy under way is joined. */
  copy(): Promise<number> {
    this.running ??= this.copyOnce().finally(() => (this.running = undefined));
    return this.running;
  }

  /** Until it is stopped. Failures are told once, and tried again after growing pauses. */
  async follow(): Promise<void> {
    let failures = 0;
    while (!this.signal.aborted) {
      try {
        await this.copy();
        failures = 0;
        this.said = '';
      } catch (error) {
        failures += 1;
        if (!this.signal.aborted) this.say((error as Error).message);
      }
      const pause = Math.min(this.options.everyMs * 2 ** Math.min(failures, 10), LONGEST_PAUSE_MS);
      const wait = failures === 0 ? this.options.everyMs : pause;
      await sleep(wait, undefined, { signal: this.signal }).catch(() => undefined);
    }
  }

  /** The checkpoint of the copy, with our cosignature when we gave one. */
  async checkpoint(): Promise<string | undefined> {
    const note = (await readIfThere(join(this.folder, 'checkpoint')))?.toString();
    if (note === undefined || this.cosigned === undefined) return note;
    return splitNote(this.cosigned).text === splitNote(note).text ? this.cosigned : note;
  }

  /** c2sp.org/tlog-witness, but only for trees that are in the copy. */
  async addCheckpoint(body: Buffer): Promise<WitnessAnswer> {
    const asked = checkpointIn(body);
    if (asked && asked.origin === this.origin && !(await this.holds(asked))) {
      // A copy under way may have asked the log before this tree was published.
      await this.running?.catch(() => undefined);
      await this.copy().catch(() => undefined);
      if (!(await this.holds(asked)))
        return {
          status: 503,
          contentType: 'text/plain; charset=utf-8',
          body: '尚未复制该树 / this tree is not in the copy yet\n',
        };
    }
    return addCheckpoint(body, this.keeper.witness);
  }

  private async copyOnce(): Promise<number> {
    const { keeper, origin, folder, signal } = this;
    const vkeys = keeper.logs.get(origin)!;
    const remote = urlSource(this.options.url);
    const source: Source = (path, maxBytes) => {
      signal.throwIfAborted();
      return remote(path, maxBytes);
    };
    const progress = progressOn(this.terminal);
    try {
      const { checkpoint, from } = await mirror(source, folder, vkeys, { origin, onProgress: progress });
      await writeWhole(join(folder, 'key'), vkeys.map((vkey) => `${vkey}\n`).join(''));
      if (this.options.cosign) await this.cosign(checkpoint);
      const copied = checkpoint.size - from;
      if (copied > 0) this.terminal.write(`已复制 / copied  ${checkpoint.size} (+${copied})\n`);
      return copied;
    } catch (error) {
      if (error instanceof ForkError) await keeper.onFork(error.ours, error.theirs);
      if (error instanceof TlogError && error.message === 'no signature by a known key')
        throw new Error(
          '检查点未由已知公钥签署;日志若更换了密钥,请核实后用 --log 加入新公钥\n' +
            'the checkpoint is signed by no known key; if the log changed its key, check that and add the new one with --log',
          { cause: error },
        );
      throw error;
    } finally {
      progress.end();
    }
  }

  /** Through the same door as everybody: what the witness remembers decides. */
  private async cosign({ size }: Checkpoint): Promise<void> {
    const { cosigner, witness } = this.keeper;
    const note = (await readIfThere(join(this.folder, 'checkpoint')))!.toString();
    if (this.cosigned !== undefined && splitNote(this.cosigned).text === splitNote(note).text) return;
    const readTile: ReadTile = async (tile) => (await folderSource(this.folder)(tilePath(tile), 8192))!;
    const prove = (old: number): Promise<Buffer[]> => consistencyProof(old, size, nodeReader(size, readTile));
    const client = {
      verifiers: [parseCosignerVkey(cosigner.vkey)],
      post: (body: string): Promise<WitnessAnswer> => addCheckpoint(body, witness),
    };
    this.cosigned = addSignatures(note, await askWitness(note, client, size, prove));
  }

  private async holds(asked: Checkpoint): Promise<boolean> {
    const note = await readIfThere(join(this.folder, 'checkpoint'));
    if (!note) return false;
    const vkeys = this.keeper.logs.get(this.origin)!;
    const { checkpoint } = openCheckpoint(note, vkeys.map(parseVkey));
    return asked.size <= checkpoint.size && continues(asked, checkpoint, this.folder);
  }

  private say(message: string): void {
    if (message !== this.said) this.terminal.write(`错误 / error   ${message}\n`);
    this.said = message;
  }
}

/** Undefined for what {@link addCheckpoint} will refuse anyway. */
function checkpointIn(body: Buffer): Checkpoint | undefined {
  try {
    const text = body.toString();
    return parseCheckpoint(splitNote(text.slice(text.indexOf('\n\n') + 2)).text);
  } catch {
    return undefined;
  }
}
