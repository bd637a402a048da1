import type { OrganisationJwk, ProposeTrustedIssuerBody, TrustedIssuerView } from '@app/sdk';
import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import type { Actor } from '../platform/context.js';
import { Event, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';

export const trustedIssuerMachine = defineMachine('trusted issuer', 'PROPOSED', {
  confirm: { from: ['PROPOSED'], to: 'TRUSTED' },
  decline: { from: ['PROPOSED'], to: 'DECLINED' },
  withdraw: { from: ['TRUSTED'], to: 'WITHDRAWN' },
});
export type IssuerDecision = keyof typeof trustedIssuerMachine.transitions;

type Facts = Omit<ProposeTrustedIssuerBody, 'jwks'>;

@Event('recognition.issuer-proposed.v1')
export class IssuerProposed {
  constructor(
    readonly issuerId: string,
    readonly facts: Facts,
    readonly keys: readonly Omit<OrganisationJwk, 'use'>[],
    readonly by: string,
  ) {}
}

@Event('recognition.issuer-trusted.v1')
export class IssuerTrusted {
  constructor(
    readonly issuerId: string,
    readonly did: string,
    readonly by: string,
  ) {}
}

@Event('recognition.issuer-declined.v1')
export class IssuerDeclined {
  constructor(
    readonly issuerId: string,
    readonly by: string,
  ) {}
}

/** What it signed before was verified then; nothing more is believed. */
@Event('recognition.issuer-withdrawn.v1')
export class IssuerWithdrawn {
  constructor(
    readonly issuerId: string,
    readonly did: string,
    readonly by: string,
  ) {}
}

/** A registrar elsewhere whose signatures are believed, by pinned keys (PROP: two officers of the data authority). */
@Entity({ schema: 'recognition', name: 'trusted_issuer' })
@Stream('tri')
export class TrustedIssuer extends Aggregate {
  @Column('text') readonly did!: string;
  @Column('text') readonly name!: string;
  @Column('text') readonly place!: string;
  @Column('jsonb') readonly contexts!: readonly string[];
  @Column('jsonb') readonly keys!: readonly Omit<OrganisationJwk, 'use'>[];
  @Column('text') readonly reason!: string;
  @Column('text') readonly state!: TrustedIssuerView['state'];
  @Column('text') readonly proposedBy!: string;
  @Column('text', { nullable: true }) readonly decidedBy!: string | null;

  static propose(facts: Facts, keys: readonly Omit<OrganisationJwk, 'use'>[], { id }: Actor): TrustedIssuer {
    const issuer = new TrustedIssuer();
    issuer.apply(new IssuerProposed(newId('tri'), facts, keys, id));
    return issuer;
  }

  decide(decision: IssuerDecision, { id }: Actor): void {
    if (decision === 'confirm' && id === this.proposedBy) throw new Refusal('same-person');
    trustedIssuerMachine.next(this.state, decision);
    const events: Record<IssuerDecision, () => DomainEvent> = {
      confirm: () => new IssuerTrusted(this.id, this.did, id),
      decline: () => new IssuerDeclined(this.id, id),
      withdraw: () => new IssuerWithdrawn(this.id, this.did, id),
    };
    this.apply(events[decision]());
  }

  onIssuerProposed({ issuerId: id, facts, keys, by }: IssuerProposed): void {
    Object.assign(this, { id, ...facts, keys, state: trustedIssuerMachine.initial, proposedBy: by, decidedBy: null });
  }
  onIssuerTrusted({ by }: IssuerTrusted): void {
    Object.assign(this, { state: 'TRUSTED', decidedBy: by });
  }
  onIssuerDeclined({ by }: IssuerDeclined): void {
    Object.assign(this, { state: 'DECLINED', decidedBy: by });
  }
  onIssuerWithdrawn({ by }: IssuerWithdrawn): void {
    Object.assign(this, { state: 'WITHDRAWN', decidedBy: by });
  }
}
