import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { isProvisional } from '@app/calendar';
import type { CertificateObjectionView } from '@app/sdk';
import { permit, type Actor } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { packOf } from './application-rules.js';
import { awaited, objectionActs, objectionMachine, type Objection, type ObjectionAction } from './objection.js';
import { sightOf } from './sight.js';

export type ObjectionRow = Pick<
  Objection,
  | 'id'
  | 'version'
  | 'certificateId'
  | 'certificateNumber'
  | 'registrarId'
  | 'registrantId'
  | 'objectorId'
  | 'rulePack'
  | 'state'
  | 'reason'
  | 'evidence'
  | 'filedAt'
  | 'notifyDue'
  | 'overdue'
  | 'acceptedAt'
  | 'handlerId'
  | 'conclusion'
  | 'answers'
  | 'remedy'
  | 'acts'
  | 'closedAt'
> &
  Pick<CertificateObjectionView, 'change'>;

export const OBJECTION_COLUMNS = `o.id, o.version, o.certificate_id AS "certificateId",
  o.certificate_number AS "certificateNumber", o.registrar_id AS "registrarId", o.registrant_id AS "registrantId",
  o.objector_id AS "objectorId", o.rule_pack AS "rulePack", o.state, o.reason, o.evidence, o.filed_at AS "filedAt",
  o.notify_due AS "notifyDue", o.overdue, o.accepted_at AS "acceptedAt", o.handler_id AS "handlerId", o.conclusion,
  o.answers, o.remedy, o.acts, o.closed_at AS "closedAt",
  (SELECT jsonb_build_object('applicationId', a.id, 'state', a.state, 'certificateNumber', a.certificate_number)
   FROM registration.application a WHERE a.objection_id = o.id) AS change`;

/** The objector its own, the registrant since it was told, the registrar's staff theirs; who watches over them, all. */
export const OBJECTION_IN_SIGHT = `($3 OR o.objector_id = $1 OR ($2 AND o.registrar_id = $1)
  OR (o.registrant_id = $1 AND o.accepted_at IS NOT NULL))`;

/** One objection with everything that was said, and what the reader may do about it. */
export class GetObjection extends Query<CertificateObjectionView> {
  constructor(readonly objectionId: string) {
    super();
  }
}

@QueryHandler(GetObjection)
export class GetObjectionHandler implements IQueryHandler<GetObjection> {
  constructor(private readonly sql: Sql) {}

  async execute({ objectionId }: GetObjection): Promise<CertificateObjectionView> {
    const actor = permit('objection.read');
    const row = await this.sql.row<ObjectionRow>(
      `SELECT ${OBJECTION_COLUMNS} FROM registration.objection o WHERE ${OBJECTION_IN_SIGHT} AND o.id = $4`,
      [...sightOf(actor, ['regulator', 'auditor']), objectionId],
    );
    if (!row) throw new Refusal('not-found', { kind: 'objection', id: objectionId });
    return toObjectionView(row, actor);
  }
}

export function toObjectionView(row: ObjectionRow, actor: Actor): CertificateObjectionView {
  const { handlerId: _, rulePack, notifyDue, overdue, filedAt, acceptedAt, closedAt, ...rest } = row;
  const { evidence, answers, acts, conclusion, remedy } = row;
  const ground = packOf(rulePack).grounds.find(({ code }) => code === remedy?.groundCode)?.text ?? null;
  return {
    ...rest,
    rulePack,
    evidence: [...evidence],
    answers: [...answers],
    acts: acts.map((act) => ({ ...act, files: [...act.files] })),
    conclusion,
    remedy: remedy && { ...remedy, ground },
    filedAt: filedAt.toISOString(),
    acceptedAt: acceptedAt?.toISOString() ?? null,
    closedAt: closedAt?.toISOString() ?? null,
    notice: notifyDue && {
      due: notifyDue.toISOString(),
      provisional: isProvisional(filedAt, notifyDue),
      overdue,
    },
    awaits: awaited[row.state].filter((party) => !answers.some((answer) => answer.party === party)),
    actions: actionsFor(row, actor),
  };
}

/** What the machine allows now and is this reader's to do. */
function actionsFor(row: ObjectionRow, actor: Actor): ObjectionAction[] {
  const { objectorId, registrantId, registrarId, handlerId, state, answers } = row;
  const may: ObjectionAction[] = [];
  const trades = actor.roles.some((role) => ['holder', 'buyer', 'broker'].includes(role));
  if (trades && actor.orgId === objectorId) may.push(...objectionActs.objector);
  if (trades && actor.orgId === registrantId) may.push(...objectionActs.registrant);
  if (actor.orgId === registrarId) {
    const approver = actor.roles.includes('registrarApprover');
    if (approver || actor.roles.includes('registrarOfficer')) may.push(...objectionActs.officer);
    if (approver && actor.id !== handlerId) may.push(...objectionActs.approver);
  }
  const party = actor.orgId === objectorId ? 'OBJECTOR' : 'REGISTRANT';
  const answered = answers.some((answer) => answer.party === party);
  return objectionMachine
    .actions(state)
    .filter((action) => may.includes(action) && !(action === 'acceptConclusion' && answered));
}
