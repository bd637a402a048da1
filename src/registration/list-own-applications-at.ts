import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Sql } from '../platform/sql.js';
import { applicationMachine } from './application-machine.js';
import { NAMED } from './sight.js';

/** The applications of an organisation, and those in which it is an agent, that are under way at a registrar: it cannot take them over (SOD-1). */
export class ListOwnApplicationsAt extends Query<string[]> {
  constructor(
    readonly registrarId: string,
    readonly organisationId: string,
  ) {
    super();
  }
}

@QueryHandler(ListOwnApplicationsAt)
export class ListOwnApplicationsAtHandler implements IQueryHandler<ListOwnApplicationsAt> {
  constructor(private readonly sql: Sql) {}

  async execute({ registrarId, organisationId }: ListOwnApplicationsAt): Promise<string[]> {
    const rows = await this.sql.rows<{ id: string }>(
      `SELECT a.id FROM registration.application a
       WHERE a.registrar_id = $2 AND a.state = ANY($3) AND (a.applicant_id = $1 OR ${NAMED}
         OR (a.agents <> '[]' AND a.agents @> jsonb_build_array(jsonb_build_object('agentId', $1::text)))) ORDER BY a.id`,
      [organisationId, registrarId, applicationMachine.transitions.withdraw.from],
    );
    return rows.map(({ id }) => id);
  }
}
