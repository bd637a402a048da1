import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ExpertQuery, ExpertView, Page } from '@app/sdk';
import { permit, type Actor } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { expertMachine } from './expert.js';

export type ExpertRow = Omit<ExpertView, 'actions'>;

export const EXPERT = `SELECT id, version, person_id AS "personId", name, disciplines, employer_id AS "employerId", interests,
  term_from AS "termFrom", term_to AS "termTo", state, reason FROM committee.expert`;

/** An expert sees itself; the secretary and watchers see the pool. */
export const seenBy = ({ id, roles }: Actor): string | null =>
  roles.some((role) => role === 'operator' || role === 'regulator' || role === 'auditor') ? null : id;

export const toExpertView = (row: ExpertRow, { id, roles }: Actor): ExpertView => ({
  ...row,
  actions: expertMachine
    .actions(row.state)
    .filter((action) => (action === 'declareInterests' ? row.personId === id : roles.includes('operator'))),
});

/** The pool of experts, in the order of their appointment. */
export class ListExperts extends Query<Page<ExpertView>> {
  constructor(readonly query: ExpertQuery) {
    super();
  }
}

@QueryHandler(ListExperts)
export class ListExpertsHandler implements IQueryHandler<ListExperts> {
  constructor(private readonly sql: Sql) {}

  async execute({ query: { limit, cursor, state, discipline } }: ListExperts): Promise<Page<ExpertView>> {
    const actor = permit('expert.read');
    const [after = ''] = decodeCursor(cursor, 'exp_') ?? [];
    const rows = await this.sql.rows<ExpertRow>(
      `${EXPERT} WHERE id > $1 AND ($2::text IS NULL OR person_id = $2) AND ($3::text IS NULL OR state = $3)
         AND ($4::text IS NULL OR disciplines ? $4) ORDER BY id LIMIT $5`,
      [after, seenBy(actor), state ?? null, discipline ?? null, limit + 1],
    );
    return toPage(
      rows.map((row) => toExpertView(row, actor)),
      limit,
      ({ id }) => [id],
    );
  }
}
