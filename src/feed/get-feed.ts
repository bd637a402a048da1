import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { FeedPage, FeedQuery, FeedStreamQuery } from '@app/sdk';
import { FeedPlaces } from './feed-place.js';
import { FeedReader, type FeedFilter } from './feed-reader.js';

/** What an operator's feed holds after a cursor. An empty page is the end for now. */
export class GetFeed extends Query<FeedPage> {
  constructor(readonly query: FeedQuery) {
    super();
  }
}

@QueryHandler(GetFeed)
export class GetFeedHandler implements IQueryHandler<GetFeed> {
  constructor(
    private readonly places: FeedPlaces,
    private readonly reader: FeedReader,
  ) {}

  async execute({ query }: GetFeed): Promise<FeedPage> {
    const { operatorId, after, cursorAt } = await this.places.find(query.operator, query.cursor, query.after);
    const size = await this.reader.size(operatorId);
    const items = await this.reader.read(operatorId, after, query.limit, filterOf(query));
    const last = items.at(-1)?.position ?? after;
    // What the filter left out before the end is not looked at again.
    const seen = items.length < query.limit ? Math.max(last, size) : last;
    return { items: items.map(({ event }) => event), nextCursor: cursorAt(seen) };
  }
}

export const filterOf = ({ venue, type, subject }: FeedStreamQuery): FeedFilter => ({
  ...(venue !== undefined && { venue }),
  ...(type !== undefined && { types: type.split(',') }),
  ...(subject !== undefined && { subject }),
});
