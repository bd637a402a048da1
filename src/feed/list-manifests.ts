import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { FeedManifestsQuery, FeedManifestView, Page } from '@app/sdk';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { FeedPlaces } from './feed-place.js';

/** An operator's manifests, the newest first. */
export class ListManifests extends Query<Page<FeedManifestView>> {
  constructor(readonly query: FeedManifestsQuery) {
    super();
  }
}

export const MANIFEST = `id, version, operator_id AS "operatorId", date, first::float8, last::float8,
  (last - first + 1)::float8 AS count, root, log_size::float8 AS "logSize", checkpoint, previous, digest, jws,
  to_char(cut_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "cutAt"`;

@QueryHandler(ListManifests)
export class ListManifestsHandler implements IQueryHandler<ListManifests> {
  constructor(
    private readonly sql: Sql,
    private readonly places: FeedPlaces,
  ) {}

  async execute({ query: { operator, limit, cursor } }: ListManifests): Promise<Page<FeedManifestView>> {
    const operatorId = await this.places.operatorOf(operator);
    const [before] = decodeCursor(cursor, 'code') ?? [];
    const rows = await this.sql.rows<FeedManifestView>(
      `SELECT ${MANIFEST} FROM feed.manifest WHERE operator_id = $1 AND ($2::text IS NULL OR date < $2)
       ORDER BY date DESC LIMIT $3`,
      [operatorId, before ?? null, limit + 1],
    );
    return toPage(rows, limit, ({ date }) => [date]);
  }
}
