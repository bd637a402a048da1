import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Sql } from '../platform/sql.js';
import { ON_PANEL } from './sight.js';

/** Whether a person sits on the panel for an application, or for a data resource: for other contexts, which let the panel read what it decides about. */
export class IsPanelMember extends Query<boolean> {
  constructor(
    readonly personId: string,
    readonly subjectId: string,
  ) {
    super();
  }
}

@QueryHandler(IsPanelMember)
export class IsPanelMemberHandler implements IQueryHandler<IsPanelMember> {
  constructor(private readonly sql: Sql) {}

  async execute({ personId, subjectId }: IsPanelMember): Promise<boolean> {
    const seat = await this.sql.row(
      `SELECT FROM committee.committee_case c JOIN committee.expert e ON e.person_id = $1 AND e.state = 'ACTIVE'
       WHERE $2 IN (c.application_id, c.resource_id) AND c.state <> 'CLOSED' AND ${ON_PANEL}`,
      [personId, subjectId],
    );
    return seat !== undefined;
  }
}
