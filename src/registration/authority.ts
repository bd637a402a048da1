import { Column, Entity } from 'typeorm';
import type { ApplicationType, AuthorityAct, authorityStates, GrantAuthorityBody } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { mustActFor } from '../platform/context.js';
import { Event } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { fault, Refusal } from '../platform/refusal.js';
import type { Act } from './application-clocks.js';

export const authorityMachine = defineMachine('authority', 'PROPOSED', {
  accept: { from: ['PROPOSED'], to: 'ACTIVE' },
  decline: { from: ['PROPOSED'], to: 'DECLINED' },
  revoke: { from: ['PROPOSED', 'ACTIVE'], to: 'REVOKED' },
  renounce: { from: ['ACTIVE'], to: 'RENOUNCED' },
  expire: { from: ['PROPOSED', 'ACTIVE'], to: 'EXPIRED' },
});
export type AuthorityState = (typeof authorityStates)[number];
export type AuthorityAction = keyof typeof authorityMachine.transitions;

/** Whose act it is; its expiry is nobody's. */
export const authorityActsOf = {
  principal: ['revoke'],
  agent: ['accept', 'decline', 'renounce'],
} as const satisfies Record<string, readonly AuthorityAction[]>;

/** As granted; the letter with the hash of what was stored. */
export type Terms = Omit<GrantAuthorityBody, 'letter'> & {
  readonly letter: GrantAuthorityBody['letter'] & { readonly sha256: string };
};

/** Who did it, when, and why. */
abstract class AuthorityStep {
  constructor(
    readonly authorityId: string,
    readonly by: string,
    readonly at: string,
    readonly reason: string,
  ) {}
}

@Event('registration.authority-granted.v1')
export class AuthorityGranted {
  constructor(
    readonly authorityId: string,
    readonly principalId: string,
    readonly terms: Terms,
    readonly by: string,
    readonly at: string,
  ) {}
}

@Event('registration.authority-accepted.v1')
export class AuthorityAccepted {
  constructor(
    readonly authorityId: string,
    readonly by: string,
    readonly at: string,
  ) {}
}

@Event('registration.authority-declined.v1')
export class AuthorityDeclined extends AuthorityStep {}

@Event('registration.authority-revoked.v1')
export class AuthorityRevoked extends AuthorityStep {}

@Event('registration.authority-renounced.v1')
export class AuthorityRenounced extends AuthorityStep {}

@Event('registration.authority-expired.v1')
export class AuthorityExpired extends AuthorityStep {}

interface Step {
  readonly by: string;
  readonly at: string;
}

/** A principal has an agent act for it before registrars, by a sealed letter of authority (授权委托书). */
@Entity({ schema: 'registration', name: 'authority' })
@Stream('aut')
export class Authority extends Aggregate {
  @Column('text') readonly principalId!: string;
  @Column('text') readonly agentId!: string;
  @Column('jsonb') readonly acts!: readonly AuthorityAct[];
  /** Of registrations; empty: it is for no application. */
  @Column('jsonb') readonly types!: readonly ApplicationType[];
  /** Null: all. */
  @Column('jsonb', { nullable: true }) readonly resourceIds!: readonly string[] | null;
  @Column('timestamptz') readonly validFrom!: Date;
  @Column('timestamptz') readonly validTo!: Date;
  @Column('jsonb') readonly letter!: Terms['letter'];
  @Column('text') readonly state!: AuthorityState;
  @Column('jsonb') readonly granted!: Step;
  @Column('jsonb', { nullable: true }) readonly answered!: Step | null;
  @Column('jsonb', { nullable: true }) readonly ended!: (Step & { readonly reason: string }) | null;

  static grant(terms: Terms, { actor, now }: Act): Authority {
    if (terms.agentId === actor.orgId) throw fault('/agentId', '代理人不得为委托人本身', 'the principal itself');
    if (now > new Date(terms.validTo)) throw fault('/validTo', '期限已届满', 'it would have ended already');
    const authority = new Authority();
    authority.apply(new AuthorityGranted(newId('aut'), actor.orgId, terms, actor.id, now.toISOString()));
    return authority;
  }

  /** One that has run out cannot be accepted, even before its deadline has fired. */
  accept({ actor, now }: Act): void {
    mustActFor(actor, this.agentId);
    authorityMachine.next(this.state, 'accept');
    if (now > this.validTo) throw new Refusal('registration/authority-over', { validTo: this.validTo.toISOString() });
    this.apply(new AuthorityAccepted(this.id, actor.id, now.toISOString()));
  }

  decline(reason: string, act: Act): void {
    mustActFor(act.actor, this.agentId);
    this.step('decline', AuthorityDeclined, reason, act);
  }

  /** At once, whatever is under way: the next act of the agent is refused. */
  revoke(reason: string, act: Act): void {
    mustActFor(act.actor, this.principalId);
    this.step('revoke', AuthorityRevoked, reason, act);
  }

  renounce(reason: string, act: Act): void {
    mustActFor(act.actor, this.agentId);
    this.step('renounce', AuthorityRenounced, reason, act);
  }

  expire(act: Act): void {
    this.step('expire', AuthorityExpired, '期限届满 the term is over', act);
  }

  isDue(now: Date): boolean {
    return this.deadline !== null && this.deadline <= now;
  }

  /** Its last instant belongs to it. */
  get deadline(): Date | null {
    const ends = authorityMachine.actions(this.state).includes('expire');
    return ends ? new Date(this.validTo.getTime() + 1) : null;
  }

  onAuthorityGranted({ authorityId, principalId, terms, by, at }: AuthorityGranted): void {
    const { validFrom, validTo, resourceIds = null, ...rest } = terms;
    const term = { validFrom: new Date(validFrom), validTo: new Date(validTo) };
    const start = { granted: { by, at }, answered: null, ended: null, state: authorityMachine.initial };
    Object.assign(this, { id: authorityId, principalId, ...rest, resourceIds, ...term, ...start });
  }
  onAuthorityAccepted({ by, at }: AuthorityAccepted): void {
    Object.assign(this, { state: 'ACTIVE', answered: { by, at } });
  }
  onAuthorityDeclined(event: AuthorityDeclined): void {
    this.end('DECLINED', event);
  }
  onAuthorityRevoked(event: AuthorityRevoked): void {
    this.end('REVOKED', event);
  }
  onAuthorityRenounced(event: AuthorityRenounced): void {
    this.end('RENOUNCED', event);
  }
  onAuthorityExpired(event: AuthorityExpired): void {
    this.end('EXPIRED', event);
  }

  private step(
    action: AuthorityAction,
    type: new (id: string, by: string, at: string, reason: string) => AuthorityStep,
    reason: string,
    { actor, now }: Act,
  ): void {
    authorityMachine.next(this.state, action);
    this.apply(new type(this.id, actor.id, now.toISOString(), reason));
  }

  private end(state: AuthorityState, { by, at, reason }: AuthorityStep): void {
    Object.assign(this, { state, ended: { by, at, reason } });
  }
}
