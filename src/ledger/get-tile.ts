import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { tileWidth, type Tile } from '@app/tlog';
import { GetCheckpoint } from './get-checkpoint.js';
import { PublishedTiles } from './published-tiles.js';

/** The bytes of a tile or bundle of the published tree, at any width that it has had; undefined for any other; public. */
export class GetTile extends Query<Buffer | undefined> {
  constructor(readonly tile: Tile) {
    super();
  }
}

@QueryHandler(GetTile)
export class GetTileHandler implements IQueryHandler<GetTile> {
  constructor(
    private readonly queries: QueryBus,
    private readonly tiles: PublishedTiles,
  ) {}

  async execute({ tile }: GetTile): Promise<Buffer | undefined> {
    const known = this.tiles.recall(tile);
    if (known) return known;
    const size = (await this.queries.execute(new GetCheckpoint()))?.size ?? 0;
    if (tile.width > tileWidth(tile.level, tile.index, size)) return undefined;
    const [bytes] = await this.tiles.read(size, [tile]);
    return bytes;
  }
}
