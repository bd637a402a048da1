import { AsyncLocalStorage } from 'node:async_hooks';
import { permissions, type Action, type Language, type Role } from '@app/sdk';
import { Refusal } from './refusal.js';

/** Who acts. `id` is a person, a machine client or `system`; never a name (ids go into the public ledger). */
export interface Actor {
  readonly id: string;
  readonly orgId: string;
  readonly roles: readonly Role[];
  /** The principal for whom a broker acts under its mandate. */
  readonly onBehalfOf?: string;
}

/** What surrounds one request, reaction or deadline. */
export interface Context {
  actor: Actor | undefined;
  language: Language;
  traceId: string;
  /** The aggregate of the route (`:id`) and the version that the caller saw (If-Match). */
  target?: { readonly id: string; readonly ifMatch: number };
  idempotency?: { readonly key: string; readonly requestHash: string; replayed?: boolean };
}

const contexts = new AsyncLocalStorage<Context>();

export const SYSTEM: Actor = { id: 'system', orgId: 'platform', roles: ['system'] };

export const inContext = <R>(context: Context, work: () => R): R => contexts.run(context, work);

/** Runs `work` as the platform itself: reactions, deadlines, start-up. */
export const asSystem = <R>(work: () => R): R =>
  contexts.run({ actor: SYSTEM, language: 'en', traceId: contexts.getStore()?.traceId ?? '' }, work);

export function currentContext(): Context {
  return contexts.getStore() ?? { actor: undefined, language: 'zh-CN', traceId: '' };
}

/** Whether a role of the actor's may do `action` at all. */
export const isPermitted = ({ roles }: Actor, action: Action): boolean =>
  roles.some((role) => (permissions[action] as readonly Role[]).includes(role));

/** The first line of every command and of every query that is not public: may the actor do `action` at all? */
export function permit(action: Action): Actor {
  const { actor } = currentContext();
  if (!actor) throw new Refusal('unauthenticated');
  if (!isPermitted(actor, action)) throw new Refusal('forbidden', { action });
  return actor;
}

/** Refuses unless `actor` belongs to `orgId` (the platform itself always may). */
export function mustActFor(actor: Actor, orgId: string): void {
  if (actor !== SYSTEM && actor.orgId !== orgId) throw new Refusal('not-your-organisation');
}
