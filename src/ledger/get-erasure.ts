import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ErasureView } from '@app/sdk';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { ERASURE, toErasureView, type ErasureRow } from './list-erasures.js';

/** One erasure: what was asked for, why, and how it was decided. */
export class GetErasure extends Query<ErasureView> {
  constructor(readonly erasureId: string) {
    super();
  }
}

@QueryHandler(GetErasure)
export class GetErasureHandler implements IQueryHandler<GetErasure> {
  constructor(private readonly sql: Sql) {}

  async execute({ erasureId: id }: GetErasure): Promise<ErasureView> {
    permit('ledger.read');
    const row = await this.sql.row<ErasureRow>(`${ERASURE} WHERE id = $1`, [id]);
    if (!row) throw new Refusal('not-found', { kind: 'erasure', id });
    return toErasureView(row);
  }
}
