import { Column, Entity } from 'typeorm';
import { addMonths } from '@app/calendar';
import { ground, rulePack, RulePackError } from '@app/rulepacks';
import { certificateStates } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';

export type Right = 'HOLD' | 'USE' | 'OPERATE';
export type CertificateState = (typeof certificateStates)[number];

export const certificateMachine = defineMachine('certificate', 'PREPARED', {
  issue: { from: ['PREPARED'], to: 'ACTIVE' },
  expire: { from: ['ACTIVE'], to: 'EXPIRED' },
  cancel: { from: ['ACTIVE'], to: 'CANCELLED' },
});

/** Everything that the signatures will cover; frozen before anything is signed. */
export interface CertificateFacts {
  readonly number: string;
  readonly applicationId: string;
  readonly holderId: string;
  readonly registrarId: string;
  readonly resourceId: string;
  readonly rights: readonly Right[];
  readonly validFrom: string;
  readonly validTo: string;
  readonly statusListIndex: number;
  readonly rulePack: string;
  /** The credential to be signed, by the W3C data model 2.0. */
  readonly credential: { readonly credentialSubject: Record<string, unknown> } & Record<string, unknown>;
}

export interface SignedCredentials {
  readonly ES256: string;
  readonly EdDSA: string;
  /** SM2 with SM3, where the platform signs by the national suite too. */
  readonly SGD_SM3_SM2?: string;
}

/** The intent to sign: number and content are settled, nothing is signed. */
@Event('certificates.certificate-prepared.v1')
export class CertificatePrepared {
  readonly rulePack: string;

  constructor(
    readonly certificateId: string,
    readonly facts: CertificateFacts,
  ) {
    this.rulePack = facts.rulePack;
  }
}

/** The result: the certificate is in force. */
@Event('certificates.certificate-issued.v1')
export class CertificateIssued {
  constructor(
    readonly certificateId: string,
    readonly number: string,
    readonly applicationId: string,
    readonly holderId: string,
    readonly resourceId: string,
    readonly rights: readonly Right[],
    readonly validFrom: string,
    readonly validTo: string,
    readonly rulePack: string,
    readonly credentials: SignedCredentials,
  ) {}
}

@Event('certificates.certificate-document-sealed.v1')
export class CertificateDocumentSealed {
  constructor(
    readonly certificateId: string,
    readonly number: string,
    readonly documentSha256: string,
  ) {}
}

@Event('certificates.certificate-expired.v1')
export class CertificateExpired {
  constructor(
    readonly certificateId: string,
    readonly number: string,
    readonly at: string,
  ) {}
}

@Event('certificates.certificate-cancelled.v1')
export class CertificateCancelled {
  constructor(
    readonly certificateId: string,
    readonly number: string,
    readonly groundCode: string,
    readonly text: string,
    readonly at: string,
    readonly rulePack: string,
  ) {}
}

/** One registered item's certificate (登记凭证). The register is this row; every document only repeats it (N1 §26). */
@Entity({ schema: 'certificates', name: 'certificate' })
@Stream('cert')
export class Certificate extends Aggregate {
  @Column('text') readonly number!: string;
  @Column('text') readonly status!: CertificateState;
  @Column('text') readonly applicationId!: string;
  @Column('text') readonly holderId!: string;
  @Column('text') readonly registrarId!: string;
  @Column('text') readonly resourceId!: string;
  @Column('jsonb') readonly rights!: readonly Right[];
  @Column('timestamptz') readonly validFrom!: Date;
  @Column('timestamptz') readonly validTo!: Date;
  @Column('integer') readonly statusListIndex!: number;
  @Column('text') readonly rulePack!: string;
  @Column('jsonb') readonly credential!: CertificateFacts['credential'];
  @Column('jsonb', { nullable: true }) readonly credentials!: SignedCredentials | null;
  @Column('text', { nullable: true }) readonly documentSha256!: string | null;
  @Column('jsonb', { nullable: true }) readonly ended!: { at: string; groundCode: string; text: string } | null;

  /** Settles what will be signed. INV-04: in force from the evidence time, at most five years (N1 §26). */
  static prepare(facts: CertificateFacts): Certificate {
    const latest = addMonths(new Date(facts.validFrom), 60);
    if (new Date(facts.validTo) > latest) throw new Error(`${facts.number} would last longer than five years`);
    const certificate = new Certificate();
    certificate.apply(new CertificatePrepared(newId('cert'), facts));
    return certificate;
  }

  issue(credentials: SignedCredentials): void {
    certificateMachine.next(this.status, 'issue');
    const { id, number, applicationId, holderId, resourceId, rights, validFrom, validTo, rulePack } = this;
    const [from, to] = [validFrom.toISOString(), validTo.toISOString()];
    this.apply(
      new CertificateIssued(id, number, applicationId, holderId, resourceId, rights, from, to, rulePack, credentials),
    );
  }

  /** The PDF is rendered once; a second one, from a race or a crash, is not recorded. */
  sealDocument(documentSha256: string): void {
    if (this.documentSha256 === null) this.apply(new CertificateDocumentSealed(this.id, this.number, documentSha256));
  }

  expire(at: Date): void {
    certificateMachine.next(this.status, 'expire');
    this.apply(new CertificateExpired(this.id, this.number, at.toISOString()));
  }

  cancel(groundCode: string, text: string, at: Date): void {
    certificateMachine.next(this.status, 'cancel');
    const [pack, version] = this.rulePack.split('@');
    if (!isGround(pack!, version, groundCode))
      throw new Refusal('certificates/ground', { groundCode, rulePack: this.rulePack });
    this.apply(new CertificateCancelled(this.id, this.number, groundCode, text, at.toISOString(), this.rulePack));
  }

  onCertificatePrepared({ certificateId, facts }: CertificatePrepared): void {
    const [validFrom, validTo] = [new Date(facts.validFrom), new Date(facts.validTo)];
    const unsigned = { credentials: null, documentSha256: null, ended: null, status: certificateMachine.initial };
    Object.assign(this, { id: certificateId, ...facts, validFrom, validTo, ...unsigned });
  }

  onCertificateIssued({ credentials }: CertificateIssued): void {
    Object.assign(this, { credentials, status: certificateMachine.next(this.status, 'issue') });
  }

  onCertificateDocumentSealed({ documentSha256 }: CertificateDocumentSealed): void {
    Object.assign(this, { documentSha256 });
  }

  onCertificateExpired({ at }: CertificateExpired): void {
    // A-X1: not renewed, lapses by itself (N1 §36).
    const ended = { at, groundCode: 'A-X1', text: '有效期届满 The term has ended' };
    Object.assign(this, { ended, status: certificateMachine.next(this.status, 'expire') });
  }

  onCertificateCancelled({ groundCode, text, at }: CertificateCancelled): void {
    Object.assign(this, { ended: { at, groundCode, text }, status: certificateMachine.next(this.status, 'cancel') });
  }
}

function isGround(pack: string, version: string | undefined, code: string): boolean {
  try {
    return ground(rulePack(pack, version), code, 'CANCEL') !== undefined;
  } catch (error) {
    if (error instanceof RulePackError && error.code !== 'unknown-pack') return false;
    throw error;
  }
}
