import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { RegistrarProfile } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ListFileOwners } from '../registration/list-file-owners.js';
import { changeRegistrar } from './registrar-command.js';
import { documentFaults } from './registrar-rules.js';

export class StateRegistrarProfile extends Command<void> {
  constructor(
    readonly id: string,
    readonly profile: RegistrarProfile,
  ) {
    super();
  }
}

@CommandHandler(StateRegistrarProfile)
export class StateRegistrarProfileHandler implements ICommandHandler<StateRegistrarProfile> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id, profile }: StateRegistrarProfile): Promise<void> {
    const actor = permit('registrar.run');
    const owners = await this.queries.execute(new ListFileOwners(profile.documents.map(({ fileId }) => fileId)));
    const faults = documentFaults(profile, owners, actor.orgId);
    if (faults.length > 0) throw new Refusal('invalid-request', {}, faults);
    await changeRegistrar(this.uow, id, (registrar) =>
      registrar.stateProfile(profile, { actor, now: this.clock.now() }),
    );
  }
}
