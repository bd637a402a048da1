import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { NoticeRegistrarChangeBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ListFileOwners } from '../registration/list-file-owners.js';
import { changeRegistrar } from './registrar-command.js';
import { documentFaults } from './registrar-rules.js';

/** A registrar announces a material change before it takes effect (N1 §12). */
export class NoticeRegistrarChange extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: NoticeRegistrarChangeBody,
  ) {
    super();
  }
}

@CommandHandler(NoticeRegistrarChange)
export class NoticeRegistrarChangeHandler implements ICommandHandler<NoticeRegistrarChange> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: NoticeRegistrarChange): Promise<void> {
    const actor = permit('registrar.run');
    const owners = await this.queries.execute(new ListFileOwners(body.profile.documents.map(({ fileId }) => fileId)));
    const faults = documentFaults(body.profile, owners, actor.orgId);
    if (faults.length > 0) throw new Refusal('invalid-request', {}, faults);
    await changeRegistrar(this.uow, id, (registrar) => registrar.noticeChange(body, { actor, now: this.clock.now() }));
  }
}
