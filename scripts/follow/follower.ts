import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readIfThere, syncFolder, writeWhole } from '@app/tlog';
import { Copy } from './copy.js';
import { Fault, mustFollow, readEntry, type Entry, type Leaf } from './entry.js';
import { isPassing, type Batch, type FeedSource } from './feed-source.js';
import type { LogProof } from './log-proof.js';
import type { Manifests } from './manifests.js';

/** An event is published within seconds; longer than this, somebody holds something back. */
const PUBLISHED_WITHIN_MS = 60_000;
const PROVE_EVERY_MS = 1000;
const MANIFESTS_EVERY_MS = 60_000;
const PAUSE_MS = { first: 250, most: 15_000 };

/** How far it is. The files say which events are there; this only saves asking for them and proving them again. */
interface State {
  /** After which to go on; null: from the first. */
  readonly cursor: string | null;
  /** Up to this position, every event was shown to be in the log. */
  readonly proven: number;
}

export interface Folder {
  readonly dir: string;
  readonly copy: Copy;
  readonly log: LogProof;
  readonly manifests: Manifests;
}

/** Keeps a complete, proven copy of an operator's feed. Whenever it is interrupted, the next one goes on. */
export class Follower {
  /** Those that no proof or no manifest covers yet, in their order. */
  private leaves: Leaf[] = [];
  private readonly at = { proof: 0, manifests: 0, unproven: 0 };

  private constructor(
    private readonly folder: Folder,
    private readonly feed: FeedSource,
    private state: State,
    private readonly tell: (text: string) => void,
  ) {}

  static async open(folder: Folder, feed: FeedSource, tell: (text: string) => void): Promise<Follower> {
    const { copy, manifests } = folder;
    const state = await readState(folder.dir);
    if (copy.last.position < state.proven)
      throw new Fault(
        'gap',
        `副本止于位置 ${copy.last.position},而 ${state.proven} 已核验`,
        `the copy ends at position ${copy.last.position}, although ${state.proven} was there and proven`,
      );
    const follower = new Follower(folder, feed, state, tell);
    const from = Math.min(state.proven, manifests.last?.last ?? 0);
    for await (const entry of copy.entries(from)) follower.leaves.push(leafOf(entry));
    return follower;
  }

  get position(): number {
    return this.folder.copy.last.position;
  }

  /** Up to the end of the feed, proven, and compared with every manifest. */
  async catchUp(): Promise<void> {
    try {
      await this.pull();
      for (const until = Date.now() + PUBLISHED_WITHIN_MS; (await this.prove()) > 0; await sleep(250))
        if (Date.now() > until) throw this.heldBack();
      await this.checkManifests();
    } catch (error) {
      // The cursor came with what was wrong: the next time from the first, and what is there already is compared.
      if (error instanceof Fault) await this.save({ cursor: null });
      throw error;
    }
  }

  /** Until it is stopped or something is wrong. What may pass is tried again, with pauses that grow. */
  async follow(signal: AbortSignal): Promise<void> {
    let pause = PAUSE_MS.first;
    while (!signal.aborted) {
      try {
        await this.catchUp();
        for await (const batch of this.feed.stream(this.state.cursor, signal)) {
          await this.take(batch);
          await this.keepProving();
          pause = PAUSE_MS.first;
        }
        await sleep(PAUSE_MS.first, undefined, { signal }).catch(() => undefined);
      } catch (error) {
        if (signal.aborted) return;
        if (!isPassing(error)) throw error;
        this.tell(`连接中断,稍后重试 / interrupted, trying again: ${(error as Error).message}\n`);
        await sleep(pause * (1 + 0.2 * Math.random()), undefined, { signal }).catch(() => undefined);
        pause = Math.min(2 * pause, PAUSE_MS.most);
      }
    }
  }

  /** Takes what came: each event is on the disk before the cursor moves. What was seen is dropped. @throws Fault */
  async take({ texts, cursor }: Batch): Promise<void> {
    const fresh: Entry[] = [];
    let dropped = 0;
    try {
      let last = this.folder.copy.last;
      for (const [i, text] of texts.entries()) {
        const entry = readEntry(text);
        if (entry.position <= last.position) {
          this.mustBeTheSame(entry, fresh);
          dropped += 1;
          continue;
        }
        mustFollow(last, entry, positionsIn(texts.slice(i + 1), entry.position > last.position + 1));
        fresh.push(entry);
        last = entry;
      }
    } finally {
      // What came before a fault was right.
      await this.folder.copy.append(fresh);
      this.leaves.push(...fresh.map(leafOf));
    }
    if (dropped > 0) this.tell(`重复 / repeated  ${dropped} 条已丢弃 / dropped: ${dropped}\n`);
    if (cursor !== null) await this.save({ cursor });
  }

