import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { CertificateQuery, CertificateView, Page } from '@app/sdk';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { CERTIFICATE_COLUMNS } from './get-certificate.js';

/** The public register, newest first, searched by number, name of the data or holder. */
export class ListCertificates extends Query<Page<CertificateView>> {
  constructor(readonly query: CertificateQuery) {
    super();
  }
}

@QueryHandler(ListCertificates)
export class ListCertificatesHandler implements IQueryHandler<ListCertificates> {
  constructor(private readonly sql: Sql) {}

  async execute({ query: { limit, cursor, search } }: ListCertificates): Promise<Page<CertificateView>> {
    const [before = '~'] = decodeCursor(cursor, 'cert_') ?? [];
    const like = search === undefined ? '%' : `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    const rows = await this.sql.rows<CertificateView>(
      `SELECT ${CERTIFICATE_COLUMNS} FROM certificates.certificate
       WHERE id < $1 AND status <> 'PREPARED' AND (number ILIKE $2
         OR credential->'credentialSubject'->'data'->>'name' ILIKE $2
         OR credential->'credentialSubject'->'holder'->>'name' ILIKE $2)
       ORDER BY id DESC LIMIT $3`,
      [before, like, limit + 1],
    );
    return toPage(rows, limit, ({ id }) => [id]);
  }
}
