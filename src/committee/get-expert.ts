import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ExpertView } from '@app/sdk';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { EXPERT, seenBy, toExpertView, type ExpertRow } from './list-experts.js';

export class GetExpert extends Query<ExpertView> {
  constructor(readonly expertId: string) {
    super();
  }
}

@QueryHandler(GetExpert)
export class GetExpertHandler implements IQueryHandler<GetExpert> {
  constructor(private readonly sql: Sql) {}

  async execute({ expertId }: GetExpert): Promise<ExpertView> {
    const actor = permit('expert.read');
    const row = await this.sql.row<ExpertRow>(`${EXPERT} WHERE id = $1 AND ($2::text IS NULL OR person_id = $2)`, [
      expertId,
      seenBy(actor),
    ]);
    if (!row) throw new Refusal('not-found', { kind: 'expert', id: expertId });
    return toExpertView(row, actor);
  }
}
