import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { tileWidth, type Tile } from '@app/tlog';
import { Sql } from '../platform/sql.js';
import { GetCheckpoint } from './get-checkpoint.js';
import { storedTile } from './tile-reader.js';

/** The bytes of a tile or bundle of the published tree, at any width that it has had; undefined for any other; public. */
export class GetTile extends Query<Buffer | undefined> {
  constructor(readonly tile: Tile) {
    super();
  }
}

@QueryHandler(GetTile)
export class GetTileHandler implements IQueryHandler<GetTile> {
  constructor(
    private readonly sql: Sql,
    private readonly queries: QueryBus,
  ) {}

  async execute({ tile }: GetTile): Promise<Buffer | undefined> {
    const published = await this.queries.execute(new GetCheckpoint());
    if (tile.width > tileWidth(tile.level, tile.index, published?.size ?? 0)) return undefined;
    return storedTile((sql, parameters) => this.sql.rows(sql, parameters), tile);
  }
}
