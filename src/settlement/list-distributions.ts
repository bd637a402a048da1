import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { DistributionView, OrderQuery, Page } from '@app/sdk';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { distributionMachine } from './distribution.js';
import { money } from './list-escrows.js';
import { seesAll } from './list-schemes.js';

/** The distributions in which the caller's organisation sells or gets something; all of them for finance officers and watchers. */
export class ListDistributions extends Query<Page<DistributionView>> {
  constructor(readonly filter: OrderQuery & { readonly id?: string }) {
    super();
  }
}

@QueryHandler(ListDistributions)
export class ListDistributionsHandler implements IQueryHandler<ListDistributions> {
  constructor(private readonly sql: Sql) {}

  async execute({ filter: { limit, cursor, orderId, id } }: ListDistributions): Promise<Page<DistributionView>> {
    const { orgId, roles } = permit('account.read');
    const [before = null] = decodeCursor(cursor, 'dis_') ?? [];
    const rows = await this.sql.rows<Omit<DistributionView, 'actions'>>(
      `SELECT id, version, escrow_id AS "escrowId", order_id AS "orderId", operator_id AS "operatorId", ${money('gross')},
         ${money('distributable')}, lines, scheme_id AS "schemeId", fee_schedule_id AS "feeScheduleId",
         approved_by AS "approvedBy", state
       FROM settlement.distribution
       WHERE ($1::text IS NULL OR id < $1)
         AND ($2 OR lines @> jsonb_build_array(jsonb_build_object('organisationId', $3::text)))
         AND ($4::text IS NULL OR order_id = $4) AND ($5::text IS NULL OR id = $5)
       ORDER BY id DESC LIMIT $6`,
      [before, seesAll(roles), orgId, orderId ?? null, id ?? null, limit + 1],
    );
    if (id !== undefined && rows.length === 0) throw new Refusal('not-found', { kind: 'distribution', id });
    const views = rows.map((row) => ({
      ...row,
      actions: distributionMachine.actions(row.state).filter((action) => action === 'approve'),
    }));
    return toPage(views, limit, (row) => [row.id]);
  }
}
