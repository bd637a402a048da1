import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { AuthorityView } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { AUTHORITY, AUTHORITY_IN_SIGHT, toAuthorityView, type AuthorityRow } from './authority-view.js';
import { sightOf } from './sight.js';

/** One authority, for both sides, and for a registrar before whom it was used. */
export class GetAuthority extends Query<AuthorityView> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(GetAuthority)
export class GetAuthorityHandler implements IQueryHandler<GetAuthority> {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: GetAuthority): Promise<AuthorityView> {
    const actor = permit('authority.read');
    const row = await this.sql.row<AuthorityRow>(`${AUTHORITY} WHERE ${AUTHORITY_IN_SIGHT} AND u.id = $4`, [
      ...sightOf(actor, ['regulator', 'auditor']),
      id,
    ]);
    if (!row) throw new Refusal('not-found', { kind: 'authority', id });
    return toAuthorityView(row, actor, this.clock.now());
  }
}
