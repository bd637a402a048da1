import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { addDays, shanghaiDate, startOfDay } from '@app/calendar';
import { FEED_MANIFEST_TYP, type FeedManifestStatement } from '@app/sdk';
import { canonicalJson, FileKeyStore } from '@app/signing';
import { leafHash, Tree } from '@app/tlog';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { newId } from '../platform/id.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { FEED_DAY } from './feed-writer.js';
import { MANIFEST_KEY } from './manifest-keys.js';
import { Manifest } from './manifest.js';

const PAGE = 5000;
/** When nothing is published yet. */
const AGAIN_MS = 10_000;

/**
 * A day has ended in Asia/Shanghai: states what came into an operator's feed since the manifest before. The range ends with
 * the newest published tree that the writer has walked, so that the statement can be checked against a signed checkpoint; what
 * is on its way belongs to the next day. A day that is missed is made up for, one manifest each.
 */
@OnDeadline(FEED_DAY)
export class PublishManifest extends Command<void> {
  constructor(readonly operatorId: string) {
    super();
  }
}

@CommandHandler(PublishManifest)
export class PublishManifestHandler implements ICommandHandler<PublishManifest> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly keys: FileKeyStore,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  async execute({ operatorId }: PublishManifest): Promise<void> {
    permit('feed.publish-manifest');
    const [before, now] = [await this.before(operatorId), this.clock.now()];
    const date = addDays(before.date, 1);
    const ends = startOfDay(addDays(date, 1));
    if (now < ends) return this.uow.schedule(FEED_DAY, operatorId, ends);
    const covered = await this.covered();
    if (!covered) return this.uow.schedule(FEED_DAY, operatorId, new Date(now.getTime() + AGAIN_MS));
    const range = await this.range(operatorId, before.last + 1, covered.logSize);
    const { digest: previous } = before;
    const statement: FeedManifestStatement = {
      operatorId,
      date,
      ...range,
      ...covered,
      previous,
      cutAt: now.toISOString(),
    };
    const key = await this.keys.active(MANIFEST_KEY.purpose, MANIFEST_KEY.alg);
    const jws = await key.sign(canonicalJson(statement), { typ: FEED_MANIFEST_TYP, kid: key.kid });
    this.uow.add(Manifest.publish(newId('mft'), statement, jws));
    await this.uow.schedule(FEED_DAY, operatorId, startOfDay(addDays(date, 2)));
  }

  /** The newest manifest; before the first, the day before the feed began. */
  private async before(operatorId: string): Promise<{ date: string; last: number; digest: string | null }> {
    const row = await this.sql.row<{ date: string; last: string; digest: string }>(
      'SELECT date, last, digest FROM feed.manifest WHERE operator_id = $1 ORDER BY date DESC LIMIT 1',
      [operatorId],
    );
    if (row) return { ...row, last: Number(row.last) };
    const feed = await this.sql.row<{ since: Date }>('SELECT since FROM feed.operator WHERE operator_id = $1', [
      operatorId,
    ]);
    return { date: addDays(shanghaiDate(feed!.since), -1), last: 0, digest: null };
  }

  /** The newest published tree of which the writer has seen every leaf; undefined until the first is published. */
  private async covered(): Promise<{ logSize: number; checkpoint: string } | undefined> {
    const row = await this.sql.row<{ size: string; note: string }>(
      `SELECT size, note FROM ledger.checkpoint WHERE size <= (SELECT position FROM feed.cursor)
       ORDER BY size DESC LIMIT 1`,
    );
    return row && { logSize: Number(row.size), checkpoint: row.note };
  }

  private async range(operatorId: string, first: number, logSize: number) {
    const tree = new Tree();
    for (;;) {
      const leaves = await this.sql.rows<{ leaf: Buffer }>(
        `SELECT l.leaf FROM feed.entry e JOIN feed.leaf l USING (leaf_index)
         WHERE e.operator_id = $1 AND e.position >= $2 AND e.leaf_index < $3 ORDER BY e.position LIMIT ${PAGE}`,
        [operatorId, first + tree.size, logSize],
      );
      for (const { leaf } of leaves) tree.append(leafHash(leaf));
      if (leaves.length < PAGE) break;
    }
    return { first, last: first + tree.size - 1, count: tree.size, root: tree.root.toString('hex') };
  }
}
