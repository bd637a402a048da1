import { Column, Entity } from 'typeorm';
import type { OfferMandateBody } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';

export const mandateMachine = defineMachine('mandate', 'OFFERED', {
  accept: { from: ['OFFERED'], to: 'ACTIVE' },
  decline: { from: ['OFFERED'], to: 'DECLINED' },
  terminate: { from: ['OFFERED', 'ACTIVE'], to: 'TERMINATED' },
  expire: { from: ['OFFERED', 'ACTIVE'], to: 'EXPIRED' },
});
export type MandateState = (typeof mandateMachine.states)[number];

@Event('brokerage.mandate-offered.v1')
export class MandateOffered {
  constructor(
    readonly mandateId: string,
    readonly principalId: string,
    readonly terms: OfferMandateBody,
  ) {}
}

@Event('brokerage.mandate-accepted.v1')
export class MandateAccepted {
  constructor(
    readonly mandateId: string,
    readonly brokerId: string,
  ) {}
}

@Event('brokerage.mandate-declined.v1')
export class MandateDeclined {
  constructor(
    readonly mandateId: string,
    readonly reason: string,
  ) {}
}

@Event('brokerage.mandate-terminated.v1')
export class MandateTerminated {
  constructor(
    readonly mandateId: string,
    readonly byOrganisationId: string,
    readonly reason: string,
  ) {}
}

@Event('brokerage.mandate-expired.v1')
export class MandateExpired {
  constructor(readonly mandateId: string) {}
}

/** A principal has a broker act for it at a venue, for a commission that both sides of a sale can see (受托行权). */
@Entity({ schema: 'brokerage', name: 'mandate' })
@Stream('man')
export class Mandate extends Aggregate {
  @Column('text') readonly brokerId!: string;
  @Column('text') readonly principalId!: string;
  @Column('text') readonly side!: 'SELL' | 'BUY';
  @Column('text') readonly venueId!: string;
  @Column('integer') readonly commissionBp!: number;
  @Column('timestamptz') readonly validFrom!: Date;
  @Column('timestamptz') readonly validTo!: Date;
  @Column('boolean') readonly exclusive!: boolean;
  @Column('integer') readonly antiCircumventionMonths!: number;
  @Column('text', { nullable: true }) readonly reason!: string | null;
  @Column('text') readonly state!: MandateState;

  static offer(principalId: string, terms: OfferMandateBody): Mandate {
    if (terms.brokerId === principalId) throw new Refusal('brokerage/own-broker');
    const mandate = new Mandate();
    mandate.apply(new MandateOffered(newId('man'), principalId, terms));
    return mandate;
  }

  /** @param now an offer that has run out cannot be accepted, even before its deadline has fired */
  accept(now: Date): void {
    if (this.state === 'OFFERED' && now >= this.validTo)
      throw new Refusal('brokerage/mandate-over', { validTo: this.validTo.toISOString() });
    this.move('accept', new MandateAccepted(this.id, this.brokerId));
  }

  decline(reason: string): void {
    this.move('decline', new MandateDeclined(this.id, reason));
  }

  /** Either side may end it; what was sold before still owes its commission. */
  terminate(byOrganisationId: string, reason: string): void {
    this.move('terminate', new MandateTerminated(this.id, byOrganisationId, reason));
  }

  expire(): void {
    this.move('expire', new MandateExpired(this.id));
  }

  onMandateOffered({ mandateId, principalId, terms: { validFrom, validTo, ...terms } }: MandateOffered): void {
    const life = { validFrom: new Date(validFrom), validTo: new Date(validTo) };
    Object.assign(this, { id: mandateId, principalId, ...terms, ...life, reason: null, state: mandateMachine.initial });
  }
  onMandateAccepted(): void {
    Object.assign(this, { state: 'ACTIVE' });
  }
  onMandateDeclined({ reason }: MandateDeclined): void {
    Object.assign(this, { state: 'DECLINED', reason });
  }
  onMandateTerminated({ reason }: MandateTerminated): void {
    Object.assign(this, { state: 'TERMINATED', reason });
  }
  onMandateExpired(): void {
    Object.assign(this, { state: 'EXPIRED' });
  }

  private move(action: keyof typeof mandateMachine.transitions, event: DomainEvent): void {
    mandateMachine.next(this.state, action);
    this.apply(event);
  }
}
