import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { MINIMUM_BITS, StatusList, type StatusPurpose } from '@app/signing';
import { Clock } from '../platform/clock.js';
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

/** A status list of the moment (W3C Bitstring Status List 1.0), signed. A certificate has the same place in both. */
export class GetStatusList extends Query<string> {
  constructor(readonly purpose: StatusPurpose) {
    super();
  }
}

@QueryHandler(GetStatusList)
export class GetStatusListHandler implements IQueryHandler<GetStatusList> {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly issuer: CertificateIssuer,
  ) {}

  async execute({ purpose }: GetStatusList): Promise<string> {
    const row = await this.sql.row<{ set: number[]; last: number }>(
      `SELECT coalesce(array_agg(status_list_index) FILTER (WHERE status = ANY ($1)), '{}') AS set,
              coalesce(max(status_list_index), 0) AS last FROM certificates.certificate`,
      [SET[purpose]],
    );
    const { set, last } = row!;
    // Doubled when it is full, so that an index never moves.
    let bits = MINIMUM_BITS;
    while (bits <= last) bits *= 2;
    const list = StatusList.create(bits);
    for (const index of set) list.set(index, true);
    // A little before now: verifiers' clocks differ.
    const from = new Date(this.clock.now().getTime() - SKEW_MS);
    return this.issuer.signStatusList(purpose, list, from, new Date(from.getTime() + LIFE_MS));
  }
}
