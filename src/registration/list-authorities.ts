import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { AuthorityQuery, AuthorityView, Page } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { AUTHORITY, AUTHORITY_IN_SIGHT, toAuthorityView, type AuthorityRow } from './authority-view.js';
import { sightOf } from './sight.js';

/** Authorities that the actor's organisation gave or got, and for a registrar those used before it; the newest first. */
export class ListAuthorities extends Query<Page<AuthorityView>> {
  constructor(readonly query: AuthorityQuery) {
    super();
  }
}

@QueryHandler(ListAuthorities)
export class ListAuthoritiesHandler implements IQueryHandler<ListAuthorities> {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ query: { limit, cursor, state, as } }: ListAuthorities): Promise<Page<AuthorityView>> {
    const actor = permit('authority.read');
    const [before = '~'] = decodeCursor(cursor, 'aut_') ?? [];
    const rows = await this.sql.rows<AuthorityRow>(
      `${AUTHORITY} WHERE ${AUTHORITY_IN_SIGHT} AND u.id < $4 AND ($5::text IS NULL OR u.state = $5)
         AND ($6::text IS NULL OR $1 = CASE $6 WHEN 'AGENT' THEN u.agent_id ELSE u.principal_id END)
       ORDER BY u.id DESC LIMIT $7`,
      [...sightOf(actor, ['regulator', 'auditor']), before, state ?? null, as ?? null, limit + 1],
    );
    const now = this.clock.now();
    return toPage(
      rows.map((row) => toAuthorityView(row, actor, now)),
      limit,
      ({ id }) => [id],
    );
  }
}
