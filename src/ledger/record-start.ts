import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { LogKeeping } from './log-keeping.js';
import { LogKey } from './log-key.js';

/** Records what a start finds that the log does not tell yet: its first key, and migrations of the schema. */
export class RecordStart extends Command<void> {}

@CommandHandler(RecordStart)
export class RecordStartHandler implements ICommandHandler<RecordStart> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly key: LogKey,
  ) {}

  async execute(): Promise<void> {
    permit('log.keep');
    const known = await this.uow.manager.existsBy(LogKeeping, { id: LogKeeping.ID });
    const keeping = known
      ? await this.uow.get(LogKeeping, LogKeeping.ID)
      : this.uow.add(LogKeeping.begin(await this.key.vkey(1)));
    const applied = await this.sql.rows<{ name: string }>('SELECT name FROM public.migration ORDER BY id');
    keeping.noteMigrations(applied.map(({ name }) => name));
  }
}
