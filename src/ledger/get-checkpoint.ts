import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Sql } from '../platform/sql.js';

export interface Published {
  readonly size: number;
  /** The signed checkpoint (c2sp.org/tlog-checkpoint). */
  readonly note: string;
}

/** The newest published checkpoint; public. Undefined before the first one. */
export class GetCheckpoint extends Query<Published | undefined> {}

@QueryHandler(GetCheckpoint)
export class GetCheckpointHandler implements IQueryHandler<GetCheckpoint> {
  constructor(private readonly sql: Sql) {}

  async execute(): Promise<Published | undefined> {
    const row = await this.sql.row<{ size: string; note: string }>(
      'SELECT size, note FROM ledger.checkpoint ORDER BY size DESC LIMIT 1',
    );
    return row && { size: Number(row.size), note: row.note };
  }
}
