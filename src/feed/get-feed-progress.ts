import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Sql } from '../platform/sql.js';

/** How many leaves of the log the feeds have taken; other contexts ask it. */
export class GetFeedProgress extends Query<number> {}

@QueryHandler(GetFeedProgress)
export class GetFeedProgressHandler implements IQueryHandler<GetFeedProgress> {
  constructor(private readonly sql: Sql) {}

  async execute(): Promise<number> {
    const row = await this.sql.row<{ position: string }>('SELECT position FROM feed.cursor');
    return Number(row!.position);
  }
}
