import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { CommissionsQuery, CommissionView, Page } from '@app/sdk';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { seesAllMandates } from './list-mandates.js';

/** The commissions that the caller's organisation earned or bore; all of them for exchange officers and watchers. */
export class ListCommissions extends Query<Page<CommissionView>> {
  constructor(readonly filter: CommissionsQuery) {
    super();
  }
}

@QueryHandler(ListCommissions)
export class ListCommissionsHandler implements IQueryHandler<ListCommissions> {
  constructor(private readonly sql: Sql) {}

  async execute({ filter: { limit, cursor, orderId } }: ListCommissions): Promise<Page<CommissionView>> {
    const { orgId, roles } = permit('mandate.read');
    const [before = null] = decodeCursor(cursor, 'com_') ?? [];
    const rows = await this.sql.rows<CommissionView>(
      `SELECT id, version, mandate_id AS "mandateId", order_id AS "orderId", broker_id AS "brokerId",
         principal_id AS "principalId", commission_bp AS "commissionBp",
         jsonb_build_object('amount', amount::text, 'currency', currency) AS amount
       FROM brokerage.commission
       WHERE ($1::text IS NULL OR id < $1) AND ($2 OR $3 IN (broker_id, principal_id)) AND ($4::text IS NULL OR order_id = $4)
       ORDER BY id DESC LIMIT $5`,
      [before, seesAllMandates(roles), orgId, orderId ?? null, limit + 1],
    );
    return toPage(rows, limit, ({ id }) => [id]);
  }
}
