import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { MandatesQuery, MandateView, Page } from '@app/sdk';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { mandateMachine } from './mandate.js';

export const MANDATE = `
  SELECT id, version, broker_id AS "brokerId", principal_id AS "principalId", side, venue_id AS "venueId",
    commission_bp AS "commissionBp", valid_from AS "validFrom", valid_to AS "validTo", exclusive,
    anti_circumvention_months AS "antiCircumventionMonths", reason, state
  FROM brokerage.mandate`;
export type MandateRow = Omit<MandateView, 'actions' | 'validFrom' | 'validTo'> & { validFrom: Date; validTo: Date };

export const toMandateView = (row: MandateRow): MandateView => ({
  ...row,
  validFrom: row.validFrom.toISOString(),
  validTo: row.validTo.toISOString(),
  actions: mandateMachine.actions(row.state).filter((action) => action !== 'expire'),
});

export const seesAllMandates = (roles: readonly string[]): boolean =>
  roles.some((role) => ['exchangeOfficer', 'regulator', 'auditor', 'system'].includes(role));

/** The mandates that the caller's organisation gave or got; all of them for exchange officers and watchers. */
export class ListMandates extends Query<Page<MandateView>> {
  constructor(readonly filter: MandatesQuery) {
    super();
  }
}

@QueryHandler(ListMandates)
export class ListMandatesHandler implements IQueryHandler<ListMandates> {
  constructor(private readonly sql: Sql) {}

  async execute({ filter: { limit, cursor, state } }: ListMandates): Promise<Page<MandateView>> {
    const { orgId, roles } = permit('mandate.read');
    const [before = null] = decodeCursor(cursor, 'man_') ?? [];
    const rows = await this.sql.rows<MandateRow>(
      `${MANDATE} WHERE ($1::text IS NULL OR id < $1) AND ($2 OR $3 IN (broker_id, principal_id))
         AND ($4::text IS NULL OR state = $4) ORDER BY id DESC LIMIT $5`,
      [before, seesAllMandates(roles), orgId, state ?? null, limit + 1],
    );
    return toPage(rows.map(toMandateView), limit, ({ id }) => [id]);
  }
}
