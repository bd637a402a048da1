import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { MINIMUM_BITS, StatusList, type StatusPurpose } from '@app/signing';
import { Clock } from '../platform/clock.js';
import { fault } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import type { CertificateState } from './certificate-machine.js';
import { CertificateIssuer } from './issuer.js';

const LIFE_MS = 86_400_000;
const SKEW_MS = 300_000;

/** What each list says; that the term has ended, every credential says itself. */
const SET: Readonly<Record<StatusPurpose, readonly CertificateState[]>> = {
  revocation: ['CANCELLED', 'REVOKED', 'SUPERSEDED'],
  suspension: ['RESTRICTED'],
};
/** The events after which a certificate is in a state that a list may speak of, or no longer in it. */
const STATE_AFTER: Readonly<Record<string, CertificateState>> = {
  'certificates.certificate-restricted.v1': 'RESTRICTED',
  'certificates.certificate-released.v1': 'ACTIVE',
  'certificates.certificate-expired.v1': 'EXPIRED',
  'certificates.certificate-cancelled.v1': 'CANCELLED',
  'certificates.certificate-revoked.v1': 'REVOKED',
  'certificates.certificate-superseded.v1': 'SUPERSEDED',
};

const LAST = 'SELECT coalesce(max(status_list_index), 0) FROM certificates.certificate';
const NOW = `SELECT coalesce(array_agg(status_list_index), '{}') AS set, (${LAST}) AS last
  FROM certificates.certificate WHERE status = ANY ($1)`;
/** $2: the events that count, $3: those that lead to what is asked. Who never left ACTIVE has no such event. */
const EARLIER = `SELECT coalesce(array_agg(status_list_index), '{}') AS set, (${LAST}) AS last
  FROM certificates.certificate c CROSS JOIN LATERAL (
    SELECT e.type FROM ledger.payload e WHERE e.stream = c.id AND e.type = ANY ($2)
      AND (e.payload::jsonb->>'at')::timestamptz <= $1 ORDER BY e.version DESC LIMIT 1) latest
  WHERE (c.status NOT IN ('PREPARED', 'ACTIVE', 'OBJECTED') OR c.remarks <> '[]') AND latest.type = ANY ($3)`;

/**
 * A status list (W3C Bitstring Status List 1.0), signed: of now, or as it was at an earlier time. A certificate has the same place in both
 * lists. One of an earlier time is valid at that very moment only, so that nobody can show yesterday's in place of today's.
 */
export class GetStatusList extends Query<string> {
  constructor(
    readonly purpose: StatusPurpose,
    readonly asOf?: Date,
    /** Under which address, when it is an earlier one of this service. */
    readonly origin?: string,
  ) {
    super();
  }
}

interface Found {
  readonly set: number[];
  readonly last: number;
}

@QueryHandler(GetStatusList)
export class GetStatusListHandler implements IQueryHandler<GetStatusList> {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly issuer: CertificateIssuer,
  ) {}

  async execute({ purpose, asOf, origin }: GetStatusList): Promise<string> {
    const now = this.clock.now();
    if (asOf && asOf > now) throw fault('/asOf', '时间在将来', 'is in the future');
    const list = await this.listAt(purpose, asOf);
    if (asOf) return this.issuer.signStatusList(purpose, list, { validFrom: asOf, validUntil: asOf, origin });
    // A little before now: verifiers' clocks differ.
    const validFrom = new Date(now.getTime() - SKEW_MS);
    const validUntil = new Date(validFrom.getTime() + LIFE_MS);
    return this.issuer.signStatusList(purpose, list, { validFrom, validUntil, origin });
  }

  private async listAt(purpose: StatusPurpose, asOf?: Date): Promise<StatusList> {
    const types = Object.keys(STATE_AFTER);
    const leading = types.filter((type) => SET[purpose].includes(STATE_AFTER[type]!));
    const row = await (asOf
      ? this.sql.row<Found>(EARLIER, [asOf, types, leading])
      : this.sql.row<Found>(NOW, [SET[purpose]]));
    const { set, last } = row!;
    // Doubled when it is full, so that an index never moves.
    let bits = MINIMUM_BITS;
    while (bits <= last) bits *= 2;
    const list = StatusList.create(bits);
    for (const index of set) list.set(index, true);
    return list;
  }
}
