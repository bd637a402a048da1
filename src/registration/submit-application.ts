import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeApplication } from './application-command.js';
import { DataResource } from './data-resource.js';
import { ListSimilarData } from './list-similar-data.js';
import { priorOf } from './prior-certificate.js';
import { submissionFacts } from './submission-facts.js';

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
      const resource = await this.uow.get(DataResource, application.resourceId);
      const facts = await submissionFacts(this.queries, applicantId, content, resource, act.now);
      const { status } = facts.applicant;
      if (status !== 'ACTIVE') throw new Refusal('parties/inactive', { id: applicantId, status });
      const prior = await priorOf(application, this.queries);
      // What is on the register already resembles itself.
      const asked = new ListSimilarData(application.resourceId, applicantId, id);
      const similar = prior ? [] : await this.queries.execute(asked);
      application.submit(action, { ...facts, prior }, similar, act);
    });
  }
}
