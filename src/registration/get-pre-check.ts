import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { DeclareResourceBody, PreCheckBody, PreCheckView } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { ListRulePacks } from '../rulepacks/list-rule-packs.js';
import { actingFor } from './acting-for.js';
import { newestPack } from './application-rules.js';
import { ListSimilarData } from './list-similar-data.js';
import { preCheck } from './pre-check.js';
import { forFurther, partsOf } from './shared-filing.js';
import { submissionFacts } from './submission-facts.js';

/** What a filing would meet (预检), before there is one. Nothing is written. */
export class GetPreCheck extends Query<PreCheckView> {
  constructor(readonly body: PreCheckBody) {
    super();
  }
}

@QueryHandler(GetPreCheck)
export class GetPreCheckHandler implements IQueryHandler<GetPreCheck> {
  constructor(
    private readonly sql: Sql,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ body }: GetPreCheck): Promise<PreCheckView> {
    const actor = permit('application.file');
    await this.queries.execute(new ListRulePacks());
    const { regime, alsoUnder = [], declaration, resourceId, onBehalfOf: applicantId = actor.orgId, ...rest } = body;
    const now = this.clock.now();
    const need = { act: 'FILE', type: 'INITIAL', resourceId: resourceId ?? null } as const;
    await actingFor([applicantId], need, { actor, now }, this.queries);
    const further = alsoUnder.map((one, i) => forFurther(i, () => newestPack(one.regime, now)));
    const packs = [newestPack(regime, now), ...further];
    const data = declaration ?? (await this.declared(resourceId!, applicantId));
    const content = { ...rest, resourceId: resourceId ?? '' };
    const facts = await submissionFacts(
      this.queries,
      { applicantId, submitters: [applicantId, actor.orgId] },
      content,
      { declaration: data as DeclareResourceBody },
      now,
    );
    const similar = resourceId ? await this.queries.execute(new ListSimilarData(resourceId, applicantId)) : [];
    const duplicates = similar.filter(({ kind }) => kind === 'DUPLICATE_SUSPECT');
    const parts = packs.length > 1 ? partsOf(content, packs) : [content];
    const [first, ...others] = parts.map((part, i) => {
      const upgrade = part.upgradeOf === undefined ? null : facts.upgrade;
      return { regime: packs[i]!.id, ...preCheck(packs[i]!, 'INITIAL', part, data, { ...facts, upgrade }) };
    });
    const { regime: _main, ...found } = first!;
    return { ...found, duplicates, alsoUnder: others };
  }

  private async declared(id: string, applicantId: string): Promise<DeclareResourceBody> {
    const row = await this.sql.row<{ holderId: string; declaration: DeclareResourceBody }>(
      'SELECT holder_id AS "holderId", declaration FROM registration.data_resource WHERE id = $1',
      [id],
    );
    if (!row) throw new Refusal('not-found', { kind: 'resource', id });
    if (row.holderId !== applicantId) throw new Refusal('not-your-organisation');
    return row.declaration;
  }
}
