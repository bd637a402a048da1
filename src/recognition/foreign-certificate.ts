import { parseCertificateNumber } from '@app/rulepacks';
import type {
  ForeignCertificateView,
  RefusedReliance,
  RefuseRelianceBody,
  SubmitForeignCertificateBody,
  Verification,
} from '@app/sdk';
import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { mustActFor, type Actor } from '../platform/context.js';
import { Event } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { fault, Refusal } from '../platform/refusal.js';

/** Never trusted blindly: one person verifies, another records; it counts from then on until it ends. */
export const foreignCertificateMachine = defineMachine('foreign certificate', 'SUBMITTED', {
  verify: { from: ['SUBMITTED'], to: 'VERIFIED' },
  reject: { from: ['SUBMITTED', 'VERIFIED'], to: 'REJECTED' },
  record: { from: ['VERIFIED'], to: 'RECORDED' },
  refuseReliance: { from: ['RECORDED'], to: 'RECORDED' },
  end: { from: ['RECORDED'], to: 'ENDED' },
  lapse: { from: ['RECORDED'], to: 'LAPSED' },
  /** A certificate issued here stands in its place: nothing relies on it any more. */
  upgrade: { from: ['RECORDED'], to: 'UPGRADED' },
});
export type ForeignCertificateAction = keyof typeof foreignCertificateMachine.transitions;

/** The regime by which each kind is read. */
export const packOfKind = {
  SHENZHEN: 'SZ-PROPERTY-2023',
  GUANGDONG: 'GD-COMPLIANCE-2023-DRAFT',
  NATIONAL: 'CN-PROPERTY-2026',
} as const;

/** Who acts, and when. */
export interface RecognitionAct {
  readonly actor: Actor;
  readonly now: Date;
}

@Event('recognition.foreign-certificate-submitted.v1')
export class ForeignCertificateSubmitted {
  constructor(
    readonly foreignCertificateId: string,
    readonly holderId: string,
    readonly facts: SubmitForeignCertificateBody,
    readonly documentSha256: string,
    readonly rulePack: string,
    readonly at: string,
  ) {}
}

@Event('recognition.foreign-certificate-verified.v1')
export class ForeignCertificateVerified {
  constructor(
    readonly foreignCertificateId: string,
    readonly verification: Verification,
  ) {}
}

@Event('recognition.foreign-certificate-rejected.v1')
export class ForeignCertificateRejected {
  constructor(
    readonly foreignCertificateId: string,
    readonly reason: string,
    readonly by: string,
    readonly at: string,
  ) {}
}

@Event('recognition.foreign-certificate-recorded.v1')
export class ForeignCertificateRecorded {
  constructor(
    readonly foreignCertificateId: string,
    readonly number: string,
    readonly holderId: string,
    readonly resourceId: string,
    readonly rights: readonly string[],
    readonly validFrom: string,
    readonly validTo: string | null,
    readonly verification: Verification,
    readonly by: string,
    readonly at: string,
  ) {}
}

@Event('recognition.foreign-certificate-reliance-refused.v1')
export class ForeignCertificateRelianceRefused {
  constructor(
    readonly foreignCertificateId: string,
    readonly number: string,
    readonly refusal: RefusedReliance,
  ) {}
}

@Event('recognition.foreign-certificate-ended.v1')
export class ForeignCertificateEnded {
  constructor(
    readonly foreignCertificateId: string,
    readonly number: string,
    readonly reason: string,
    readonly documentSha256: string,
    readonly by: string,
    readonly at: string,
  ) {}
}

@Event('recognition.foreign-certificate-lapsed.v1')
export class ForeignCertificateLapsed {
  constructor(
    readonly foreignCertificateId: string,
    readonly number: string,
    readonly at: string,
  ) {}
}

@Event('recognition.foreign-certificate-upgraded.v1')
export class ForeignCertificateUpgraded {
  constructor(
    readonly foreignCertificateId: string,
    readonly number: string,
    readonly certificateId: string,
    readonly certificateNumber: string,
    readonly at: string,
  ) {}
}

/** A certificate that another body issued (N1 §41), with what was checked and by whom. */
@Entity({ schema: 'recognition', name: 'foreign_certificate' })
@Stream('fct')
export class ForeignCertificate extends Aggregate {
  @Column('text') readonly holderId!: string;
  @Column('text') readonly registrarId!: string;
  @Column('text') readonly resourceId!: string;
  @Column('text') readonly kind!: SubmitForeignCertificateBody['kind'];
  @Column('text') readonly rulePack!: string;
  @Column('text') readonly number!: string;
  @Column('text') readonly issuer!: string;
  @Column('text') readonly registerUrl!: string;
  @Column('jsonb') readonly rights!: SubmitForeignCertificateBody['rights'];
  @Column('timestamptz') readonly validFrom!: Date;
  @Column('timestamptz', { nullable: true }) readonly validTo!: Date | null;
  @Column('text', { nullable: true }) readonly credential!: string | null;
  @Column('text') readonly documentSha256!: string;
  @Column('text') readonly state!: ForeignCertificateView['state'];
  @Column('jsonb', { nullable: true }) readonly verification!: Verification | null;
  @Column('jsonb', { nullable: true }) readonly recorded!: { by: string; at: string } | null;
  @Column('jsonb', { nullable: true }) readonly ended!: { reason: string; at: string } | null;
  @Column('jsonb', { nullable: true }) readonly upgradedBy!: ForeignCertificateView['upgradedBy'];
  @Column('jsonb') readonly refusals!: readonly RefusedReliance[];

