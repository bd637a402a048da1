import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ResourceView } from '@app/sdk';
import { IsPanelMember } from '../committee/is-panel-member.js';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { inSightOf, RESOURCE_COLUMNS, RESOURCE_IN_SIGHT } from './sight.js';

/** Declared data with its quality report, for those who have to do with it. */
export class GetResourceView extends Query<ResourceView> {
  constructor(readonly resourceId: string) {
    super();
  }
}

@QueryHandler(GetResourceView)
export class GetResourceViewHandler implements IQueryHandler<GetResourceView> {
  constructor(
    private readonly sql: Sql,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ resourceId }: GetResourceView): Promise<ResourceView> {
    const actor = permit('resource.read');
    const watchers = ['regulator', 'auditor', 'exchangeOfficer'] as const;
    const [orgId, registers, watches, now] = inSightOf(actor, watchers, this.clock.now());
    const decides =
      actor.roles.includes('committeeExpert') && (await this.queries.execute(new IsPanelMember(actor.id, resourceId)));
    const found = await this.sql.row<{ view: ResourceView }>(
      `SELECT ${RESOURCE_COLUMNS} || jsonb_build_object('report', r.report) AS view
       FROM registration.data_resource r WHERE ${RESOURCE_IN_SIGHT} AND r.id = $5`,
      [orgId, registers, watches || decides, now, resourceId],
    );
    if (!found) throw new Refusal('not-found', { kind: 'resource', id: resourceId });
    return found.view;
  }
}
