import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { ProposeRegistrarOrderBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetOwnDocument } from './get-own-document.js';
import { changeRegistrar } from './registrar-command.js';
import { mustBeSuccessor } from './registrar-successor.js';

/** One officer of the data authority puts an order in writing; a second one confirms it. */
export class ProposeRegistrarOrder extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: ProposeRegistrarOrderBody,
  ) {
    super();
  }
}

@CommandHandler(ProposeRegistrarOrder)
export class ProposeRegistrarOrderHandler implements ICommandHandler<ProposeRegistrarOrder> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: ProposeRegistrarOrder): Promise<void> {
    const actor = permit('registrar.supervise');
    const { sha256 } = await this.queries.execute(new GetOwnDocument(body.fileId, actor.orgId, '/fileId'));
    await changeRegistrar(this.uow, id, async (registrar) => {
      if (body.successorId !== null) await mustBeSuccessor(this.sql, body.successorId, registrar.organisationId);
      registrar.propose(body, sha256, { actor, now: this.clock.now() });
    });
  }
}
