import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { isProvisional } from '@app/calendar';
import type { CertificateObjectionView } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { isPermitted, permit, type Actor } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { SPEAKS } from './acting-in-objection.js';
import { packOf } from './application-rules.js';
import { awaited, objectionActs, objectionMachine, type Objection, type ObjectionAction } from './objection.js';
import { inForceAt, inSightOf } from './sight.js';

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
  | 'agents'
  | 'closedAt'
> &
  Pick<CertificateObjectionView, 'change'> & {
    /** Whether the reader is an agent who may speak for it now. */
    readonly speaksForObjector: boolean;
    readonly speaksForRegistrant: boolean;
  };

/** $1 is the agent of the objector, or of the registrant, and may speak for it at $4. */
const SPEAKS_FOR = {
  objector: `EXISTS (SELECT FROM registration.authority u WHERE u.agent_id = $1 AND u.principal_id = o.objector_id
    AND u.acts @> '"${SPEAKS.objector}"' AND ${inForceAt('$4')})`,
  registrant: `EXISTS (SELECT FROM registration.authority u WHERE u.agent_id = $1 AND u.principal_id = o.registrant_id
    AND u.acts @> '"${SPEAKS.registrant}"' AND ${inForceAt('$4')}
    AND (u.resource_ids IS NULL OR u.resource_ids @> to_jsonb(o.resource_id)))`,
};

export const OBJECTION_COLUMNS = `o.id, o.version, o.certificate_id AS "certificateId",
  o.certificate_number AS "certificateNumber", o.registrar_id AS "registrarId", o.registrant_id AS "registrantId",
  o.objector_id AS "objectorId", o.rule_pack AS "rulePack", o.state, o.reason, o.evidence, o.filed_at AS "filedAt",
  o.notify_due AS "notifyDue", o.overdue, o.accepted_at AS "acceptedAt", o.handler_id AS "handlerId", o.conclusion,
  o.answers, o.remedy, o.acts, o.agents, o.closed_at AS "closedAt",
  ${SPEAKS_FOR.objector} AS "speaksForObjector", ${SPEAKS_FOR.registrant} AS "speaksForRegistrant",
  (SELECT jsonb_build_object('applicationId', a.id, 'state', a.state, 'certificateNumber', a.certificate_number)
   FROM registration.application a WHERE a.objection_id = o.id) AS change`;

/**
 * The objector its own, the registrant since it was told, an agent what it may speak in, the registrar's staff theirs; who watches over them,
 * all.
 */
export const OBJECTION_IN_SIGHT = `($3 OR o.objector_id = $1 OR ${SPEAKS_FOR.objector} OR ($2 AND o.registrar_id = $1)
  OR ((o.registrant_id = $1 OR ${SPEAKS_FOR.registrant}) AND o.accepted_at IS NOT NULL))`;

/** One objection with everything that was said, and what the reader may do about it. */
export class GetObjection extends Query<CertificateObjectionView> {
  constructor(readonly objectionId: string) {
    super();
  }
}

@QueryHandler(GetObjection)
export class GetObjectionHandler implements IQueryHandler<GetObjection> {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ objectionId }: GetObjection): Promise<CertificateObjectionView> {
    const actor = permit('objection.read');
    const row = await this.sql.row<ObjectionRow>(
      `SELECT ${OBJECTION_COLUMNS} FROM registration.objection o WHERE ${OBJECTION_IN_SIGHT} AND o.id = $5`,
      [...inSightOf(actor, ['regulator', 'auditor'], this.clock.now()), objectionId],
    );
    if (!row) throw new Refusal('not-found', { kind: 'objection', id: objectionId });
    return toObjectionView(row, actor);
  }
}

export function toObjectionView(row: ObjectionRow, actor: Actor): CertificateObjectionView {
  const { handlerId: _handler, speaksForObjector: _objector, speaksForRegistrant: _registrant, ...shown } = row;
  const { rulePack, notifyDue, overdue, filedAt, acceptedAt, closedAt, ...rest } = shown;
  const { evidence, answers, acts, agents, conclusion, remedy } = row;
  const ground = packOf(rulePack).grounds.find(({ code }) => code === remedy?.groundCode)?.text ?? null;
  return {
    ...rest,
    rulePack,
    evidence: [...evidence],
    answers: [...answers],
    agents: [...agents],
    acts: acts.map(({ agency, files, ...act }) => ({ ...act, agentId: agency?.agentId ?? null, files: [...files] })),
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
  const { registrarId, handlerId, state, answers } = row;
  const may: ObjectionAction[] = [];
  const party = partyFor(row, actor);
  if (party) may.push(...objectionActs[party === 'OBJECTOR' ? 'objector' : 'registrant']);
  if (actor.orgId === registrarId) {
    const approver = actor.roles.includes('registrarApprover');
    if (approver || actor.roles.includes('registrarOfficer')) may.push(...objectionActs.officer);
    if (approver && actor.id !== handlerId) may.push(...objectionActs.approver);
  }
  const answered = answers.some((answer) => answer.party === party);
  return objectionMachine
    .actions(state)
    .filter((action) => may.includes(action) && !(action === 'acceptConclusion' && answered));
}

/** For whom the reader would speak: itself, else as an agent the one that it spoke for, or may speak for. */
function partyFor(row: ObjectionRow, actor: Actor): 'OBJECTOR' | 'REGISTRANT' | null {
  const { objectorId, registrantId, registrarId, agents, speaksForObjector, speaksForRegistrant } = row;
  const { orgId } = actor;
  if (!isPermitted(actor, 'objection.answer')) return null;
  if (orgId === objectorId) return 'OBJECTOR';
  if (orgId === registrantId) return 'REGISTRANT';
  if (!isPermitted(actor, 'authority.use') || orgId === registrarId) return null;
  const spokenFor = agents.filter(({ agentId }) => agentId === orgId).map(({ principalId }) => principalId);
  const may = (principalId: string) => spokenFor.length === 0 || spokenFor.includes(principalId);
  if (speaksForObjector && may(objectorId)) return 'OBJECTOR';
  return speaksForRegistrant && may(registrantId) ? 'REGISTRANT' : null;
}
