import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ObligationQuery, ObligationView, Page } from '@app/sdk';
import { permit, type Actor } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { obligationMachine } from './obligation.js';
import { OBLIGATION_IN_SIGHT, sightOf } from './sight.js';

export type ObligationRow = Omit<ObligationView, 'actions' | 'dueAt' | 'confirmedAt'> & {
  readonly dueAt: Date;
  readonly confirmedAt: Date | null;
};

export const OBLIGATION = `SELECT c.id, c.version, c.case_id AS "caseId", c.application_id AS "applicationId",
  c.applicant_id AS "applicantId", c.registrar_id AS "registrarId", c.text, c.due_at AS "dueAt", c.overdue, c.evidence, c.reason,
  c.confirmed_by AS "confirmedBy", c.confirmed_at AS "confirmedAt", c.state
  FROM committee.obligation c WHERE ${OBLIGATION_IN_SIGHT}`;

export function toObligationView(row: ObligationRow, { id, orgId, roles }: Actor): ObligationView {
  const acts: string[] = [];
  if (orgId === row.applicantId && roles.includes('holder')) acts.push('submit');
  if (orgId === row.registrarId && roles.some((role) => role === 'registrarOfficer' || role === 'registrarApprover'))
    acts.push('sendBack', ...(row.evidence?.by === id ? [] : ['confirm']));
  return {
    ...row,
    dueAt: row.dueAt.toISOString(),
    confirmedAt: row.confirmedAt?.toISOString() ?? null,
    actions: obligationMachine.actions(row.state).filter((action) => acts.includes(action)),
  };
}

/** What resolutions demand of applicants, the newest first; the applicant's own, a registrar's, or all for watchers. */
export class ListObligations extends Query<Page<ObligationView>> {
  constructor(readonly query: ObligationQuery) {
    super();
  }
}

@QueryHandler(ListObligations)
export class ListObligationsHandler implements IQueryHandler<ListObligations> {
  constructor(private readonly sql: Sql) {}

  async execute({ query: { limit, cursor, state, applicationId } }: ListObligations): Promise<Page<ObligationView>> {
    const actor = permit('obligation.read');
    const [before = '~'] = decodeCursor(cursor, 'obl_') ?? [];
    const rows = await this.sql.rows<ObligationRow>(
      `${OBLIGATION} AND c.id < $5 AND ($6::text IS NULL OR c.state = $6)
         AND ($7::text IS NULL OR c.application_id = $7) ORDER BY c.id DESC LIMIT $8`,
      [...sightOf(actor).slice(0, 4), before, state ?? null, applicationId ?? null, limit + 1],
    );
    return toPage(
      rows.map((row) => toObligationView(row, actor)),
      limit,
      ({ id }) => [id],
    );
  }
}
