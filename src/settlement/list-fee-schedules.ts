import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { FeeScheduleView, FeeSchedulesQuery, Page } from '@app/sdk';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { feeScheduleMachine, type FeeScheduleState } from './fee-schedule.js';

export const FEE_SCHEDULE = `
  SELECT id, version, venue_id AS "venueId", transaction_fee_bp AS "transactionFeeBp",
    CASE WHEN minimum IS NOT NULL THEN jsonb_build_object('amount', minimum::text, 'currency', 'CNY') END AS minimum,
    CASE WHEN cap IS NOT NULL THEN jsonb_build_object('amount', cap::text, 'currency', 'CNY') END AS cap,
    tax_rate AS "taxRate", placeholder, proposed_by AS "proposedBy", published_by AS "publishedBy", state
  FROM settlement.fee_schedule`;
export type FeeScheduleRow = Omit<FeeScheduleView, 'actions'> & { readonly state: FeeScheduleState };

export const toFeeScheduleView = (row: FeeScheduleRow): FeeScheduleView => ({
  ...row,
  actions: feeScheduleMachine.actions(row.state).filter((action) => action === 'publish'),
});

/** What venues charge, the newest first; public, because a fee that nobody can look up may not be taken. */
export class ListFeeSchedules extends Query<Page<FeeScheduleView>> {
  constructor(readonly filter: FeeSchedulesQuery) {
    super();
  }
}

@QueryHandler(ListFeeSchedules)
export class ListFeeSchedulesHandler implements IQueryHandler<ListFeeSchedules> {
  constructor(private readonly sql: Sql) {}

  async execute({ filter: { limit, cursor, venueId, state } }: ListFeeSchedules): Promise<Page<FeeScheduleView>> {
    const [before = null] = decodeCursor(cursor, 'fee_') ?? [];
    const rows = await this.sql.rows<FeeScheduleRow>(
      `${FEE_SCHEDULE} WHERE ($1::text IS NULL OR id < $1) AND ($2::text IS NULL OR venue_id = $2)
         AND ($3::text IS NULL OR state = $3) ORDER BY id DESC LIMIT $4`,
      [before, venueId ?? null, state ?? null, limit + 1],
    );
    return toPage(rows.map(toFeeScheduleView), limit, ({ id }) => [id]);
  }
}
