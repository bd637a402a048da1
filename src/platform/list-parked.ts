import type { ParkedView } from '@app/sdk';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { permit } from './context.js';
import { Sql } from './sql.js';

/** Reactions and deadlines that gave up and wait for an operator, with the reason. At most 100, oldest first. */
export class ListParked extends Query<ParkedView[]> {}

@QueryHandler(ListParked)
export class ListParkedHandler implements IQueryHandler<ListParked> {
  constructor(private readonly sql: Sql) {}

  execute(): Promise<ParkedView[]> {
    permit('parked.read');
    return this.sql.rows<ParkedView>(
      `SELECT 'reaction' AS kind, consumer AS name, stream AS subject, parked_at AS "parkedAt", error
       FROM platform.relay_backlog WHERE parked_at IS NOT NULL
       UNION ALL
       SELECT 'deadline', kind, subject, parked_at, error FROM platform.deadline WHERE parked_at IS NOT NULL
       ORDER BY "parkedAt" LIMIT 100`,
    );
  }
}
