import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { LAST_SERIAL } from '@app/rulepacks';
import type { NumberSeriesQuery, NumberSeriesView } from '@app/sdk';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import type { SeriesKey } from './number-series.js';

/** How many numbers each registrar has used in each month, the newest month first, with what is missing among them. */
export class ListNumberSeries extends Query<readonly NumberSeriesView[]> {
  constructor(
    readonly query: Partial<NumberSeriesQuery>,
    /** By what a series' numbers begin with, up to which serial none is missing: as that stays so, those are not counted again. */
    readonly complete: ReadonlyMap<string, number> = new Map(),
  ) {
    super();
  }
}

/** What the numbers of a series begin with. */
export const prefixOf = ({ regionCode2, registrarDigit, yearMonth }: SeriesKey): string =>
  `SJ${regionCode2}${registrarDigit}${yearMonth}`;

interface Row {
  readonly region: string;
  readonly digit: string;
  readonly month: string;
  readonly used: number;
  readonly given: number;
  readonly alarm: number;
  readonly noted: number;
  readonly waiting: number;
}

/** Three years of every registrar that there can be. */
const LIMIT = 12_000;

@QueryHandler(ListNumberSeries)
export class ListNumberSeriesHandler implements IQueryHandler<ListNumberSeries> {
  constructor(private readonly sql: Sql) {}

  async execute({ query: { yearMonth }, complete }: ListNumberSeries): Promise<readonly NumberSeriesView[]> {
    permit('certificate-number.read');
    const rows = await this.sql.rows<Row>(
      `SELECT c.*, coalesce(k.last, 0) + (SELECT count(*)::int FROM certificates.certificate x
           WHERE x.number > prefix || lpad(coalesce(k.last, 0)::text, 4, '0')
             AND x.number <= prefix || '9999') AS given,
         coalesce(s.alarm, 0) AS alarm,
         (SELECT coalesce(sum((g->>1)::int - (g->>0)::int + 1), 0)::int FROM jsonb_array_elements(s.gaps) g) AS noted,
         (SELECT count(*)::int FROM certificates.postponement p WHERE p.state = 'WAITING'
            AND (p.registered->>'regionCode2', p.registered->>'registrarDigit') = (region, digit)) AS waiting
       FROM (SELECT substr(name, 8, 2) AS region, substr(name, 10, 1) AS digit, substr(name, 12, 6) AS month, value AS used,
               'SJ' || substr(name, 8, 3) || substr(name, 12, 6) AS prefix
             FROM certificates.counter WHERE name LIKE 'serial %') c
       LEFT JOIN unnest($2::text[], $3::int[]) AS k (prefix, last) USING (prefix)
       LEFT JOIN certificates.number_series s ON (s.region_code2, s.registrar_digit, s.year_month) = (region, digit, month)
       WHERE $1::text IS NULL OR month = $1 ORDER BY month DESC, region, digit LIMIT ${LIMIT}`,
      [yearMonth ?? null, [...complete.keys()], [...complete.values()]],
    );
    return Promise.all(rows.map((row) => this.toView(row)));
  }

  private async toView({ region, digit, month, used, given, alarm, noted, waiting }: Row): Promise<NumberSeriesView> {
    const key = { regionCode2: region, registrarDigit: digit, yearMonth: month };
    const missing = used - given;
    const gaps = missing === 0 ? [] : await this.gaps(prefixOf(key), used);
    return { ...key, used, capacity: LAST_SERIAL, alarm, gaps, unnotedGaps: missing - noted, waiting };
  }

  private async gaps(prefix: string, used: number): Promise<[number, number][]> {
    const rows = await this.sql.rows<{ first: number; last: number }>(
      `SELECT min(n)::int AS first, max(n)::int AS last FROM (
         SELECT n, n - row_number() OVER (ORDER BY n) AS run FROM generate_series(1, $2::int) n
         WHERE NOT EXISTS (SELECT FROM certificates.certificate WHERE number = $1 || lpad(n::text, 4, '0'))) missing
       GROUP BY run ORDER BY 1`,
      [prefix, used],
    );
    return rows.map(({ first, last }) => [first, last]);
  }
}
