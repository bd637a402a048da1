import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { CheckpointView, Page, PageQuery } from '@app/sdk';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';

/** The published checkpoints, newest first: the sizes that proofs can lead to; public. */
export class ListCheckpoints extends Query<Page<CheckpointView>> {
  constructor(readonly query: PageQuery) {
    super();
  }
}

@QueryHandler(ListCheckpoints)
export class ListCheckpointsHandler implements IQueryHandler<ListCheckpoints> {
  constructor(private readonly sql: Sql) {}

  async execute({ query: { limit, cursor } }: ListCheckpoints): Promise<Page<CheckpointView>> {
    const [, last = Number.MAX_SAFE_INTEGER] = decodeCursor(cursor, '=checkpoints', 'count') ?? [];
    const rows = await this.sql.rows<{ size: string; root: string; checkpoint: string; publishedAt: Date }>(
      `SELECT size, encode(root, 'base64') AS root, note AS checkpoint, published_at AS "publishedAt" FROM ledger.cosigned_checkpoint
       WHERE size < $1 ORDER BY size DESC LIMIT $2`,
      [last, limit + 1],
    );
    const views = rows.map(({ size, publishedAt, ...row }) => ({
      size: Number(size),
      ...row,
      publishedAt: publishedAt.toISOString(),
    }));
    return toPage(views, limit, ({ size }) => ['checkpoints', size]);
  }
}
