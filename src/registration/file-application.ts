import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { type Created, type FileApplicationBody, TAKES_APPLICATIONS, type RegistrarState } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { newId } from '../platform/id.js';
import { fault, Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ListRulePacks } from '../rulepacks/list-rule-packs.js';
import { actingFor } from './acting-for.js';
import { newestPack } from './application-rules.js';
import { Application } from './application.js';
import { filedContent } from './filed-content.js';
import { forFurther, partsOf } from './shared-filing.js';

/** Opens a draft at a registrar of the applicant's choice, by the applicant or its agent; under several regimes, one for each, all or none. */
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
    const own = { actor, now: this.clock.now() };
    const {
      regime,
      registrarId,
      onBehalfOf = actor.orgId,
      alsoUnder = [],
      ...given
    } = { alsoUnder: undefined, ...body };
    const need = { act: 'FILE', type: body.type, resourceId: null } as const;
    // Before anything of a principal is read: who may not act for it learns nothing of it.
    if (onBehalfOf !== actor.orgId) await actingFor([onBehalfOf], need, own, this.queries);
    const { content, about } = await filedContent(given, onBehalfOf, this.uow, this.queries);
    const act = await actingFor([onBehalfOf], { ...need, resourceId: content.resourceId }, own, this.queries, this.uow);
    const states = await this.statesOf([
      registrarId,
      ...alsoUnder.map((further) => further.registrarId ?? registrarId),
    ]);
    mustTakeApplications(registrarId, states);
    // The version in force at this moment, whichever instance published it.
    await this.queries.execute(new ListRulePacks());
    if (alsoUnder.length === 0) {
      const filing = { regime, type: body.type, registrarId, ...content };
      return { id: this.uow.add(Application.file(filing, act, about)).id };
    }
    const groupId = newId('grp');
    const further = alsoUnder.map((one, i) => forFurther(i, () => newestPack(one.regime, act.now)));
    const [first, ...parts] = partsOf(content, [newestPack(regime, act.now), ...further]);
    const { id } = this.uow.add(
      Application.file({ regime, type: body.type, registrarId, ...first! }, act, about, groupId),
    );
    for (const [i, part] of parts.entries())
      forFurther(i, () => {
        const filing = { regime: alsoUnder[i]!.regime, registrarId: alsoUnder[i]!.registrarId ?? registrarId };
        mustTakeApplications(filing.registrarId, states);
        this.uow.add(Application.file({ ...filing, type: body.type, ...part }, act, about, groupId));
      });
    return { id };
  }

  private async statesOf(registrarIds: readonly string[]): Promise<ReadonlyMap<string, RegistrarState>> {
    const rows = await this.sql.rows<{ id: string; state: RegistrarState }>(
      `SELECT organisation_id AS id, state FROM registration.registrar
       WHERE organisation_id = ANY ($1) AND digit IS NOT NULL`,
      [registrarIds],
    );
    return new Map(rows.map(({ id, state }) => [id, state]));
  }
}

function mustTakeApplications(registrarId: string, states: ReadonlyMap<string, RegistrarState>): void {
  const state = states.get(registrarId);
  if (!state) throw fault('/registrarId', '不是目录中的登记机构', 'no registrar of the catalogue');
  if (!TAKES_APPLICATIONS.includes(state)) throw new Refusal('registration/registrar-closed', { registrarId, state });
}
