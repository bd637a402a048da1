import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Sql } from '../platform/sql.js';

export interface Published {
  readonly size: number;
  readonly root: Buffer;
  /** The signed checkpoint (c2sp.org/tlog-checkpoint), with the cosignatures of witnesses. */
  readonly note: string;
}

/** The newest published checkpoint; public. Undefined before the first one. */
export class GetCheckpoint extends Query<Published | undefined> {}

@QueryHandler(GetCheckpoint)
export class GetCheckpointHandler implements IQueryHandler<GetCheckpoint> {
  constructor(private readonly sql: Sql) {}

  // Never cached: of two instances, none may show an older one than a reader has seen.
  async execute(): Promise<Published | undefined> {
    const row = await this.sql.row<{ size: string; root: Buffer; note: string }>(
      'SELECT size, root, note FROM ledger.cosigned_checkpoint ORDER BY size DESC LIMIT 1',
    );
    return row && { ...row, size: Number(row.size) };
  }
}
