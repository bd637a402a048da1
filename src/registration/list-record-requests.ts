import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Page, RecordRequestQuery, RecordRequestView } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { RECORD_COLUMNS, RECORD_IN_SIGHT, toRecordView, type RecordRow } from './get-record-request.js';
import { inSightOf } from './sight.js';

/** The requests for records that concern the reader, newest first. */
export class ListRecordRequests extends Query<Page<RecordRequestView>> {
  constructor(readonly query: RecordRequestQuery) {
    super();
  }
}

@QueryHandler(ListRecordRequests)
export class ListRecordRequestsHandler implements IQueryHandler<ListRecordRequests> {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ query: { limit, cursor, state } }: ListRecordRequests): Promise<Page<RecordRequestView>> {
    const actor = permit('record.read');
    const [before = '~'] = decodeCursor(cursor, 'rrq_') ?? [];
    const rows = await this.sql.rows<RecordRow>(
      `SELECT ${RECORD_COLUMNS} FROM registration.record_request r
       WHERE ${RECORD_IN_SIGHT} AND r.id < $5 AND ($6::text IS NULL OR r.state = $6) ORDER BY r.id DESC LIMIT $7`,
      [...inSightOf(actor, ['regulator', 'auditor'], this.clock.now()), before, state ?? null, limit + 1],
    );
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    return { items: items.map((row) => toRecordView(row, actor)), nextCursor };
  }
}
