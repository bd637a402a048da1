import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ErasureView, Page, PageQuery } from '@app/sdk';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { erasureMachine } from './erasure.js';

export const ERASURE = `
  SELECT id, version, event_id AS "eventId", event_type AS "eventType", event_stream AS "eventStream",
    legal_basis AS "legalBasis", reference, reason, requested_by AS "requestedBy", decided_by AS "decidedBy", state
  FROM ledger.erasure`;
export type ErasureRow = Omit<ErasureView, 'actions'>;

export const toErasureView = (row: ErasureRow): ErasureView => ({ ...row, actions: erasureMachine.actions(row.state) });

/** The erasures that were asked for, newest first. */
export class ListErasures extends Query<Page<ErasureView>> {
  constructor(readonly query: PageQuery) {
    super();
  }
}

@QueryHandler(ListErasures)
export class ListErasuresHandler implements IQueryHandler<ListErasures> {
  constructor(private readonly sql: Sql) {}

  async execute({ query: { limit, cursor } }: ListErasures): Promise<Page<ErasureView>> {
    permit('ledger.read');
    const [before = null] = decodeCursor(cursor, 'ers_') ?? [];
    const rows = await this.sql.rows<ErasureRow>(
      `${ERASURE} WHERE $1::text IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
      [before, limit + 1],
    );
    return toPage(rows.map(toErasureView), limit, ({ id }) => [id]);
  }
}
