import type { MembershipQuery, MembershipView, Page } from '@app/sdk';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetVenue } from '../market/get-venue.js';
import { ListOperatedVenues } from '../market/list-operated-venues.js';
import { permit, type Actor } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { membershipMachine } from './membership.js';

export const MEMBERSHIP = `
  SELECT id, version, organisation_id AS "organisationId", venue_id AS "venueId", roles, state,
    commitment_hash AS "commitmentHash", reason
  FROM parties.membership`;
export type MembershipRow = Omit<MembershipView, 'actions'>;

export const toMembershipView = (row: MembershipRow): MembershipView => ({
  ...row,
  actions: membershipMachine.actions(row.state),
});

/** The memberships that the actor may see, optionally of one venue: its organisation's, those of the venues that this operates, or all. */
export class ListMemberships extends Query<Page<MembershipView>> {
  constructor(readonly query: MembershipQuery) {
    super();
  }
}

@QueryHandler(ListMemberships)
export class ListMembershipsHandler implements IQueryHandler<ListMemberships> {
  constructor(
    private readonly sql: Sql,
    private readonly queries: QueryBus,
  ) {}

  async execute({ query: { venueId, limit, cursor } }: ListMemberships): Promise<Page<MembershipView>> {
    const actor = permit('membership.read');
    const [after = ''] = decodeCursor(cursor, 'mem_') ?? [];
    // Of a venue that does not exist there is no list.
    if (venueId !== undefined) await this.queries.execute(new GetVenue(venueId));
    const operated = sees(actor) ? null : await this.queries.execute(new ListOperatedVenues(actor.orgId));
    const rows = await this.sql.rows<MembershipRow>(
      `${MEMBERSHIP}
       WHERE id > $1 AND ($2::text IS NULL OR venue_id = $2)
         AND ($4::text[] IS NULL OR organisation_id = $3 OR venue_id = ANY ($4))
       ORDER BY id LIMIT $5`,
      [after, venueId ?? null, actor.orgId, operated, limit + 1],
    );
    return toPage(rows.map(toMembershipView), limit, ({ id }) => [id]);
  }
}

/** Watchers see everything. */
const sees = ({ roles }: Actor): boolean => roles.includes('regulator') || roles.includes('auditor');
