import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetOrganisation } from '../parties/get-organisation.js';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { orNull, Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetForeignCertificate } from '../recognition/get-foreign-certificate.js';
import { changeApplication } from './application-command.js';
import { DataResource } from './data-resource.js';
import { ListFileOwners } from './list-file-owners.js';
import { ListSimilarData } from './list-similar-data.js';

/** Hands a draft, or after a correction the application, to the registrar. */
export class SubmitApplication extends Command<void> {
  constructor(
    readonly id: string,
    readonly action: 'submit' | 'resubmit',
  ) {
    super();
  }
}

@CommandHandler(SubmitApplication)
export class SubmitApplicationHandler implements ICommandHandler<SubmitApplication> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id, action }: SubmitApplication): Promise<void> {
    const actor = permit('application.file');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, async (application) => {
      const { applicantId, content } = application;
      const { status } = await this.queries.execute(new GetOrganisation(applicantId));
      if (status !== 'ACTIVE') throw new Refusal('parties/inactive', { id: applicantId, status });
      const resource = await this.uow.get(DataResource, application.resourceId);
      const owners = await this.queries.execute(new ListFileOwners(content.materials.map(({ fileId }) => fileId)));
      const upgrade =
        content.upgradeOf === undefined
          ? null
          : await orNull(this.queries.execute(new GetForeignCertificate(content.upgradeOf)));
      const similar = await this.queries.execute(new ListSimilarData(application.resourceId, applicantId, id));
      application.submit(action, { resource, owners, applicantId, upgrade, now: act.now }, similar, act);
    });
  }
}
