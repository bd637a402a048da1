import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { MINIMUM_BITS, StatusList } from '@app/signing';
import { Clock } from '../platform/clock.js';
import { Sql } from '../platform/sql.js';
import { CertificateIssuer } from './issuer.js';

const LIFE_MS = 86_400_000;
const SKEW_MS = 300_000;

/** The revocation list of the moment (W3C Bitstring Status List 1.0), signed. */
export class GetStatusList extends Query<string> {}

@QueryHandler(GetStatusList)
export class GetStatusListHandler implements IQueryHandler<GetStatusList> {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly issuer: CertificateIssuer,
  ) {}

  async execute(): Promise<string> {
    const row = await this.sql.row<{ cancelled: number[]; last: number }>(
      `SELECT coalesce(array_agg(status_list_index) FILTER (WHERE status = 'CANCELLED'), '{}') AS cancelled,
              coalesce(max(status_list_index), 0) AS last FROM certificates.certificate`,
    );
    const { cancelled, last } = row!;
    // Doubled when it is full, so that an index never moves.
    let bits = MINIMUM_BITS;
    while (bits <= last) bits *= 2;
    const list = StatusList.create(bits);
    for (const index of cancelled) list.set(index, true);
    // A little before now: verifiers' clocks differ.
    const from = new Date(this.clock.now().getTime() - SKEW_MS);
    return this.issuer.signStatusList(list, from, new Date(from.getTime() + LIFE_MS));
  }
}
