import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { LogKeeping } from './log-keeping.js';
import { LogKey } from './log-key.js';
import { RecordStart } from './record-start.js';

/** Makes a new key of the log and publishes it: until the rotation is ended, the old and the new key sign every checkpoint. */
export class BeginKeyRotation extends Command<void> {
  constructor(readonly reason: string) {
    super();
  }
}

@CommandHandler(BeginKeyRotation)
export class BeginKeyRotationHandler implements ICommandHandler<BeginKeyRotation> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly key: LogKey,
  ) {}

  async execute({ reason }: BeginKeyRotation): Promise<void> {
    permit('log.keep');
    await this.uow.execute(new RecordStart());
    const keeping = await this.uow.get(LogKeeping, LogKeeping.ID);
    keeping.mustNotRotate();
    keeping.addKey(await this.key.vkey(keeping.keys.length + 1), reason);
  }
}
