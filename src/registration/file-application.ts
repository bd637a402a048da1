import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, FileApplicationBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { fault } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ListRulePacks } from '../rulepacks/list-rule-packs.js';
import { Application } from './application.js';
import { filedContent } from './filed-content.js';
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
    const { regime, registrarId, ...given } = body;
    const { content, about } = await filedContent(given, actor, this.uow, this.queries);
    const registrar = await this.sql.row<{ state: RegistrarState }>(
      'SELECT state FROM registration.registrar WHERE organisation_id = $1 AND digit IS NOT NULL',
      [registrarId],
    );
    if (!registrar) throw fault('/registrarId', '不是目录中的登记机构', 'no registrar of the catalogue');
    if (!TAKES_APPLICATIONS.includes(registrar.state)) throw closed(registrarId, registrar.state);
    // The version in force at this moment, whichever instance published it.
    await this.queries.execute(new ListRulePacks());
    const filing = { regime, type: body.type, registrarId, ...content };
    return { id: this.uow.add(Application.file(filing, { actor, now: this.clock.now() }, about)).id };
  }
}
