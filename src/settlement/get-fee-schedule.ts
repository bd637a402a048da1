import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { FeeScheduleView } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { FEE_SCHEDULE, toFeeScheduleView, type FeeScheduleRow } from './list-fee-schedules.js';

export class GetFeeSchedule extends Query<FeeScheduleView> {
  constructor(readonly feeScheduleId: string) {
    super();
  }
}

@QueryHandler(GetFeeSchedule)
export class GetFeeScheduleHandler implements IQueryHandler<GetFeeSchedule> {
  constructor(private readonly sql: Sql) {}

  async execute({ feeScheduleId: id }: GetFeeSchedule): Promise<FeeScheduleView> {
    const row = await this.sql.row<FeeScheduleRow>(`${FEE_SCHEDULE} WHERE id = $1`, [id]);
    if (!row) throw new Refusal('not-found', { kind: 'fee-schedule', id });
    return toFeeScheduleView(row);
  }
}
