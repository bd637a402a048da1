import { Column, Entity } from 'typeorm';
import { canonicalSha256Hex } from '@app/signing';
import type { SchemeParticipant } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';

export const distributionSchemeMachine = defineMachine('distribution-scheme', 'PROPOSED', {
  sign: { from: ['PROPOSED'], to: 'PROPOSED' },
  conclude: { from: ['PROPOSED'], to: 'SIGNED' },
});
export type DistributionSchemeState = (typeof distributionSchemeMachine.states)[number];

export interface SchemeSignature {
  readonly organisationId: string;
  readonly keyId: string;
  readonly jws: string;
  readonly signedAt: string;
}

@Event('settlement.distribution-scheme-proposed.v1')
export class DistributionSchemeProposed {
  constructor(
    readonly schemeId: string,
    readonly sellerId: string,
    readonly name: string,
    readonly participants: readonly SchemeParticipant[],
    readonly contentHash: string,
  ) {}
}

@Event('settlement.distribution-scheme-party-signed.v1')
export class DistributionSchemePartySigned {
  constructor(
    readonly schemeId: string,
    readonly signature: SchemeSignature,
  ) {}
}

@Event('settlement.distribution-scheme-signed.v1')
export class DistributionSchemeSigned {
  constructor(
    readonly schemeId: string,
    readonly sellerId: string,
    readonly contentHash: string,
  ) {}
}

/** Who shares in what a sale leaves, signed by all of them; it never changes: another agreement is another scheme. */
@Entity({ schema: 'settlement', name: 'distribution_scheme' })
@Stream('sch')
export class DistributionScheme extends Aggregate {
  @Column('text') readonly sellerId!: string;
  @Column('text') readonly name!: string;
  @Column('jsonb') readonly participants!: SchemeParticipant[];
  /** SHA-256 of the canonical JSON of {sellerId, name, participants}: what the parties sign. */
  @Column('text') readonly contentHash!: string;
  @Column('jsonb') readonly signatures!: SchemeSignature[];
  @Column('text') readonly state!: DistributionSchemeState;

  static propose(sellerId: string, name: string, participants: readonly SchemeParticipant[]): DistributionScheme {
    const scheme = new DistributionScheme();
    const contentHash = canonicalSha256Hex({ sellerId, name, participants });
    scheme.apply(new DistributionSchemeProposed(newId('sch'), sellerId, name, participants, contentHash));
    return scheme;
  }

  /** Adds a party's signature; the last one concludes the scheme. */
  sign(signature: SchemeSignature): void {
    distributionSchemeMachine.next(this.state, 'sign');
    if (!this.parties.has(signature.organisationId)) throw new Refusal('not-your-organisation');
    const signed = new Set(this.signatures.map(({ organisationId }) => organisationId));
    if (signed.has(signature.organisationId)) throw new Refusal('settlement/scheme-already-signed');
    this.apply(new DistributionSchemePartySigned(this.id, signature));
    if (this.signatures.length < this.parties.size) return;
    const concluded: DomainEvent = new DistributionSchemeSigned(this.id, this.sellerId, this.contentHash);
    distributionSchemeMachine.next(this.state, 'conclude');
    this.apply(concluded);
  }

  get parties(): ReadonlySet<string> {
    return new Set([this.sellerId, ...this.participants.map(({ organisationId }) => organisationId)]);
  }

  onDistributionSchemeProposed(event: DistributionSchemeProposed): void {
    const { schemeId: id, sellerId, name, participants, contentHash } = event;
    Object.assign(this, { id, sellerId, name, participants, contentHash, signatures: [], state: 'PROPOSED' });
  }
  onDistributionSchemePartySigned({ signature }: DistributionSchemePartySigned): void {
    Object.assign(this, { signatures: [...this.signatures, signature] });
  }
  onDistributionSchemeSigned(): void {
    Object.assign(this, { state: 'SIGNED' });
  }
}
