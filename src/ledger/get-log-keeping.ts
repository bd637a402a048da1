import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { LogKeepingView } from '@app/sdk';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { LogKey } from './log-key.js';

/** The log's own affairs. */
export class GetLogKeeping extends Query<LogKeepingView> {}

@QueryHandler(GetLogKeeping)
export class GetLogKeepingHandler implements IQueryHandler<GetLogKeeping> {
  constructor(
    private readonly sql: Sql,
    private readonly key: LogKey,
  ) {}

  async execute(): Promise<LogKeepingView> {
    permit('ledger.read');
    const row = await this.sql.row<LogKeepingView>(
      'SELECT version, keys, generation, migrations FROM ledger.log_keeping',
    );
    return row ?? { version: 0, keys: [...(await this.key.active())], generation: 1, migrations: [] };
  }
}