  private async pull(): Promise<void> {
    for await (const batch of this.feed.pages(this.state.cursor)) {
      await this.take(batch);
      this.tell(`\r已接收 / received ${this.position} `);
    }
  }

  private async keepProving(): Promise<void> {
    const now = Date.now();
    if (now - this.at.proof >= PROVE_EVERY_MS) {
      if ((await this.prove()) === 0) this.at.unproven = 0;
      else if (now - (this.at.unproven ||= now) > PUBLISHED_WITHIN_MS) throw this.heldBack();
      this.at.proof = now;
    }
    if (now - this.at.manifests >= MANIFESTS_EVERY_MS) await this.checkManifests();
  }

  /** @returns how many are in no published tree yet */
  private async prove(): Promise<number> {
    const { log } = this.folder;
    const unproven = this.leaves.filter(({ position }) => position > this.state.proven);
    if (unproven.length === 0) return 0;
    const size = await log.prove(unproven);
    const done = unproven.filter(({ leafIndex }) => leafIndex < size);
    if (done.length > 0) {
      await this.trustAnnounced(done);
      await this.save({ proven: done.at(-1)!.position });
      this.tell(`\r已核验 / proven  ${this.state.proven} 条,日志 / events, log ${size}\n`);
      this.forget();
    }
    return unproven.length - done.length;
  }

  private async checkManifests(): Promise<void> {
    const { manifests, log, copy } = this.folder;
    for (const manifest of await manifests.news()) {
      const { first, last, date, count } = manifest;
      if (copy.last.position < last) await this.pull();
      if (copy.last.position < last)
        throw new Fault(
          'gap',
          `缺少位置 ${copy.last.position + 1}–${last}:${date} 的清单列有`,
          `missing: position ${copy.last.position + 1}–${last}, which the manifest of ${date} states`,
        );
      const own = this.leaves.filter(({ position }) => position >= first && position <= last);
      await manifests.accept(
        manifest,
        own,
        this.leaves.find(({ position }) => position > last),
        log,
      );
      this.tell(`清单 / manifest  ${date}: ${count} 条,完整 / events, complete\n`);
      this.forget();
    }
    this.at.manifests = Date.now();
  }

  /** A key that a proven event of the log announces signs its later checkpoints. */
  private async trustAnnounced(proven: readonly Leaf[]): Promise<void> {
    const { log, dir } = this.folder;
    const known = log.keys.length;
    for (const { vkey } of proven) if (vkey !== undefined) log.trust(vkey);
    if (log.keys.length > known) await writeWhole(join(dir, 'key'), log.keys.map((key) => `${key}\n`).join(''));
  }

  /** The same position again must be the same event; only what was erased since may be gone from it. */
  private mustBeTheSame({ position, hash }: Entry, fresh: readonly Entry[]): void {
    const known = [...this.leaves, ...fresh].find((leaf) => leaf.position === position);
    if (known && !known.hash.equals(hash))
      throw new Fault(
        'changed',
        `位置 ${position} 再次收到时已不同`,
        `position ${position} came again as another event`,
      );
  }

  private heldBack(): Fault {
    const { position } = this.leaves.find((leaf) => leaf.position > this.state.proven)!;
    const seconds = PUBLISHED_WITHIN_MS / 1000;
    return new Fault(
      'checkpoint',
      `位置 ${position} 起 ${seconds} 秒内未见于任何检查点`,
      `from position ${position} on, no checkpoint covered them within ${seconds} s`,
    );
  }

  private forget(): void {
    const covered = Math.min(this.state.proven, this.folder.manifests.last?.last ?? 0);
    this.leaves = this.leaves.filter(({ position }) => position > covered);
  }

  private async save(change: Partial<State>): Promise<void> {
    this.state = { ...this.state, ...change };
    await writeWhole(join(this.folder.dir, 'state.json'), JSON.stringify(this.state));
    await syncFolder(this.folder.dir);
  }
}

export const readState = async (dir: string): Promise<State> =>
  JSON.parse((await readIfThere(join(dir, 'state.json')))?.toString() ?? '{"cursor":null,"proven":0}') as State;

export const leafOf = ({ position, leafIndex, hash, vkey }: Entry): Leaf => ({
  position,
  leafIndex,
  hash,
  ...(vkey !== undefined && { vkey }),
});

/** Only asked for when something is wrong. */
const positionsIn = (texts: readonly string[], asked: boolean): number[] =>
  asked ? texts.map((text) => Number(/"position":"(\d+)"/.exec(text)?.[1])) : [];
