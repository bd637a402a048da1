import type { ApplyForMembershipBody, MemberRole, VenueView } from '@app/sdk';
import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';

/** Domain model §8.2. A rejected or withdrawn membership is over; the organisation may apply anew. */
export const membershipMachine = defineMachine('membership', 'SUBMITTED', {
  approve: { from: ['SUBMITTED'], to: 'APPROVED' },
  reject: { from: ['SUBMITTED'], to: 'REJECTED' },
  suspend: { from: ['APPROVED'], to: 'SUSPENDED' },
  reinstate: { from: ['SUSPENDED'], to: 'APPROVED' },
  withdraw: { from: ['SUBMITTED', 'APPROVED', 'SUSPENDED'], to: 'WITHDRAWN' },
});
export type MembershipState = (typeof membershipMachine.states)[number];
export type MembershipAction = keyof typeof membershipMachine.transitions;

/** What every later event of a membership repeats, so that a reader needs no look-up. */
abstract class MembershipEvent {
  constructor(
    readonly membershipId: string,
    readonly organisationId: string,
    readonly venueId: string,
    readonly roles: readonly MemberRole[],
    readonly reason: string | null,
  ) {}
}

@Event('parties.membership-submitted.v1')
export class MembershipSubmitted {
  constructor(
    readonly membershipId: string,
    readonly organisationId: string,
    readonly venueId: string,
    readonly roles: readonly MemberRole[],
    readonly commitmentHash: string,
  ) {}
}
@Event('parties.membership-approved.v1')
export class MembershipApproved extends MembershipEvent {}
@Event('parties.membership-rejected.v1')
export class MembershipRejected extends MembershipEvent {}
@Event('parties.membership-suspended.v1')
export class MembershipSuspended extends MembershipEvent {}
@Event('parties.membership-reinstated.v1')
export class MembershipReinstated extends MembershipEvent {}
@Event('parties.membership-withdrawn.v1')
export class MembershipWithdrawn extends MembershipEvent {}

const eventOf = {
  approve: MembershipApproved,
  reject: MembershipRejected,
  suspend: MembershipSuspended,
  reinstate: MembershipReinstated,
  withdraw: MembershipWithdrawn,
} as const satisfies Record<
  MembershipAction,
  new (...fields: ConstructorParameters<typeof MembershipEvent>) => DomainEvent
>;

/** The admission of one organisation to one venue, in certain roles. */
@Entity({ schema: 'parties', name: 'membership' })
@Stream('mem')
export class Membership extends Aggregate {
  @Column('text') readonly organisationId!: string;
  @Column('text') readonly venueId!: string;
  @Column('jsonb') readonly roles!: MemberRole[];
  @Column('text') readonly state!: MembershipState;
  @Column('text') readonly commitmentHash!: string;
  /** Why it is as it is, where somebody had to say so. */
  @Column('text', { nullable: true }) readonly reason!: string | null;

  /** @param venues the venue and those above it */
  static submit(
    organisationId: string,
    { venueId, roles, commitmentHash }: ApplyForMembershipBody,
    venues: readonly Pick<VenueView, 'operatorId'>[],
  ): Membership {
    // INV-25, SOD-3. A base or platform is a front of its exchange, so the exchange's operator is no member there either.
    if (venues.some(({ operatorId }) => operatorId === organisationId)) throw new Refusal('parties/own-venue');
    const membership = new Membership();
    membership.apply(new MembershipSubmitted(newId('mem'), organisationId, venueId, roles, commitmentHash));
    return membership;
  }

  change(action: MembershipAction, reason: string | null): void {
    membershipMachine.next(this.state, action);
    this.apply(new eventOf[action](this.id, this.organisationId, this.venueId, this.roles, reason));
  }

  onMembershipSubmitted({ membershipId, organisationId, venueId, roles, commitmentHash }: MembershipSubmitted): void {
    const { initial: state } = membershipMachine;
    Object.assign(this, { id: membershipId, organisationId, venueId, roles, commitmentHash, state, reason: null });
  }

  onMembershipApproved = this.after('approve');
  onMembershipRejected = this.after('reject');
  onMembershipSuspended = this.after('suspend');
  onMembershipReinstated = this.after('reinstate');
  onMembershipWithdrawn = this.after('withdraw');

  private after(action: MembershipAction) {
    const { to: state } = membershipMachine.transitions[action];
    return ({ reason }: MembershipEvent): void => void Object.assign(this, { state, reason });
  }
}
