import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ListingView } from '@app/sdk';
import { currentContext, SYSTEM } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { LISTING_COLUMNS, toListingView, type ListingRow } from './listing-view.js';

const UNPUBLISHED = new Set(['DRAFT', 'SUBMITTED', 'REJECTED']);

/** One listing; public once it was published. Other contexts ask it too. */
export class GetListing extends Query<ListingView> {
  constructor(readonly listingId: string) {
    super();
  }
}

@QueryHandler(GetListing)
export class GetListingHandler implements IQueryHandler<GetListing> {
  constructor(private readonly sql: Sql) {}

  async execute({ listingId }: GetListing): Promise<ListingView> {
    const row = await this.sql.row<ListingRow & { operatorId: string }>(
      `SELECT ${LISTING_COLUMNS}, v.operator_id AS "operatorId"
       FROM market.listing l JOIN market.venue v ON v.id = l.venue_id WHERE l.id = $1`,
      [listingId],
    );
    if (!row) throw new Refusal('not-found', { kind: 'listing', id: listingId });
    const { operatorId, ...listing } = row;
    if (row.publishedAt === null || UNPUBLISHED.has(row.state)) mustSeeDrafts(listing, operatorId);
    return toListingView(listing);
  }
}

function mustSeeDrafts({ id, sellerId }: ListingRow, operatorId: string): void {
  const { actor } = currentContext();
  const watches = actor === SYSTEM || actor?.roles.some((role) => ['regulator', 'auditor'].includes(role));
  if (!watches && actor?.orgId !== sellerId && actor?.orgId !== operatorId)
    throw new Refusal('not-found', { kind: 'listing', id });
}
