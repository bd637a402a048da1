import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Sql } from '../platform/sql.js';
import { FITS_APPLICATION } from './sight.js';

/**
 * Every organisation that an application names: applicant, registrar, holder of the data, those who objected, and whoever else stands in
 * its content (joint applicants), its agents, and those who may become that at any moment. For other contexts: who decides about it must have no interest in any of them.
 */
export class ListApplicationParties extends Query<string[]> {
  constructor(readonly applicationId: string) {
    super();
  }
}

@QueryHandler(ListApplicationParties)
export class ListApplicationPartiesHandler implements IQueryHandler<ListApplicationParties> {
  constructor(private readonly sql: Sql) {}

  async execute({ applicationId }: ListApplicationParties): Promise<string[]> {
    const rows = await this.sql.rows<{ id: string }>(
      `SELECT DISTINCT m[1] AS id FROM registration.application a LEFT JOIN registration.data_resource r ON r.id = a.resource_id,
         regexp_matches(concat_ws(' ', to_jsonb(a), r.holder_id), 'org_[0-9a-f]{32}', 'g') m
       WHERE a.id = $1
       UNION SELECT u.agent_id FROM registration.authority u JOIN registration.application a ON ${FITS_APPLICATION}
       WHERE a.id = $1 AND u.state = 'ACTIVE' ORDER BY 1`,
      [applicationId],
    );
    return rows.map(({ id }) => id);
  }
}
