import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, FileApplicationBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { fault } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ListRulePacks } from '../rulepacks/list-rule-packs.js';
import { Application } from './application.js';
import { DataResource } from './data-resource.js';
import { TAKES_APPLICATIONS, type RegistrarState } from './registrar-machine.js';
import { closed } from './registrar.js';

/** Opens a draft at a registrar of the applicant's choice. */
export class FileApplication extends Command<Created> {
  constructor(readonly body: FileApplicationBody) {
    super();
  }
}

@CommandHandler(FileApplication)
export class FileApplicationHandler implements ICommandHandler<FileApplication> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ body }: FileApplication): Promise<Created> {
    const actor = permit('application.file');
    mustActFor(actor, (await this.uow.get(DataResource, body.resourceId)).holderId);
    const registrar = await this.sql.row<{ state: RegistrarState }>(
      'SELECT state FROM registration.registrar WHERE organisation_id = $1 AND digit IS NOT NULL',
      [body.registrarId],
    );
    if (!registrar) throw fault('/registrarId', '不是目录中的登记机构', 'no registrar of the catalogue');
    if (!TAKES_APPLICATIONS.includes(registrar.state)) throw closed(body.registrarId, registrar.state);
    // The version in force at this moment, whichever instance published it.
    await this.queries.execute(new ListRulePacks());
    return { id: this.uow.add(Application.file(body, { actor, now: this.clock.now() })).id };
  }
}
