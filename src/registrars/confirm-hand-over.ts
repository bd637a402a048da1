import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ListOwnApplicationsAt } from '../registration/list-own-applications-at.js';
import { ListArchiveEntries } from './list-archive-entries.js';
import { changeRegistrar } from './registrar-command.js';
import { mustBeSuccessor } from './registrar-successor.js';

/** The successor's person confirms the archive by its root, and takes over what is under way (its applications follow by the event). */
export class ConfirmHandOver extends Command<void> {
  constructor(
    readonly id: string,
    readonly root: string,
  ) {
    super();
  }
}

@CommandHandler(ConfirmHandOver)
export class ConfirmHandOverHandler implements ICommandHandler<ConfirmHandOver> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ id, root }: ConfirmHandOver): Promise<void> {
    const actor = permit('registrar.run');
    const act = { actor, now: this.clock.now() };
    await changeRegistrar(this.uow, id, async (registrar) => {
      const { organisationId, successorId } = registrar;
      const present = await this.queries.execute(new ListArchiveEntries(organisationId));
      registrar.handOver(root, present.root, act);
      await mustBeSuccessor(this.sql, successorId!, organisationId);
      // SOD-1: the successor would decide about its own application.
      const own = await this.queries.execute(new ListOwnApplicationsAt(organisationId, successorId!));
      if (own.length > 0) throw new Refusal('registration/successor', { successorId, applicationId: own[0] });
    });
  }
}
