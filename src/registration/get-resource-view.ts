import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ResourceView } from '@app/sdk';
import { IsPanelMember } from '../committee/is-panel-member.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { RESOURCE_COLUMNS, RESOURCE_IN_SIGHT, sightOf } from './sight.js';

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
  ) {}

  async execute({ resourceId }: GetResourceView): Promise<ResourceView> {
    const actor = permit('resource.read');
    const [orgId, registers, watches] = sightOf(actor, ['regulator', 'auditor', 'exchangeOfficer']);
    const decides =
      actor.roles.includes('committeeExpert') && (await this.queries.execute(new IsPanelMember(actor.id, resourceId)));
    const found = await this.sql.row<{ view: ResourceView }>(
      `SELECT ${RESOURCE_COLUMNS} || jsonb_build_object('report', r.report) AS view
       FROM registration.data_resource r WHERE ${RESOURCE_IN_SIGHT} AND r.id = $4`,
      [orgId, registers, watches || decides, resourceId],
    );
    if (!found) throw new Refusal('not-found', { kind: 'resource', id: resourceId });
    return found.view;
  }
}
