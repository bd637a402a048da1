import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetOrganisation } from '../parties/get-organisation.js';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { orNull, Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetForeignCertificate } from '../recognition/get-foreign-certificate.js';
import { changeApplication } from './application-command.js';
import type { Application } from './application.js';
import { DataResource } from './data-resource.js';
import { ListFileOwners } from './list-file-owners.js';

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
    private readonly sql: Sql,
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
      const flags = (await this.isRepeated(application, resource.sha256)) ? ['DUPLICATE_SUSPECT'] : [];
      application.submit(action, { resource, owners, applicantId, upgrade, now: act.now }, flags, act);
    });
  }

  /** INV-06: the same content by the same applicant is only pointed out. Others may hold the same right in the same data. */
  private async isRepeated({ id, applicantId }: Application, sha256: string): Promise<boolean> {
    const twin = await this.sql.row(
      `SELECT a.id FROM registration.application a JOIN registration.data_resource r ON r.id = a.resource_id
       WHERE a.applicant_id = $1 AND a.id <> $2 AND r.sha256 = $3
         AND a.state NOT IN ('DRAFT', 'LAPSED', 'NOT_ACCEPTED', 'TERMINATED', 'REFUSED', 'WITHDRAWN') LIMIT 1`,
      [applicantId, id, sha256],
    );
    return twin !== undefined;
  }
}
