import type { AuthorityView } from '@app/sdk';
import { isPermitted, type Actor } from '../platform/context.js';
import { authorityActsOf, authorityMachine, type AuthorityAction } from './authority.js';

export const AUTHORITY = `
  SELECT u.id, u.version, u.principal_id AS "principalId", p.name AS "principalName", u.agent_id AS "agentId",
    g.name AS "agentName", u.acts, u.types, u.resource_ids AS "resourceIds", u.valid_from AS "validFrom",
    u.valid_to AS "validTo", u.letter, u.state, u.granted, u.answered, u.ended
  FROM registration.authority u
  JOIN parties.organisation p ON p.id = u.principal_id JOIN parties.organisation g ON g.id = u.agent_id`;

/** The parameters of `sightOf`: both sides; a registrar's staff what was used in an application or an objection before it. */
export const AUTHORITY_IN_SIGHT = `($3 OR $1 IN (u.principal_id, u.agent_id) OR ($2 AND EXISTS (
  SELECT FROM registration.application a WHERE a.registrar_id = $1 AND a.submitted_at IS NOT NULL
    AND a.agents <> '[]' AND a.agents @> jsonb_build_array(jsonb_build_object('authorityId', u.id))))
  OR ($2 AND EXISTS (SELECT FROM registration.objection o WHERE o.registrar_id = $1 AND o.agents <> '[]'
    AND o.agents @> jsonb_build_array(jsonb_build_object('authorityId', u.id)))))`;

export type AuthorityRow = Omit<AuthorityView, 'validFrom' | 'validTo' | 'inForce' | 'remainingSeconds' | 'actions'> & {
  readonly validFrom: Date;
  readonly validTo: Date;
};

export function toAuthorityView(row: AuthorityRow, actor: Actor, now: Date): AuthorityView {
  const { validFrom, validTo, state } = row;
  const open = authorityMachine.actions(state).includes('expire') && now <= validTo;
  return {
    ...row,
    validFrom: validFrom.toISOString(),
    validTo: validTo.toISOString(),
    inForce: state === 'ACTIVE' && validFrom <= now && now <= validTo,
    remainingSeconds: open ? Math.floor((validTo.getTime() - now.getTime()) / 1000) : 0,
    actions: actionsFor(row, actor).filter((action) => action !== 'accept' || open),
  };
}

function actionsFor({ principalId, agentId, state }: AuthorityRow, actor: Actor): AuthorityAction[] {
  const { orgId } = actor;
  const own: readonly AuthorityAction[] = [
    ...(orgId === principalId && isPermitted(actor, 'authority.grant') ? authorityActsOf.principal : []),
    ...(orgId === agentId && isPermitted(actor, 'authority.answer') ? authorityActsOf.agent : []),
  ];
  return authorityMachine.actions(state).filter((action) => own.includes(action));
}
