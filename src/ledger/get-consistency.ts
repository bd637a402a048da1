import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { CheckpointView, ConsistencyView } from '@app/sdk';
import { consistencyProof, nodeReader } from '@app/tlog';
import { fault, Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { PublishedTiles } from './published-tiles.js';

/** The proof that one published tree is a prefix of another, with both signed checkpoints; public. */
export class GetConsistency extends Query<ConsistencyView> {
  constructor(
    readonly from: number,
    readonly to?: number,
  ) {
    super();
  }
}

interface CheckpointRow {
  readonly size: string;
  readonly root: Buffer;
  readonly note: string;
  readonly published_at: Date;
}

@QueryHandler(GetConsistency)
export class GetConsistencyHandler implements IQueryHandler<GetConsistency> {
  constructor(
    private readonly sql: Sql,
    private readonly tiles: PublishedTiles,
  ) {}

  async execute({ from, to }: GetConsistency): Promise<ConsistencyView> {
    if (to !== undefined && from > to) throw fault('/from', `不得大于 to(${to})`, `must not be larger than to (${to})`);
    const rows = await this.sql.rows<CheckpointRow>(
      `(SELECT size, root, note, published_at FROM ledger.cosigned_checkpoint WHERE size = $1)
       UNION ALL (SELECT size, root, note, published_at FROM ledger.cosigned_checkpoint WHERE size <= $2::bigint ORDER BY size DESC LIMIT 1)`,
      [from, to ?? Number.MAX_SAFE_INTEGER],
    );
    const views = rows.map(viewOf);
    const [first, last] = [views.find(({ size }) => size === from), views.at(-1)];
    if (!first) throw unpublished('/from', from);
    if (!last || (to !== undefined && last.size !== to)) throw unpublished('/to', to ?? 0);
    const readNode = nodeReader(last.size, this.tiles.reader(last.size));
    const hashes = await consistencyProof(from, last.size, readNode);
    return { from: first, to: last, hashes: hashes.map((hash) => hash.toString('base64')) };
  }
}

const viewOf = ({ size, root, note, published_at: at }: CheckpointRow): CheckpointView => ({
  size: Number(size),
  root: root.toString('base64'),
  checkpoint: note,
  publishedAt: at.toISOString(),
});

const unpublished = (pointer: string, size: number): Refusal =>
  new Refusal('ledger/unpublished-size', { size }, [
    { pointer, zh: `未公布过 ${size} 条的检查点`, en: `no checkpoint of ${size} leaves was published` },
  ]);
