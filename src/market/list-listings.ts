import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ListingsQuery, ListingView, Page } from '@app/sdk';
import { currentContext } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { LISTING_COLUMNS, toListingView, type ListingRow } from './listing-view.js';

/** The catalogue (public), one's own listings, or those at one's venues; the newest first. */
export class ListListings extends Query<Page<ListingView>> {
  constructor(readonly query: ListingsQuery) {
    super();
  }
}

const SCOPES = {
  catalogue: `l.state = 'PUBLISHED'`,
  own: 'l.seller_id = $6',
  venue: 'l.venue_id IN (SELECT id FROM market.venue WHERE operator_id = $6)',
} as const;

@QueryHandler(ListListings)
export class ListListingsHandler implements IQueryHandler<ListListings> {
  constructor(private readonly sql: Sql) {}

  async execute({
    query: { limit, cursor, q, venueId, productType, scope },
  }: ListListings): Promise<Page<ListingView>> {
    const { actor } = currentContext();
    if (scope !== 'catalogue' && !actor) throw new Refusal('unauthenticated');
    const [before] = decodeCursor(cursor, 'lst_') ?? [];
    // Wildcards of the caller are ordinary characters.
    const pattern = q ? `%${q.replace(/[\\%_]/g, '\\$&')}%` : null;
    const rows = await this.sql.rows<ListingRow>(
      `SELECT ${LISTING_COLUMNS} FROM market.listing l
       WHERE ($1::text IS NULL OR l.id < $1) AND ($2::text IS NULL OR l.title ILIKE $2 OR l.description ILIKE $2)
         AND ($3::text IS NULL OR l.venue_id = $3) AND ($4::text IS NULL OR l.product_type = $4)
         AND ${SCOPES[scope]} ${scope === 'catalogue' ? 'AND $6::text IS NULL' : ''}
       ORDER BY l.id DESC LIMIT $5`,
      [
        before ?? null,
        pattern,
        venueId ?? null,
        productType ?? null,
        limit + 1,
        scope === 'catalogue' ? null : actor!.orgId,
      ],
    );
    return toPage(rows.map(toListingView), limit, ({ id }) => [id]);
  }
}
