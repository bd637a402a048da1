import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { LogKeeping, type Restoration } from './log-keeping.js';
import { RecordStart } from './record-start.js';

/**
 * Begins the next generation after a restore: what is written from now on comes after everything that the restored database
 * brought along, although its transaction ids may be smaller. No other session may write meanwhile.
 */
export class RecordRestore extends Command<number> {
  constructor(readonly facts: Restoration) {
    super();
  }
}

@CommandHandler(RecordRestore)
export class RecordRestoreHandler implements ICommandHandler<RecordRestore> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async execute({ facts }: RecordRestore): Promise<number> {
    permit('log.keep');
    // The application itself must never do this: only the owner's role may.
    await this.sql.rows('SET LOCAL ROLE databourse_owner');
    const next = await this.sql.row<{ gen: number }>(
      'INSERT INTO ledger.generation (gen) SELECT max(gen) + 1 FROM ledger.generation RETURNING gen',
    );
    await this.sql.rows('SET LOCAL ROLE databourse_app');
    await this.uow.execute(new RecordStart());
    (await this.uow.get(LogKeeping, LogKeeping.ID)).restored(next!.gen, facts);
    return next!.gen;
  }
}
