import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { TILE_WIDTH } from '@app/tlog';
import { Sql } from '../platform/sql.js';
import { BUNDLE_OF_EVENT } from './event-reader.js';

export interface Covering {
  readonly eventId: string;
  readonly leafIndex: number;
  readonly checkpointSize: number;
  /** SHA-256, 64 lower-case hexadecimal digits. */
  readonly root: string;
}

/**
 * The first published checkpoint that covers the newest event of this type in a stream; undefined as long as there is none. For other contexts:
 * nobody could know its root when the event was written.
 */
export class GetCheckpointAfter extends Query<Covering | undefined> {
  constructor(
    readonly stream: string,
    readonly type: string,
  ) {
    super();
  }
}

@QueryHandler(GetCheckpointAfter)
export class GetCheckpointAfterHandler implements IQueryHandler<GetCheckpointAfter> {
  constructor(private readonly sql: Sql) {}

  async execute({ stream, type }: GetCheckpointAfter): Promise<Covering | undefined> {
    const row = await this.sql.row<{ eventId: string; leaf: string; size: string; root: string }>(
      `WITH e AS (SELECT * FROM ledger.payload WHERE stream = $1 AND type = $2 ORDER BY version DESC LIMIT 1),
         placed AS (SELECT e.event_id, first.n * ${TILE_WIDTH} + l.place AS leaf FROM e CROSS JOIN ${BUNDLE_OF_EVENT}
           CROSS JOIN LATERAL ledger.leaf_of(e.event_id, first.n) l WHERE l.place IS NOT NULL)
       SELECT p.event_id AS "eventId", p.leaf, c.size, encode(c.root, 'hex') AS root FROM placed p
       CROSS JOIN LATERAL (SELECT size, root FROM ledger.checkpoint WHERE size > p.leaf ORDER BY size LIMIT 1) c`,
      [stream, type],
    );
    if (!row) return undefined;
    const { eventId, leaf, size, root } = row;
    return { eventId, leafIndex: Number(leaf), checkpointSize: Number(size), root };
  }
}
