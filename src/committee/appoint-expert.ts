import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { AppointExpertBody, Created } from '@app/sdk';
import { GetOrganisation } from '../parties/get-organisation.js';
import { GetPerson } from '../parties/get-person.js';
import { permit } from '../platform/context.js';
import { fault, orNull, Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Expert } from './expert.js';

/** Takes a person into the pool. */
export class AppointExpert extends Command<Created> {
  constructor(readonly body: AppointExpertBody) {
    super();
  }
}

@CommandHandler(AppointExpert)
export class AppointExpertHandler implements ICommandHandler<AppointExpert> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly sql: Sql,
  ) {}

  async execute({ body }: AppointExpert): Promise<Created> {
    const actor = permit('expert.keep');
    const { personId, employerId } = body;
    const person = await orNull(this.queries.execute(new GetPerson(personId)));
    if (!person) throw fault('/personId', '没有该人员', 'no such person');
    if (person.status !== 'ACTIVE' || !person.roles.includes('committeeExpert'))
      throw new Refusal('committee/not-an-expert-account', { personId });
    if (!(await orNull(this.queries.execute(new GetOrganisation(employerId)))))
      throw fault('/employerId', '没有该机构', 'no such organisation');
    const known = await this.sql.row("SELECT FROM committee.expert WHERE person_id = $1 AND state <> 'RETIRED'", [
      personId,
    ]);
    if (known) throw new Refusal('committee/already-expert', { personId });
    const { id } = this.uow.add(Expert.appoint(body, person.displayName, person.organisationId, actor.id));
    return { id };
  }
}
