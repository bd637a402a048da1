import { Inject, Injectable, Logger } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { shanghaiDate } from '@app/calendar';
import { LAST_SERIAL } from '@app/rulepacks';
import { Clock } from '../platform/clock.js';
import { asSystem } from '../platform/context.js';
import { metrics } from '../platform/metrics.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Worker } from '../platform/worker.js';
import { ListNumberSeries, prefixOf } from './list-number-series.js';
import { NoteNumbers } from './note-numbers.js';
import { NumberSeries } from './number-series.js';

/** Looks after the numbers of the month: how many are left, and that none was skipped unnoticed. */
@Injectable()
export class WatchCertificateNumbers extends Worker {
  protected readonly log = new Logger(WatchCertificateNumbers.name);
  protected readonly idleMs = 5000;
  private readonly complete = new Map<string, number>();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    @Inject(Clock) private readonly clock: Clock,
  ) {
    super();
  }

  async step(): Promise<number> {
    const month = shanghaiDate(this.clock.now()).slice(0, 7).replace('-', '');
    const watched = await asSystem(() => this.queries.execute(new ListNumberSeries({}, this.complete)));
    metrics.certificateNumbers.reset();
    let noted = 0;
    for (const { regionCode2, registrarDigit, yearMonth, used, alarm, gaps, unnotedGaps } of watched) {
      if (gaps.length === 0) this.complete.set(prefixOf({ regionCode2, registrarDigit, yearMonth }), used);
      const labels = { region: regionCode2, registrar: registrarDigit };
      if (yearMonth === month) metrics.certificateNumbers.set(labels, used / LAST_SERIAL);
      if (!NumberSeries.isAlarming(used, alarm) && unnotedGaps === 0) continue;
      const key = { regionCode2, registrarDigit, yearMonth };
      this.log.error(
        { alert: true, ...key, used, capacity: LAST_SERIAL, gaps },
        'certificate numbers run low, or have gaps',
      );
      await asSystem(() => this.uow.execute(new NoteNumbers(key, used, gaps)));
      noted += 1;
    }
    return noted;
  }
}
