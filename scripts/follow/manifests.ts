import { join } from 'node:path';
import { readdir } from 'node:fs/promises';
import { addDays } from '@app/calendar';
import { FEED_MANIFEST_TYP, FeedManifestStatement, type FeedManifestView } from '@app/sdk';
import { canonicalJson, sha256Hex, verifyJws } from '@app/signing';
import { readIfThere, Tree, writeWhole } from '@app/tlog';
import { decodeProtectedHeader, type JWK } from 'jose';
import { Fault, type Leaf } from './entry.js';
import type { FeedSource } from './feed-source.js';
import type { LogProof } from './log-proof.js';

type PublicKey = JWK & { kid: string };

/** The daily manifests that were found true, in `dir/manifests`, and the keys that sign them. */
export class Manifests {
  private constructor(
    private readonly dir: string,
    private keys: PublicKey[],
    /** The last one that was found true. */
    public last: FeedManifestView | undefined,
    private readonly feed: FeedSource | undefined,
  ) {}

  /** @param feed without it, what is in the folder must do */
  static async open(dir: string, feed?: FeedSource): Promise<Manifests> {
    const keys = JSON.parse((await readIfThere(join(dir, 'manifest-keys.json')))?.toString() ?? '[]') as PublicKey[];
    return new Manifests(dir, keys, (await kept(dir)).at(-1), feed);
  }

  /** Those after the last one, the oldest first. @throws Fault for one that is no longer what it was */
  async news(): Promise<FeedManifestView[]> {
    const found: FeedManifestView[] = [];
    for await (const manifest of this.feed?.manifests() ?? []) {
      if (this.last && manifest.date === this.last.date && manifest.digest !== this.last.digest)
        throw fault(manifest, '与先前的清单不同', 'it is not the one that was there before');
      if (this.last && manifest.date <= this.last.date) break;
      found.unshift(manifest);
    }
    return found;
  }

  /** From the first one on, with the keys in the folder. */
  static async openAgain(dir: string): Promise<Manifests> {
    const manifests = await Manifests.open(dir);
    manifests.last = undefined;
    return manifests;
  }

  /** Compares a manifest with the copy of its range, and keeps it. @throws Fault */
  async accept(
    manifest: FeedManifestView,
    copy: readonly Leaf[],
    next: Leaf | undefined,
    log: LogProof,
  ): Promise<void> {
    await this.check(manifest, copy, next, log);
    await writeWhole(join(this.dir, 'manifests', `${manifest.date}.json`), JSON.stringify(manifest));
  }

  /** Whether it continues the one before and states what the copy holds. @param next the entry after its range, if there is one */
  async check(manifest: FeedManifestView, copy: readonly Leaf[], next: Leaf | undefined, log: LogProof): Promise<void> {
    const before = this.last;
    await this.checkSignature(manifest);
    const { first, last, count, root, checkpoint, logSize } = manifest;
    const expected = {
      date: before ? addDays(before.date, 1) : manifest.date,
      first: (before?.last ?? 0) + 1,
      previous: before?.digest ?? null,
      count: last - first + 1,
    };
    for (const [name, value] of Object.entries(expected))
      if (manifest[name as keyof typeof expected] !== value)
        throw fault(manifest, `${name} 应为 ${value}`, `${name} must be ${value}, to continue the one before`);
    if (copy.length !== count)
      throw fault(manifest, `副本有 ${copy.length} 条,应为 ${count}`, `the copy has ${copy.length} of ${count} events`);
    const tree = new Tree();
    for (const { hash } of copy) tree.append(hash);
    if (tree.root.toString('hex') !== root)
      throw fault(manifest, '树根与副本不符', 'its root is not the one of the copy');
    const { size } = await log.includes(checkpoint);
    const within = (leaf: Leaf | undefined): boolean | undefined => leaf && leaf.leafIndex < logSize;
    if (size !== logSize || within(copy.at(-1)) === false || within(next) === true)
      throw fault(manifest, '范围与检查点不符', `its range does not end with the tree of ${size} leaves`);
    this.last = manifest;
  }

  private async checkSignature(manifest: FeedManifestView): Promise<void> {
    const { jws, digest } = manifest;
    const key = await this.keyOf(jws);
    try {
      if (!key) throw new Error('by a key that is not known');
      const stated = await verifyJws<FeedManifestStatement>(jws, key, { typ: FEED_MANIFEST_TYP });
      if (canonicalJson(stated) !== canonicalJson(FeedManifestStatement.strip().parse(manifest)))
        throw fault(manifest, '内容与签名不符', 'it says something else than what was signed');
      if (sha256Hex(jws) !== digest) throw fault(manifest, 'digest 有误', 'its digest is wrong');
    } catch (error) {
      if (error instanceof Fault) throw error;
      throw fault(manifest, '签名无效', `its signature is not valid: ${(error as Error).message}`);
    }
  }

  /** A key that is not known yet is taken from the platform, on first use. */
  private async keyOf(jws: string): Promise<PublicKey | undefined> {
    const kid = /^[\w-]+\.[\w-]+\.[\w-]+$/.test(jws) ? decodeProtectedHeader(jws).kid : undefined;
    const known = (): PublicKey | undefined => this.keys.find((key) => key.kid === kid);
    if (known() || !this.feed) return known();
    const offered = await this.feed.manifestKeys();
    this.keys = [...this.keys, ...offered.filter((key) => !this.keys.some((one) => one.kid === key.kid))];
    await writeWhole(join(this.dir, 'manifest-keys.json'), JSON.stringify(this.keys));
    return known();
  }
}

/** Those of the folder, the oldest first. */
export async function kept(dir: string): Promise<FeedManifestView[]> {
  const names = await readdir(join(dir, 'manifests')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = names.filter((name) => name.endsWith('.json')).toSorted();
  return Promise.all(
    files.map(
      async (name) => JSON.parse((await readIfThere(join(dir, 'manifests', name)))!.toString()) as FeedManifestView,
    ),
  );
}

const fault = ({ date }: FeedManifestView, zh: string, en: string): Fault =>
  new Fault('manifest', `${date} 的清单:${zh}`, `the manifest of ${date}: ${en}`);
