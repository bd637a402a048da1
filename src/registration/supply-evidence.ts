import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { SupplyBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { actingIn } from './acting-for.js';
import { changeApplication } from './application-command.js';
import { fileFaults, hashFaults } from './application-rules.js';
import { ListFileHashes } from './list-file-hashes.js';
import { ListFileOwners } from './list-file-owners.js';

/** Gives what the reviewer asked for. */
export class SupplyEvidence extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: SupplyBody,
  ) {
    super();
  }
}

@CommandHandler(SupplyEvidence)
export class SupplyEvidenceHandler implements ICommandHandler<SupplyEvidence> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body: { materials, note } }: SupplyEvidence): Promise<void> {
    const actor = permit('application.file');
    const own = { actor, now: this.clock.now() };
    const owners = await this.queries.execute(new ListFileOwners(materials.map(({ fileId }) => fileId)));
    const hashes = await this.queries.execute(new ListFileHashes(materials.map(({ fileId }) => fileId)));
    await changeApplication(this.uow, id, async (application) => {
      const act = await actingIn(application, 'ANSWER', own, this.queries, this.uow);
      const submitters = [...application.submitters, actor.orgId];
      const faults = [...fileFaults(materials, owners, submitters), ...hashFaults(materials, hashes)];
      if (faults.length > 0) throw new Refusal('registration/incomplete', {}, faults);
      application.supply(materials, note, act);
    });
  }
}
