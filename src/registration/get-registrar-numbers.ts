import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { addDays, startOfDay } from '@app/calendar';
import type { RegistrarNumbers } from '@app/sdk';
import { ListCertificatesOfRegistrar } from '../certificates/list-certificates-of-registrar.js';
import { Sql } from '../platform/sql.js';
import { applicationMachine } from './application-machine.js';

/** What a registrar did in a calendar year (Asia/Shanghai), counted from the platform's own rows. */
export class GetRegistrarNumbers extends Query<RegistrarNumbers> {
  constructor(
    readonly registrarId: string,
    readonly year: number,
  ) {
    super();
  }
}

/** What ends an application against its applicant, whoever decided it. */
const REFUSALS = Object.entries(applicationMachine.transitions)
  .filter(([, { to }]) => ['REFUSED', 'NOT_ACCEPTED', 'TERMINATED'].includes(to))
  .map(([action]) => action);

type Counted = Omit<RegistrarNumbers, 'onTimeShare' | 'refusals' | 'certificatesIssued' | 'certificatesEnded'>;

@QueryHandler(GetRegistrarNumbers)
export class GetRegistrarNumbersHandler implements IQueryHandler<GetRegistrarNumbers> {
  constructor(
    private readonly queries: QueryBus,
    private readonly sql: Sql,
  ) {}

  async execute({ registrarId, year }: GetRegistrarNumbers): Promise<RegistrarNumbers> {
    const [from, to] = [startOfDay(`${year}-01-01`), startOfDay(addDays(`${year}-12-31`, 1))];
    const row = await this.sql.row<Counted & { onTime: number }>(
      `SELECT count(*) FILTER (WHERE submitted_at >= $2 AND submitted_at < $3)::int AS applications,
         count(*) FILTER (WHERE accepted_at >= $2 AND accepted_at < $3)::int AS accepted,
         count(*) FILTER (WHERE accepted_at >= $2 AND accepted_at < $3 AND missed = '[]')::int AS "onTime",
         -- Of a late answer the time had passed before the acceptance; what is missed later belongs to other clocks.
         coalesce(sum((SELECT count(*) FROM jsonb_array_elements_text(missed) m WHERE m::timestamptz >= $2
           AND m::timestamptz < $3 AND (accepted_at IS NULL OR m::timestamptz < accepted_at))), 0)::int AS "acceptancesOverdue",
         count(*) FILTER (WHERE valid_from >= $2 AND valid_from < $3)::int AS registered,
         coalesce(sum((SELECT count(*) FROM jsonb_array_elements(objections) o
           WHERE (o->>'at')::timestamptz >= $2 AND (o->>'at')::timestamptz < $3)), 0)::int AS objections,
         coalesce(sum((SELECT count(*) FROM jsonb_array_elements(objections) o WHERE o->>'upheld' = 'true'
           AND (o->>'at')::timestamptz >= $2 AND (o->>'at')::timestamptz < $3)), 0)::int AS "objectionsUpheld",
         (SELECT count(*)::int FROM registration.staff_member WHERE registrar_id = $1 AND listed_at < $3
           AND (ended_at IS NULL OR ended_at >= $3)) AS staff
       FROM registration.application WHERE registrar_id = $1`,
      [registrarId, from, to],
    );
    const refusals = await this.sql.rows<{ code: string; count: number }>(
      `SELECT d->>'groundCode' AS code, count(*)::int AS count
       FROM registration.application, jsonb_array_elements(decisions) d
       WHERE registrar_id = $1 AND d->>'action' = ANY($4)
         AND d->>'groundCode' IS NOT NULL AND (d->>'at')::timestamptz >= $2 AND (d->>'at')::timestamptz < $3
       GROUP BY 1 ORDER BY 1`,
      [registrarId, from, to, REFUSALS],
    );
    const { onTime, ...counted } = row!;
    return {
      ...counted,
      onTimeShare: counted.accepted === 0 ? null : (onTime / counted.accepted).toFixed(4),
      refusals: Object.fromEntries(refusals.map(({ code, count }) => [code, count])),
      ...(await this.certificates(registrarId, from, to)),
    };
  }

  private async certificates(registrarId: string, from: Date, to: Date) {
    const all = await this.queries.execute(new ListCertificatesOfRegistrar(registrarId));
    const within = (at: string | null) => at !== null && new Date(at) >= from && new Date(at) < to;
    const certificatesEnded: Record<string, number> = {};
    for (const { status, endedAt } of all)
      if (within(endedAt)) certificatesEnded[status] = (certificatesEnded[status] ?? 0) + 1;
    const issued = all.filter(({ status, validFrom }) => status !== 'PREPARED' && within(validFrom));
    return { certificatesIssued: issued.length, certificatesEnded };
  }
}
