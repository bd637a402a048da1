import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { SchemeView } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { SCHEME, toSchemeView, type SchemeRow } from './list-schemes.js';

/** One distribution scheme. Published for other contexts: whoever may see it there, they decide. */
export class GetScheme extends Query<SchemeView> {
  constructor(readonly schemeId: string) {
    super();
  }
}

@QueryHandler(GetScheme)
export class GetSchemeHandler implements IQueryHandler<GetScheme> {
  constructor(private readonly sql: Sql) {}

  async execute({ schemeId: id }: GetScheme): Promise<SchemeView> {
    const row = await this.sql.row<SchemeRow>(`${SCHEME} WHERE id = $1`, [id]);
    if (!row) throw new Refusal('not-found', { kind: 'distribution-scheme', id });
    return toSchemeView(row);
  }
}
