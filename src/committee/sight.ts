import type { Actor } from '../platform/context.js';

/** Of a case `c` and an expert `e`. */
export const ON_PANEL = `c.seats @> jsonb_build_array(jsonb_build_object('expertId', e.id))`;

const registrarRoles = ['registrarOfficer', 'registrarApprover'] as const;

/*
 * Who sees what: the secretary (operator) and watchers every case, an applicant and a registrar their own, an expert those on whose panel
 * it sits. The first five parameters of every statement.
 */
export const sightOf = ({ id, orgId, roles }: Actor): [boolean, string, boolean, boolean, string | null] => [
  roles.some((role) => role === 'operator' || role === 'regulator' || role === 'auditor'),
  orgId,
  roles.includes('holder'),
  roles.some((role) => (registrarRoles as readonly string[]).includes(role)),
  roles.includes('committeeExpert') ? id : null,
];

export const OWN = '(($3 AND c.applicant_id = $2) OR ($4 AND c.registrar_id = $2))';

export const CASE_IN_SIGHT = `($1 OR ${OWN} OR EXISTS (SELECT FROM committee.expert e WHERE e.person_id = $5
  AND ${ON_PANEL}))`;

/** Obligations are no business of the panel. */
export const OBLIGATION_IN_SIGHT = `($1 OR ${OWN})`;
