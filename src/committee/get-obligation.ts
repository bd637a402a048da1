import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ObligationView } from '@app/sdk';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { OBLIGATION, toObligationView, type ObligationRow } from './list-obligations.js';
import { sightOf } from './sight.js';

export class GetObligation extends Query<ObligationView> {
  constructor(readonly obligationId: string) {
    super();
  }
}

@QueryHandler(GetObligation)
export class GetObligationHandler implements IQueryHandler<GetObligation> {
  constructor(private readonly sql: Sql) {}

  async execute({ obligationId }: GetObligation): Promise<ObligationView> {
    const actor = permit('obligation.read');
    const row = await this.sql.row<ObligationRow>(`${OBLIGATION} AND c.id = $5`, [
      ...sightOf(actor).slice(0, 4),
      obligationId,
    ]);
    if (!row) throw new Refusal('not-found', { kind: 'obligation', id: obligationId });
    return toObligationView(row, actor);
  }
}
