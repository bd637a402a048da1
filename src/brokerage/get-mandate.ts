import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { MandateView } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { MANDATE, toMandateView, type MandateRow } from './list-mandates.js';

/** One mandate. Published for other contexts: whoever may see it there, they decide. */
export class GetMandate extends Query<MandateView> {
  constructor(readonly mandateId: string) {
    super();
  }
}

@QueryHandler(GetMandate)
export class GetMandateHandler implements IQueryHandler<GetMandate> {
  constructor(private readonly sql: Sql) {}

  async execute({ mandateId: id }: GetMandate): Promise<MandateView> {
    const row = await this.sql.row<MandateRow>(`${MANDATE} WHERE id = $1`, [id]);
    if (!row) throw new Refusal('not-found', { kind: 'mandate', id });
    return toMandateView(row);
  }
}
