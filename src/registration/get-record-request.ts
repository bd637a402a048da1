import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { RecordRequestView } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { isPermitted, permit, type Actor } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { recordRequestActs, recordRequestMachine, type RecordRequestAction } from './record-request.js';
import { inForceAt, inSightOf } from './sight.js';

export type RecordRow = Omit<RecordRequestView, 'actions' | 'requestedAt'> & {
  readonly requestedAt: Date;
  /** The reader is the requester, or its agent. */
  readonly asRequester: boolean;
};

/** $1 is the requester, or its agent who may ask for records for it at $4. */
const AS_REQUESTER = `(r.requester_id = $1 OR EXISTS (SELECT FROM registration.authority u WHERE u.agent_id = $1
  AND u.principal_id = r.requester_id AND u.acts @> '"REQUEST_RECORD"' AND ${inForceAt('$4')}))`;

/** The record itself only goes to the requester, also by its agent, once it was granted. */
export const RECORD_COLUMNS = `r.id, r.version, r.certificate_id AS "certificateId",
  r.certificate_number AS "certificateNumber", r.registrar_id AS "registrarId", r.registrant_id AS "registrantId",
  r.requester_id AS "requesterId", r.purpose, r.interest, r.state, r.requested_at AS "requestedAt", r.decisions,
  ${AS_REQUESTER} AS "asRequester",
  CASE WHEN r.state = 'GRANTED' AND ${AS_REQUESTER} THEN (
    SELECT jsonb_build_object('hash', a.evidence_hash, 'document', a.evidence) FROM registration.application a
    WHERE a.id = r.application_id AND a.evidence IS NOT NULL) END AS record`;

/** The requester and its agent, the registrant and the registrar's staff; who watches over them, all. */
export const RECORD_IN_SIGHT = `($3 OR r.registrant_id = $1 OR ${AS_REQUESTER} OR ($2 AND r.registrar_id = $1))`;

/** One request with its decisions, and the record if it was granted to the reader. */
export class GetRecordRequest extends Query<RecordRequestView> {
  constructor(readonly requestId: string) {
    super();
  }
}

@QueryHandler(GetRecordRequest)
export class GetRecordRequestHandler implements IQueryHandler<GetRecordRequest> {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ requestId }: GetRecordRequest): Promise<RecordRequestView> {
    const actor = permit('record.read');
    const row = await this.sql.row<RecordRow>(
      `SELECT ${RECORD_COLUMNS} FROM registration.record_request r WHERE ${RECORD_IN_SIGHT} AND r.id = $5`,
      [...inSightOf(actor, ['regulator', 'auditor'], this.clock.now()), requestId],
    );
    if (!row) throw new Refusal('not-found', { kind: 'record request', id: requestId });
    return toRecordView(row, actor);
  }
}

export function toRecordView({ asRequester, ...row }: RecordRow, actor: Actor): RecordRequestView {
  const actions = actionsFor({ ...row, asRequester }, actor);
  return { ...row, requestedAt: row.requestedAt.toISOString(), actions };
}

function actionsFor(row: RecordRow, actor: Actor): string[] {
  const { state, registrantId, registrarId, requesterId, asRequester } = row;
  const { orgId } = actor;
  const may: RecordRequestAction[] = [];
  if (asRequester && isPermitted(actor, orgId === requesterId ? 'record.request' : 'authority.use'))
    may.push(...recordRequestActs.requester);
  if (orgId === registrantId && isPermitted(actor, 'record.consent')) may.push(...recordRequestActs.registrant);
  if (orgId === registrarId && isPermitted(actor, 'record.decide')) may.push(...recordRequestActs.registrar);
  const needsConsent = state === 'REQUESTED' && requesterId !== registrantId;
  return recordRequestMachine
    .actions(state)
    .filter((action) => may.includes(action) && !(action === 'grant' && needsConsent));
}
