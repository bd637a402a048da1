import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { FeedManifestView } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { FeedPlaces } from './feed-place.js';
import { MANIFEST } from './list-manifests.js';

/** The manifest of a day. */
export class GetManifest extends Query<FeedManifestView> {
  constructor(
    readonly date: string,
    readonly operator: string | undefined,
  ) {
    super();
  }
}

@QueryHandler(GetManifest)
export class GetManifestHandler implements IQueryHandler<GetManifest> {
  constructor(
    private readonly sql: Sql,
    private readonly places: FeedPlaces,
  ) {}

  async execute({ date, operator }: GetManifest): Promise<FeedManifestView> {
    const operatorId = await this.places.operatorOf(operator);
    const row = await this.sql.row<FeedManifestView>(
      `SELECT ${MANIFEST} FROM feed.manifest WHERE operator_id = $1 AND date = $2`,
      [operatorId, date],
    );
    if (!row) throw new Refusal('not-found', { kind: 'manifest', id: date });
    return row;
  }
}
