import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Page, PageQuery, SchemeView } from '@app/sdk';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { stepsOf } from './waterfall.js';

export const SCHEME = `
  SELECT id, version, seller_id AS "sellerId", name, participants, content_hash AS "contentHash", state,
    jsonb_path_query_array(signatures, '$[*].organisationId') AS "signedBy"
  FROM settlement.distribution_scheme`;
export type SchemeRow = Omit<SchemeView, 'steps' | 'actions'>;

export const toSchemeView = (row: SchemeRow): SchemeView => ({
  ...row,
  steps: stepsOf(row.participants) as unknown as SchemeView['steps'],
  actions: row.state === 'PROPOSED' ? ['sign'] : [],
});

/** The schemes in which the caller's organisation takes part; all of them for finance officers and watchers. */
export class ListSchemes extends Query<Page<SchemeView>> {
  constructor(readonly page: PageQuery) {
    super();
  }
}

@QueryHandler(ListSchemes)
export class ListSchemesHandler implements IQueryHandler<ListSchemes> {
  constructor(private readonly sql: Sql) {}

  async execute({ page: { limit, cursor } }: ListSchemes): Promise<Page<SchemeView>> {
    const { orgId, roles } = permit('account.read');
    const [before = null] = decodeCursor(cursor, 'sch_') ?? [];
    const rows = await this.sql.rows<SchemeRow>(
      `${SCHEME} WHERE ($1::text IS NULL OR id < $1)
         AND ($2 OR seller_id = $3 OR participants @> jsonb_build_array(jsonb_build_object('organisationId', $3::text)))
       ORDER BY id DESC LIMIT $4`,
      [before, seesAll(roles), orgId, limit + 1],
    );
    return toPage(rows.map(toSchemeView), limit, ({ id }) => [id]);
  }
}

/** Who sees every organisation's money: those who run it and those who watch. */
export const seesAll = (roles: readonly string[]): boolean =>
  roles.some((role) => ['financeOfficer', 'regulator', 'auditor', 'system'].includes(role));
