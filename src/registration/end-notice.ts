import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetOrganisation } from '../parties/get-organisation.js';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { GetFile } from '../platform/get-file.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';
import type { Application } from './application.js';
import { DataResource } from './data-resource.js';
import type { RegisteredFacts } from './evidence.js';
import { GetRegistrar } from './get-registrar.js';

/** The notice has passed without an open objection: evidence is recorded and the rights are registered. */
@OnDeadline('registration.notice')
export class EndNotice extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(EndNotice)
export class EndNoticeHandler implements ICommandHandler<EndNotice> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: EndNotice): Promise<void> {
    const actor = permit('application.by-deadline');
    const act = { actor, now: this.clock.now() };
    await changeApplication(this.uow, id, async (application) => {
      if (application.isDue('registration.notice', act.now)) application.register(await this.facts(application), act);
    });
  }

  private async facts({ applicantId, resourceId, registrarId, content }: Application): Promise<RegisteredFacts> {
    const fileHashes = new Map<string, string>();
    for (const { fileId } of content.materials)
      fileHashes.set(fileId, (await this.queries.execute(new GetFile(fileId))).sha256);
    return {
      holder: await this.queries.execute(new GetOrganisation(applicantId)),
      resource: await this.uow.get(DataResource, resourceId),
      registrar: await this.queries.execute(new GetRegistrar(registrarId)),
      fileHashes,
    };
  }
}
