import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { endOfDay, startOfDay } from '@app/calendar';
import type { CertificateQuery, CertificateView, Page } from '@app/sdk';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { CERTIFICATE_COLUMNS, viewOf, type CertificateRow } from './get-certificate.js';

/** The public register, newest first, by whatever it shows. */
export class ListCertificates extends Query<Page<CertificateView>> {
  constructor(readonly query: CertificateQuery) {
    super();
  }
}

/** What may be asked for; each condition stands for a parameter that may be null. */
const CONDITIONS: Readonly<Record<Exclude<keyof CertificateQuery, 'limit' | 'cursor'>, (p: string) => string>> = {
  search: (p) => `number ILIKE ${p} OR data_name ILIKE ${p} OR holder_name ILIKE ${p}`,
  number: (p) => `number = ${p}`,
  holderId: (p) => `holder_id = ${p}`,
  holder: (p) => `holder_name ILIKE ${p}`,
  dataName: (p) => `data_name ILIKE ${p}`,
  registrarId: (p) => `registrar_id = ${p}`,
  region: (p) => `substr(number, 3, 2) = ${p}`,
  industry: (p) => `industry_section = trim(both '%' from ${p}) OR industry_text ILIKE ${p}`,
  right: (p) => `rights ? ${p}`,
  status: (p) => `status = ${p}`,
  registeredFrom: (p) => `valid_from >= ${p}::timestamptz`,
  registeredTo: (p) => `valid_from <= ${p}::timestamptz`,
};

const PARTS: readonly (keyof typeof CONDITIONS)[] = ['search', 'holder', 'dataName', 'industry'];
const names = Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[];
const WHERE = names
  .map((name, i) => `($${i + 3}::text IS NULL OR ${CONDITIONS[name](`$${i + 3}`)})`)
  .join('\n         AND ');

@QueryHandler(ListCertificates)
export class ListCertificatesHandler implements IQueryHandler<ListCertificates> {
  constructor(private readonly sql: Sql) {}

  async execute({ query }: ListCertificates): Promise<Page<CertificateView>> {
    const { limit, cursor } = query;
    const [before = '~'] = decodeCursor(cursor, 'cert_') ?? [];
    const rows = await this.sql.rows<CertificateRow>(
      `SELECT ${CERTIFICATE_COLUMNS} FROM certificates.certificate
       WHERE id < $1 AND status <> 'PREPARED' AND ${WHERE} ORDER BY id DESC LIMIT $2`,
      [before, limit + 1, ...names.map((name) => wanted(name, query))],
    );
    return toPage(rows.map(viewOf), limit, ({ id }) => [id]);
  }
}

function wanted(name: keyof typeof CONDITIONS, query: CertificateQuery): string | null {
  const value = query[name];
  if (value === undefined) return null;
  if (name === 'registeredFrom') return startOfDay(value).toISOString();
  if (name === 'registeredTo') return endOfDay(value).toISOString();
  return PARTS.includes(name) ? `%${value.replace(/[\\%_]/g, '\\$&')}%` : value;
}
