import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { VenueView } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';

/** One venue; public. Other contexts ask it too. */
export class GetVenue extends Query<VenueView> {
  constructor(readonly venueId: string) {
    super();
  }
}

@QueryHandler(GetVenue)
export class GetVenueHandler implements IQueryHandler<GetVenue> {
  constructor(private readonly sql: Sql) {}

  async execute({ venueId }: GetVenue): Promise<VenueView> {
    const venue = await this.sql.row<VenueView>(
      `SELECT id, version, code, name, type, parent_id AS "parentId", operator_id AS "operatorId"
       FROM market.venue WHERE id = $1`,
      [venueId],
    );
    if (!venue) throw new Refusal('not-found', { kind: 'venue', id: venueId });
    return venue;
  }
}
