import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ApplicationQuery, ApplicationSummary, Page } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { APPLICATION_IN_SIGHT, inSightOf } from './sight.js';

/** Applications in the actor's sight, the newest first. */
export class ListApplications extends Query<Page<ApplicationSummary>> {
  constructor(readonly query: ApplicationQuery) {
    super();
  }
}

@QueryHandler(ListApplications)
export class ListApplicationsHandler implements IQueryHandler<ListApplications> {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ query: { limit, cursor, state } }: ListApplications): Promise<Page<ApplicationSummary>> {
    const actor = permit('application.read');
    const [before = '~'] = decodeCursor(cursor, 'app_') ?? [];
    const rows = await this.sql.rows<ApplicationSummary>(
      `SELECT a.id, a.version, a.applicant_id AS "applicantId", a.registrar_id AS "registrarId",
         a.resource_id AS "resourceId", r.declaration->>'name' AS "resourceName", a.regime, a.type, a.state,
         a.submitted_at AS "submittedAt", a.certificate_number AS "certificateNumber"
       FROM registration.application a JOIN registration.data_resource r ON r.id = a.resource_id
       WHERE ${APPLICATION_IN_SIGHT} AND a.id < $5 AND ($6::text IS NULL OR a.state = $6) ORDER BY a.id DESC LIMIT $7`,
      [...inSightOf(actor, ['regulator', 'auditor'], this.clock.now()), before, state ?? null, limit + 1],
    );
    return toPage(rows, limit, ({ id }) => [id]);
  }
}
