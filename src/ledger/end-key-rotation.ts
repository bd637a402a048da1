import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { parseVkey, splitNote } from '@app/tlog';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { LogKeeping } from './log-keeping.js';
import { RecordStart } from './record-start.js';

/** Retires the older of two keys. The newer one must have signed a checkpoint that the older one signed too. */
export class EndKeyRotation extends Command<void> {
  constructor(readonly reason: string) {
    super();
  }
}

@CommandHandler(EndKeyRotation)
export class EndKeyRotationHandler implements ICommandHandler<EndKeyRotation> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async execute({ reason }: EndKeyRotation): Promise<void> {
    permit('log.keep');
    await this.uow.execute(new RecordStart());
    const keeping = await this.uow.get(LogKeeping, LogKeeping.ID);
    keeping.retireKey(reason);
    const newKey = parseVkey(keeping.activeKeys[0]!.vkey).keyId;
    const row = await this.sql.row<{ note: string }>('SELECT note FROM ledger.checkpoint ORDER BY size DESC LIMIT 1');
    if (!row || !splitNote(row.note).signatures.some(({ keyId }) => keyId === newKey))
      throw new Refusal('ledger/rotation-unpublished');
  }
}
