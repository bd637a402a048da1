import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { ApplyAsRegistrarBody, Created } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ListFileOwners } from '../registration/list-file-owners.js';
import { documentFaults } from './registrar-rules.js';
import { Registrar } from './registrar.js';

/** An organisation asks to be recommended as a registrar, and shows what is required (N1 §7). */
export class ApplyAsRegistrar extends Command<Created> {
  constructor(readonly body: ApplyAsRegistrarBody) {
    super();
  }
}

@CommandHandler(ApplyAsRegistrar)
export class ApplyAsRegistrarHandler implements ICommandHandler<ApplyAsRegistrar> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ body }: ApplyAsRegistrar): Promise<Created> {
    const actor = permit('registrar.run');
    const known = await this.sql.row<{ id: string }>(
      'SELECT id FROM registration.registrar WHERE organisation_id = $1',
      [actor.orgId],
    );
    if (known) throw new Refusal('registration/registrar-known', { id: known.id });
    const owners = await this.queries.execute(new ListFileOwners(body.profile.documents.map(({ fileId }) => fileId)));
    const faults = documentFaults(body.profile, owners, actor.orgId);
    if (faults.length > 0) throw new Refusal('invalid-request', {}, faults);
    return { id: this.uow.add(Registrar.candidate(body, { actor, now: this.clock.now() })).id };
  }
}
