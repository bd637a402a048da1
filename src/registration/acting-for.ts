import type { QueryBus } from '@nestjs/cqrs';
import type { Action, AuthorityAct } from '@app/sdk';
import { permit } from '../platform/context.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import type { Act } from './application-clocks.js';
import type { ApplicationRecord } from './application-record.js';
import { GetAgency, type Need } from './get-agency.js';
import { coApplicantsOf } from './joint-applicants.js';

/** What a principal's own people need for it. */
const OWN = {
  FILE: 'application.file-own',
  REVISE: 'application.file-own',
  SUBMIT: 'application.file-own',
  ANSWER: 'application.file-own',
  WITHDRAW: 'application.file-own',
  JOIN: 'application.file-own',
  OBJECT: 'application.object',
  ANSWER_OBJECTION: 'objection.answer',
  REQUEST_RECORD: 'record.request',
} as const satisfies Record<AuthorityAct, Action>;

/**
 * For whom somebody acts before a registrar is decided here and nowhere else: their own organisation, else one of these principals by an
 * authority that covers the act at this moment. What follows sees the principal's organisation act, by the agent's person.
 */
export async function actingFor(
  principalIds: readonly string[],
  need: Need,
  { actor, now }: Act,
  queries: QueryBus,
  uow?: UnitOfWork,
): Promise<Act> {
  // Nobody to act for: whoever is asked next refuses it.
  if (principalIds.length === 0) return { actor, now };
  if (principalIds.includes(actor.orgId)) {
    permit(OWN[need.act]);
    return { actor, now };
  }
  permit('authority.use');
  const agency = await queries.execute(new GetAgency(actor.orgId, principalIds, need, now));
  const { principalId } = agency;
  uow?.actOnBehalfOf(principalId);
  return { actor: { ...actor, orgId: principalId, onBehalfOf: principalId }, now, agency };
}

/** The same in an application, for whoever may do this in it. */
export function actingIn(
  application: ApplicationRecord,
  act: AuthorityAct,
  by: Act,
  queries: QueryBus,
  uow: UnitOfWork,
): Promise<Act> {
  const { type, resourceId } = application;
  return actingFor(partiesTo(application, act), { act, type, resourceId }, by, queries, uow);
}

/** Whose act it is, the first choice of an agent of several first. */
export function partiesTo(application: ApplicationRecord, act: AuthorityAct): readonly string[] {
  const others = coApplicantsOf(application);
  const named = (joined: boolean) =>
    others.filter((one) => (one.joined !== null) === joined).map(({ organisationId }) => organisationId);
  if (act === 'JOIN') return [...named(false), ...named(true)];
  return act === 'WITHDRAW' ? [application.applicantId, ...named(true)] : [application.applicantId];
}
