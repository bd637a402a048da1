import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { AssessRegistrarBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetOwnDocument } from './get-own-document.js';
import { changeRegistrar } from './registrar-command.js';

/** The authority records its assessment of a year (N1 §11). */
export class AssessRegistrar extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: AssessRegistrarBody,
  ) {
    super();
  }
}

@CommandHandler(AssessRegistrar)
export class AssessRegistrarHandler implements ICommandHandler<AssessRegistrar> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: AssessRegistrar): Promise<void> {
    const actor = permit('registrar.supervise');
    const { sha256 } = await this.queries.execute(new GetOwnDocument(body.fileId, actor.orgId, '/fileId'));
    const act = { actor, now: this.clock.now() };
    await changeRegistrar(this.uow, id, (registrar) => registrar.assess(body, sha256, act));
  }
}
