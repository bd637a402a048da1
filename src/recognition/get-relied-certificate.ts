import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetCertificate } from '../certificates/get-certificate.js';
import type { RefusedReliance } from '@app/sdk';
import { orNull, Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { FOREIGN, type ForeignRow } from './get-foreign-certificate.js';

/** What the market needs to know of a certificate, wherever it was issued. */
export interface ReliedCertificate {
  readonly holderId: string;
  readonly resourceId: string;
  /** Of one issued elsewhere: ACTIVE while it is recorded. */
  readonly status: string;
  readonly rights: readonly string[];
  readonly validFrom: string;
  readonly validTo: string;
  /** Venues that do not rely on it, each with its just cause (INV-26). */
  readonly refusals: readonly RefusedReliance[];
  /** The number of the certificate issued here that stands in its place. */
  readonly upgradedBy: string | null;
}

/** Of a certificate that states no end. */
const NO_END = '9999-12-31T15:59:59.999Z';

/** The certificate with this number, issued here or recorded here; other contexts ask it. */
export class GetReliedCertificate extends Query<ReliedCertificate> {
  constructor(readonly number: string) {
    super();
  }
}

@QueryHandler(GetReliedCertificate)
export class GetReliedCertificateHandler implements IQueryHandler<GetReliedCertificate> {
  constructor(
    private readonly queries: QueryBus,
    private readonly sql: Sql,
  ) {}

  async execute({ number }: GetReliedCertificate): Promise<ReliedCertificate> {
    const own = await orNull(this.queries.execute(new GetCertificate(number)));
    if (own) return { ...own, refusals: [], upgradedBy: null };
    const row = await this.sql.row<ForeignRow>(
      `${FOREIGN} WHERE number = $1 AND recorded IS NOT NULL ORDER BY (state = 'RECORDED') DESC, id DESC LIMIT 1`,
      [number],
    );
    if (!row) throw new Refusal('not-found', { kind: 'certificate', id: number });
    const { holderId, resourceId, rights, validFrom, validTo, refusals, upgradedBy } = row;
    const status = row.state === 'RECORDED' ? 'ACTIVE' : row.state;
    const term = { validFrom: validFrom.toISOString(), validTo: validTo?.toISOString() ?? NO_END };
    return { holderId, resourceId, status, rights, ...term, refusals, upgradedBy: upgradedBy?.number ?? null };
  }
}
