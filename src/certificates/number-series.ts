import { Column, Entity } from 'typeorm';
import { LAST_SERIAL } from '@app/rulepacks';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';
import { newId } from '../platform/id.js';

/** Percent of the numbers of a month whose use raises an alarm, each once. */
const ALARMS = [90, 99, 100] as const;

/** The numbers of one registrar in one month (N1 annex 6). */
export interface SeriesKey {
  readonly regionCode2: string;
  readonly registrarDigit: string;
  readonly yearMonth: string;
}

@Event('certificates.number-series-watched.v1')
export class NumberSeriesWatched {
  constructor(
    readonly seriesId: string,
    readonly key: SeriesKey,
  ) {}
}

@Event('certificates.numbers-running-low.v1')
export class NumbersRunningLow {
  constructor(
    readonly seriesId: string,
    readonly key: SeriesKey,
    readonly used: number,
    readonly percent: 90 | 99,
  ) {}
}

/** None is left in this month: what is registered from now on waits for the next one. */
@Event('certificates.numbers-exhausted.v1')
export class NumbersExhausted {
  constructor(
    readonly seriesId: string,
    readonly key: SeriesKey,
  ) {}
}

/** Serials that no certificate has although later ones were given (INV-05): first and last of each run. */
@Event('certificates.number-gaps-found.v1')
export class NumberGapsFound {
  constructor(
    readonly seriesId: string,
    readonly gaps: readonly Gap[],
  ) {}
}

export type Gap = readonly [first: number, last: number];

/** What was noted of one registrar's numbers in one month, from the first alarm or gap on. */
@Entity({ schema: 'certificates', name: 'number_series' })
@Stream('ser')
export class NumberSeries extends Aggregate {
  @Column('text') readonly regionCode2!: string;
  @Column('text') readonly registrarDigit!: string;
  @Column('text') readonly yearMonth!: string;
  @Column('integer') readonly alarm!: number;
  @Column('jsonb') readonly gaps!: readonly Gap[];

  static watch(key: SeriesKey): NumberSeries {
    const series = new NumberSeries();
    series.apply(new NumberSeriesWatched(newId('ser'), key));
    return series;
  }

  /** Whether `used` numbers are worth an alarm that was not raised yet. */
  static isAlarming(used: number, alarm: number): boolean {
    return ALARMS.some((percent) => percent > alarm && used * 100 >= percent * LAST_SERIAL);
  }

  note(used: number): void {
    for (const percent of ALARMS) {
      if (percent <= this.alarm || used * 100 < percent * LAST_SERIAL) continue;
      if (percent === 100) this.apply(new NumbersExhausted(this.id, this.key));
      else this.apply(new NumbersRunningLow(this.id, this.key, used, percent));
    }
  }

  noteGaps(found: readonly Gap[]): void {
    const known = new Set(this.gaps.map(([first, last]) => `${first}-${last}`));
    const gaps = found.filter(([first, last]) => !known.has(`${first}-${last}`));
    if (gaps.length > 0) this.apply(new NumberGapsFound(this.id, gaps));
  }

  get key(): SeriesKey {
    const { regionCode2, registrarDigit, yearMonth } = this;
    return { regionCode2, registrarDigit, yearMonth };
  }

  onNumberSeriesWatched({ seriesId, key }: NumberSeriesWatched): void {
    Object.assign(this, { id: seriesId, ...key, alarm: 0, gaps: [] });
  }
  onNumbersRunningLow({ percent }: NumbersRunningLow): void {
    Object.assign(this, { alarm: percent });
  }
  onNumbersExhausted(): void {
    Object.assign(this, { alarm: 100 });
  }
  onNumberGapsFound({ gaps }: NumberGapsFound): void {
    Object.assign(this, { gaps: [...this.gaps, ...gaps] });
  }
}
