import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { NumberSeries, type Gap, type SeriesKey } from './number-series.js';

/** Notes, once each, that the numbers of a month run low or out, and which serials were never given. */
export class NoteNumbers extends Command<void> {
  constructor(
    readonly key: SeriesKey,
    readonly used: number,
    readonly gaps: readonly Gap[],
  ) {
    super();
  }
}

@CommandHandler(NoteNumbers)
export class NoteNumbersHandler implements ICommandHandler<NoteNumbers> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async execute({ key, used, gaps }: NoteNumbers): Promise<void> {
    permit('certificate.issue');
    const known = await this.sql.row<{ id: string }>(
      `SELECT id FROM certificates.number_series
       WHERE (region_code2, registrar_digit, year_month) = ($1, $2, $3)`,
      [key.regionCode2, key.registrarDigit, key.yearMonth],
    );
    const series = known ? await this.uow.get(NumberSeries, known.id) : this.uow.add(NumberSeries.watch(key));
    series.note(used);
    series.noteGaps(gaps);
  }
}
