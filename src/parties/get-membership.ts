import type { MembershipView } from '@app/sdk';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetVenue } from '../market/get-venue.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { MEMBERSHIP, toMembershipView, type MembershipRow } from './list-memberships.js';

/** One membership, for the organisation, the venue's operator and watchers; for everybody else it does not exist. */
export class GetMembership extends Query<MembershipView> {
  constructor(readonly membershipId: string) {
    super();
  }
}

@QueryHandler(GetMembership)
export class GetMembershipHandler implements IQueryHandler<GetMembership> {
  constructor(
    private readonly sql: Sql,
    private readonly queries: QueryBus,
  ) {}

  async execute({ membershipId }: GetMembership): Promise<MembershipView> {
    const { orgId, roles } = permit('membership.read');
    const membership = await this.sql.row<MembershipRow>(`${MEMBERSHIP} WHERE id = $1`, [membershipId]);
    const watches = roles.includes('regulator') || roles.includes('auditor');
    const visible =
      membership &&
      (watches ||
        membership.organisationId === orgId ||
        (await this.queries.execute(new GetVenue(membership.venueId))).operatorId === orgId);
    if (!visible) throw new Refusal('not-found', { kind: 'membership', id: membershipId });
    return toMembershipView(membership);
  }
}
