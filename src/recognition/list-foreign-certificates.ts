import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ForeignCertificateQuery, ForeignCertificateView, Page } from '@app/sdk';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import {
  FOREIGN,
  FOREIGN_IN_SIGHT,
  sightOfForeign,
  toForeignView,
  type ForeignRow,
} from './get-foreign-certificate.js';

/** The register of certificates issued elsewhere, newest first; public, and with what the reader is concerned in. */
export class ListForeignCertificates extends Query<Page<ForeignCertificateView>> {
  constructor(readonly query: ForeignCertificateQuery) {
    super();
  }
}

@QueryHandler(ListForeignCertificates)
export class ListForeignCertificatesHandler implements IQueryHandler<ListForeignCertificates> {
  constructor(private readonly sql: Sql) {}

  async execute({ query: { limit, cursor, number } }: ListForeignCertificates): Promise<Page<ForeignCertificateView>> {
    const [before = null] = decodeCursor(cursor, 'fct_') ?? [];
    const rows = await this.sql.rows<ForeignRow>(
      `${FOREIGN} WHERE ${FOREIGN_IN_SIGHT} AND ($2::text IS NULL OR id < $2) AND ($3::text IS NULL OR number = $3)
       ORDER BY id DESC LIMIT $4`,
      [sightOfForeign(), before, number ?? null, limit + 1],
    );
    return toPage(rows.map(toForeignView), limit, ({ id }) => [id]);
  }
}