  static submit(
    body: SubmitForeignCertificateBody,
    documentSha256: string,
    rulePack: string,
    { actor, now }: RecognitionAct,
  ): ForeignCertificate {
    // Of the other kinds no form of number is published, by which one could be refused.
    if (body.kind === 'NATIONAL' && parseCertificateNumber(body.number) === null)
      throw fault('/number', '不是登记凭证编号(15 位)', 'not a certificate number of 15 characters');
    // SOD-1.
    if (body.registrarId === actor.orgId) throw new Refusal('registration/own-registrar');
    if (body.validTo !== null && new Date(body.validTo) <= now)
      throw fault('/validTo', '凭证已失效', 'the certificate has ended');
    const certificate = new ForeignCertificate();
    const at = now.toISOString();
    certificate.apply(new ForeignCertificateSubmitted(newId('fct'), actor.orgId, body, documentSha256, rulePack, at));
    return certificate;
  }

  verify(found: Omit<Verification, 'by' | 'at'>, { actor, now }: RecognitionAct): void {
    foreignCertificateMachine.next(this.state, 'verify');
    const verification = { ...found, by: actor.id, at: now.toISOString() };
    this.apply(new ForeignCertificateVerified(this.id, verification));
  }

  reject(reason: string, { actor, now }: RecognitionAct): void {
    foreignCertificateMachine.next(this.state, 'reject');
    this.apply(new ForeignCertificateRejected(this.id, reason, actor.id, now.toISOString()));
  }

  /** SOD-7: by another person than the one who verified. */
  record({ actor, now }: RecognitionAct): void {
    foreignCertificateMachine.next(this.state, 'record');
    if (actor.id === this.verification!.by) throw new Refusal('same-person');
    const { number, holderId, resourceId, rights, validFrom, validTo, verification } = this;
    if (validTo !== null && validTo <= now) throw fault('/validTo', '凭证已失效', 'the certificate has ended');
    const [from, to] = [validFrom.toISOString(), validTo?.toISOString() ?? null];
    const told = [number, holderId, resourceId, rights, from, to, verification!] as const;
    this.apply(new ForeignCertificateRecorded(this.id, ...told, actor.id, now.toISOString()));
  }

  /** INV-26: the only way in which a venue may still doubt it. @param operatorId of the venue */
  refuseReliance({ venueId, code, reason }: RefuseRelianceBody, operatorId: string, act: RecognitionAct): void {
    mustActFor(act.actor, operatorId);
    foreignCertificateMachine.next(this.state, 'refuseReliance');
    const refusal = { venueId, code, reason, by: act.actor.id, at: act.now.toISOString() };
    this.apply(new ForeignCertificateRelianceRefused(this.id, this.number, refusal));
  }

  end(reason: string, documentSha256: string, { actor, now }: RecognitionAct): void {
    foreignCertificateMachine.next(this.state, 'end');
    const at = now.toISOString();
    this.apply(new ForeignCertificateEnded(this.id, this.number, reason, documentSha256, actor.id, at));
  }

  lapse(now: Date): void {
    foreignCertificateMachine.next(this.state, 'lapse');
    this.apply(new ForeignCertificateLapsed(this.id, this.number, now.toISOString()));
  }

  upgrade(certificateId: string, certificateNumber: string, now: Date): void {
    foreignCertificateMachine.next(this.state, 'upgrade');
    const { id, number } = this;
    this.apply(new ForeignCertificateUpgraded(id, number, certificateId, certificateNumber, now.toISOString()));
  }

  onForeignCertificateSubmitted(event: ForeignCertificateSubmitted): void {
    const { foreignCertificateId: id, holderId, facts, documentSha256, rulePack } = event;
    const { registrarId, resourceId, kind, number, issuer, registerUrl, rights, credential } = facts;
    const told = { registrarId, resourceId, kind, number, issuer, registerUrl, rights, credential };
    const term = {
      validFrom: new Date(facts.validFrom),
      validTo: facts.validTo === null ? null : new Date(facts.validTo),
    };
    const open = { verification: null, recorded: null, ended: null, upgradedBy: null, refusals: [] };
    const { initial: state } = foreignCertificateMachine;
    Object.assign(this, { id, holderId, documentSha256, rulePack, ...told, ...term, ...open, state });
  }
  onForeignCertificateVerified({ verification }: ForeignCertificateVerified): void {
    Object.assign(this, { state: 'VERIFIED', verification });
  }
  onForeignCertificateRejected({ reason, at }: ForeignCertificateRejected): void {
    Object.assign(this, { state: 'REJECTED', ended: { reason, at } });
  }
  onForeignCertificateRecorded({ by, at }: ForeignCertificateRecorded): void {
    Object.assign(this, { state: 'RECORDED', recorded: { by, at } });
  }
  onForeignCertificateRelianceRefused({ refusal }: ForeignCertificateRelianceRefused): void {
    Object.assign(this, { refusals: [...this.refusals, refusal] });
  }
  onForeignCertificateEnded({ reason, at }: ForeignCertificateEnded): void {
    Object.assign(this, { state: 'ENDED', ended: { reason, at } });
  }
  onForeignCertificateLapsed({ at }: ForeignCertificateLapsed): void {
    Object.assign(this, { state: 'LAPSED', ended: { reason: '有效期届满 The term has ended', at } });
  }
  onForeignCertificateUpgraded({ certificateId, certificateNumber: number, at }: ForeignCertificateUpgraded): void {
    Object.assign(this, { state: 'UPGRADED', upgradedBy: { certificateId, number, at } });
  }
}
