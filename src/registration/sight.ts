import type { FiledContent, Role } from '@app/sdk';
import type { Actor } from '../platform/context.js';

/*
 * Who sees what: an organisation its own, what it is to apply for jointly, and what is to be transferred to it; an agent what it may act in, while it
 * may; a registrar's staff what was submitted to them; watchers everything.
 * The first three parameters of every statement: the organisation, whether it acts as registrar, whether it sees all.
 */
export const sightOf = ({ orgId, roles }: Actor, watchers: readonly Role[]): [string, boolean, boolean] => [
  orgId,
  roles.some((role) => role === 'registrarOfficer' || role === 'registrarApprover'),
  roles.some((role) => watchers.includes(role)),
];

/** The same with the instant: an agent sees what it may act in, as long as it may. $4 of the statements below. */
export const inSightOf = (actor: Actor, watchers: readonly Role[], now: Date): [string, boolean, boolean, string] => [
  ...sightOf(actor, watchers),
  now.toISOString(),
];

/** The authority `u` is in force at the instant that stands in this parameter. Its last instant belongs to it. */
export const inForceAt = (parameter: string): string =>
  `u.state = 'ACTIVE' AND u.valid_from <= ${parameter}::timestamptz AND u.valid_to >= ${parameter}::timestamptz`;

/** The authority `u` is for applications like `a`, of one of those who apply. */
export const FITS_APPLICATION = `(u.principal_id IN (a.applicant_id, a.counterparty_id)
    OR (a.joint <> '[]' AND a.joint @> jsonb_build_array(jsonb_build_object('organisationId', u.principal_id))))
  AND u.types @> to_jsonb(a.type) AND (u.resource_ids IS NULL OR u.resource_ids @> to_jsonb(a.resource_id))`;

/** $1 is the agent of one of those who apply. */
const REPRESENTED = `EXISTS (SELECT FROM registration.authority u
  WHERE u.agent_id = $1 AND ${inForceAt('$4')} AND ${FITS_APPLICATION})`;

/** $1 applies together with the applicant. (The index has those alone in which several apply.) */
export const NAMED = `(a.counterparty_id = $1
    OR (a.joint <> '[]' AND a.joint @> jsonb_build_array(jsonb_build_object('organisationId', $1::text))))`;

export const APPLICATION_IN_SIGHT = `($3 OR a.applicant_id = $1 OR ${NAMED} OR ${REPRESENTED}
  OR ($2 AND a.registrar_id = $1 AND a.submitted_at IS NOT NULL))`;

export const RESOURCE_IN_SIGHT = `($3 OR r.holder_id = $1
  OR EXISTS (SELECT FROM registration.authority u WHERE u.agent_id = $1 AND u.principal_id = r.holder_id AND ${inForceAt('$4')}
    AND u.types <> '[]' AND (u.resource_ids IS NULL OR u.resource_ids @> to_jsonb(r.id)))
  OR EXISTS (SELECT FROM registration.application a
  WHERE a.resource_id = r.id AND (${NAMED} OR ${REPRESENTED}
    OR ($2 AND a.registrar_id = $1 AND a.submitted_at IS NOT NULL))))`;

export const RESOURCE_COLUMNS = `r.declaration || jsonb_build_object('id', r.id, 'version', r.version,
  'holderId', r.holder_id, 'sha256', r.sha256, 'rows', r.report->'rows', 'bytes', r.report->'bytes',
  'declaredAt', to_char(r.declared_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;

/** An expert of the committee judges the data, not the people: of the applicants' blocks it sees who they are, and no more. */
export function contentFor({ roles }: Pick<Actor, 'roles'>, { applicants, ...content }: FiledContent): FiledContent {
  if (!applicants) return content;
  const seen = roles.includes('committeeExpert')
    ? applicants.map(({ kind, name }) => ({ ...UNSEEN, kind, name }))
    : applicants;
  return { ...content, applicants: seen };
}

const UNSEEN = { idNumber: '', contact: '', phone: '', address: '', operatingStatus: null };
