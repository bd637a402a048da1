import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { CaseQuery, CaseSummary, Page } from '@app/sdk';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { CASE_IN_SIGHT, sightOf } from './sight.js';

export type SummaryRow = Omit<CaseSummary, 'openedAt' | 'dueAt'> & {
  readonly openedAt: Date;
  readonly dueAt: Date | null;
};

export const SUMMARY = `c.id, c.version, c.application_id AS "applicationId", c.applicant_id AS "applicantId",
  c.registrar_id AS "registrarId", c.resource_id AS "resourceId", c.rule_pack AS "rulePack", c.state,
  c.opened_at AS "openedAt", c.due_at AS "dueAt"`;

/** The cases in the actor's sight, the newest first. */
export class ListCases extends Query<Page<CaseSummary>> {
  constructor(readonly query: CaseQuery) {
    super();
  }
}

@QueryHandler(ListCases)
export class ListCasesHandler implements IQueryHandler<ListCases> {
  constructor(private readonly sql: Sql) {}

  async execute({ query: { limit, cursor, state, applicationId } }: ListCases): Promise<Page<CaseSummary>> {
    const actor = permit('committee.read');
    const [before = '~'] = decodeCursor(cursor, 'cas_') ?? [];
    const rows = await this.sql.rows<SummaryRow>(
      `SELECT ${SUMMARY} FROM committee.committee_case c WHERE ${CASE_IN_SIGHT} AND c.id < $6
         AND ($7::text IS NULL OR c.state = $7) AND ($8::text IS NULL OR c.application_id = $8) ORDER BY c.id DESC LIMIT $9`,
      [...sightOf(actor), before, state ?? null, applicationId ?? null, limit + 1],
    );
    const views = rows.map((row) => ({
      ...row,
      openedAt: row.openedAt.toISOString(),
      dueAt: row.dueAt?.toISOString() ?? null,
    }));
    return toPage(views, limit, ({ id }) => [id]);
  }
}
