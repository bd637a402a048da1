import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { FeeScheduleView } from '@app/sdk';
import { Sql } from '../platform/sql.js';
import { FEE_SCHEDULE, toFeeScheduleView, type FeeScheduleRow } from './list-fee-schedules.js';

/** The fee schedule in force at a venue, or null; other contexts ask it too. */
export class GetFees extends Query<FeeScheduleView | null> {
  constructor(readonly venueId: string) {
    super();
  }
}

@QueryHandler(GetFees)
export class GetFeesHandler implements IQueryHandler<GetFees> {
  constructor(private readonly sql: Sql) {}

  async execute({ venueId }: GetFees): Promise<FeeScheduleView | null> {
    const row = await this.sql.row<FeeScheduleRow>(`${FEE_SCHEDULE} WHERE venue_id = $1 AND state = 'PUBLISHED'`, [
      venueId,
    ]);
    return row ? toFeeScheduleView(row) : null;
  }
}
