import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { type RegistrarDetail, SERVING } from '@app/sdk';
import { currentContext, type Actor } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { GetRegistrarAdmission } from './get-registrar-admission.js';
import { registrarMachine, type RegistrarAction } from './registrar-machine.js';
import type { RegistrarRecord } from './registrar-record.js';
import { dutiesOf } from './registrar-rules.js';

/** One registrar with its measures, reports and disclosures; candidates, and what is not public, only for those concerned. */
export class GetRegistrarDetail extends Query<RegistrarDetail> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(GetRegistrarDetail)
export class GetRegistrarDetailHandler implements IQueryHandler<GetRegistrarDetail> {
  constructor(
    private readonly queries: QueryBus,
    private readonly sql: Sql,
  ) {}

  async execute({ id }: GetRegistrarDetail): Promise<RegistrarDetail> {
    const row = await this.sql.row<RegistrarRecord>(
      `SELECT id, version, organisation_id AS "organisationId", name, region_code2 AS "regionCode2", digit, state, profile,
         disclosure, pending, measures, changes, reports, overdue, exit, archive, successor_id AS "successorId",
         first_year AS "firstYear" FROM registration.registrar WHERE $1 IN (id, organisation_id)`,
      [id],
    );
    const { actor } = currentContext();
    const concerned = row !== undefined && seesAll(row, actor);
    if (!row || (row.digit === null && !concerned)) throw new Refusal('not-found', { kind: 'registrar', id });
    const { pending, profile, changes, archive, firstYear: _, ...rest } = row;
    return {
      ...rest,
      measures: [...rest.measures],
      reports: [...rest.reports],
      overdue: [...rest.overdue],
      actions: actionsFor(row, actor),
      // The file is the successor's: to nobody else it would be a link that is refused.
      archive: archive && { ...archive, fileId: actor?.orgId === row.successorId ? archive.fileId : null },
      reviewers: await this.reviewers(row.organisationId),
      duties: dutiesOf(row).map(({ duty, due }) => ({ duty, due: due.toISOString() })),
      profile: concerned ? profile : null,
      admission: concerned && profile ? await this.queries.execute(new GetRegistrarAdmission(row)) : null,
      order: concerned ? pending : null,
      changes: concerned ? [...changes] : null,
    };
  }

  private async reviewers(organisationId: string): Promise<RegistrarDetail['reviewers']> {
    const rows = await this.sql.rows<{ discipline: string; count: number }>(
      `SELECT d AS discipline, count(*)::int AS count FROM registration.staff_member, jsonb_array_elements_text(disciplines) d
       WHERE registrar_id = $1 AND state = 'ACTIVE' GROUP BY 1 ORDER BY 1`,
      [organisationId],
    );
    const all = await this.sql.row<{ count: number }>(
      `SELECT count(*)::int AS count FROM registration.staff_member WHERE registrar_id = $1 AND state = 'ACTIVE'`,
      [organisationId],
    );
    const byDiscipline = Object.fromEntries(rows.map(({ discipline, count }) => [discipline, count]));
    return { active: all!.count, byDiscipline };
  }
}

const WATCHERS = ['authorityOfficer', 'operator', 'regulator', 'auditor', 'system'];

const seesAll = ({ organisationId, successorId }: RegistrarRecord, actor: Actor | undefined): boolean =>
  actor !== undefined &&
  ([organisationId, successorId].includes(actor.orgId) || actor.roles.some((role) => WATCHERS.includes(role)));

const AUTHORITY: readonly RegistrarAction[] = [
  'recommend',
  'catalogue',
  'suspendPublishing',
  'reinstate',
  'remove',
  'nameSuccessor',
  'approveExit',
  'declineExit',
  'reportExit',
];
const OWN: readonly RegistrarAction[] = ['stateProfile', 'noticeExit'];

/** What this reader may do now: actions of the machine, and those beside it. */
function actionsFor(registrar: RegistrarRecord, actor: Actor | undefined): string[] {
  const { state, organisationId, successorId, pending, profile, archive, changes } = registrar;
  const allowed = registrarMachine.actions(state);
  const [own, authority] = [
    actor?.orgId === organisationId && actor.roles.includes('registrarApprover'),
    actor?.roles.includes('authorityOfficer') === true,
  ];
  const [serving, change] = [SERVING.includes(state), changes.at(-1)?.state];
  const closing = archive?.confirmedAt ? [] : allowed.filter((one) => one.startsWith('archive'));
  const may: string[] = [];
  if (own) {
    may.push(...allowed.filter((one) => OWN.includes(one)), ...(serving ? ['disclose', 'report'] : []));
    if (serving && profile === null) may.push('stateProfile');
    if (serving && change !== 'NOTICED' && change !== 'CONFIRMED') may.push('noticeChange');
    if (serving && change === 'CONFIRMED') may.push('update');
  }
  if (authority) {
    const orders = pending ? [] : allowed.filter((one) => AUTHORITY.includes(one));
    may.push(...orders, ...(!pending && change === 'NOTICED' ? ['confirmChange', 'declineChange'] : []));
    if (pending) may.push('declineOrder', ...(pending.proposedBy === actor?.id ? [] : ['confirmOrder']));
    if (serving) may.push('assess');
  }
  if (own || authority) may.push(...closing);
  if (actor?.orgId === successorId && actor?.roles.includes('registrarApprover') && archive && !archive.confirmedAt)
    may.push(...allowed.filter((one) => one.startsWith('handOver')));
  return [...new Set(may)];
}
