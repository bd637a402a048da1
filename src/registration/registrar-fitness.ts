import { MAY_PUBLISH, SERVING, TAKES_APPLICATIONS, type RegistrarState } from '@app/sdk';
import { currentContext, SYSTEM } from '../platform/context.js';
import type { EventClass } from '../platform/event.js';
import { Refusal } from '../platform/refusal.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import * as events from './application-events.js';
import type { Application } from './application.js';

/** What only listed reviewers do, once the registrar has a list. */
const REVIEWS: ReadonlySet<unknown> = new Set<EventClass>([
  events.ApplicationReviewStarted,
  events.ApplicationReviewExtended,
  events.ApplicationSupplementRequested,
  events.ApplicationReviewPassed,
  events.ApplicationCorrectionAdded,
  events.ApplicationReviewReturned,
  events.ApplicationApproved,
  events.ApplicationRefused,
  events.ApplicationTerminated,
  events.ApplicationObjectionDismissed,
  events.ApplicationObjectionPartlyUpheld,
  events.ApplicationReferred,
  events.ApplicationWaiverProposed,
  events.ApplicationNoticeWaived,
]);
const PUBLISHES: ReadonlySet<unknown> = new Set<EventClass>([
  events.ApplicationPublished,
  events.ApplicationRegistered,
]);

interface Registrar {
  readonly state: RegistrarState;
  readonly archived: boolean;
  readonly has_list: boolean;
  readonly listed: boolean;
}

/**
 * Holds what has just been decided on an application against the registrar as it is in this very transaction, and until its end: so a
 * suspension and a publication of the same moment have one order, in the log too, and nothing is published after the suspension.
 * @throws Refusal registration/registrar-closed, registration/publishing-suspended, registration/not-on-staff
 */
export async function mustBeFit(uow: UnitOfWork, application: Application, registrarId: string): Promise<void> {
  const made = application.getUncommittedEvents().map((event) => event.constructor);
  const actor = currentContext().actor ?? SYSTEM;
  const own = actor.orgId === registrarId;
  const submitted = made.includes(events.ApplicationSubmitted);
  const publishes = made.some((type) => PUBLISHES.has(type));
  if (!own && !submitted && !publishes) return;
  const [registrar] = (await uow.manager.query(
    `SELECT state, archive IS NOT NULL AS archived,
       EXISTS (SELECT FROM registration.staff_member WHERE registrar_id = $1) AS has_list,
       EXISTS (SELECT FROM registration.staff_member WHERE registrar_id = $1 AND person_id = $2 AND state = 'ACTIVE' FOR SHARE) AS listed
     FROM registration.registrar WHERE organisation_id = $1 FOR SHARE`,
    [registrarId, actor.id],
  )) as [Registrar];
  const { state, archived } = registrar;
  const again = application.correction !== null;
  if (own && (archived || !SERVING.includes(state)))
    throw new Refusal('registration/registrar-closed', { registrarId, state });
  if (submitted && !(again ? SERVING : TAKES_APPLICATIONS).includes(state))
    throw new Refusal('registration/registrar-closed', { registrarId, state });
  if (publishes && !MAY_PUBLISH.includes(state))
    throw new Refusal('registration/publishing-suspended', { registrarId });
  if (own && registrar.has_list && !registrar.listed && made.some((type) => REVIEWS.has(type)))
    throw new Refusal('registration/not-on-staff', { registrarId, personId: actor.id });
}
