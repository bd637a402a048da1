import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ObjectionQuery, CertificateObjectionView, Page } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { OBJECTION_COLUMNS, OBJECTION_IN_SIGHT, toObjectionView, type ObjectionRow } from './get-objection.js';
import { inSightOf } from './sight.js';

/** The objections after registration that concern the reader, newest first. */
export class ListObjections extends Query<Page<CertificateObjectionView>> {
  constructor(readonly query: ObjectionQuery) {
    super();
  }
}

@QueryHandler(ListObjections)
export class ListObjectionsHandler implements IQueryHandler<ListObjections> {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({
    query: { limit, cursor, state, certificateNumber },
  }: ListObjections): Promise<Page<CertificateObjectionView>> {
    const actor = permit('objection.read');
    const [before = '~'] = decodeCursor(cursor, 'obj_') ?? [];
    const rows = await this.sql.rows<ObjectionRow>(
      `SELECT ${OBJECTION_COLUMNS} FROM registration.objection o
       WHERE ${OBJECTION_IN_SIGHT} AND o.id < $5 AND ($6::text IS NULL OR o.state = $6)
         AND ($7::text IS NULL OR o.certificate_number = $7) ORDER BY o.id DESC LIMIT $8`,
      [
        ...inSightOf(actor, ['regulator', 'auditor'], this.clock.now()),
        before,
        state ?? null,
        certificateNumber ?? null,
        limit + 1,
      ],
    );
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    return { items: items.map((row) => toObjectionView(row, actor)), nextCursor };
  }
}
