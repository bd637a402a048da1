import type { RemarkKind } from '@app/sdk';
import { Event } from '../platform/event.js';

export type Right = 'HOLD' | 'USE' | 'OPERATE';

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
  /** The number before it in the chain, or that of the certificate out of which its rights were transferred. */
  readonly supersedes?: string;
  readonly transferredFrom?: string;
  /** The credential to be signed, by the W3C data model 2.0. */
  readonly credential: { readonly credentialSubject: Record<string, unknown> } & Record<string, unknown>;
}

/** By algorithm: compact, or, where it is kept, without the payload, which is the credential of the facts in canonical form (RFC 7515 appendix F). */
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
    /** The recognised certificate of another register that it takes the place of, if it does. */
    readonly upgradedFrom?: string,
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

/** A remark as it stands on the register. */
export interface PlacedRemark {
  readonly id: string;
  readonly kind: RemarkKind;
  readonly text: string;
  /** Who ordered it, for example a court; null for what the registrar notes by itself. */
  readonly authority: string | null;
  /** SHA-256 of the order or agreement that it rests on. */
  readonly documentSha256: string | null;
  readonly from: string;
  /** It lifts itself then; null: until somebody lifts it. */
  readonly to: string | null;
}

export type LiftedBecause = 'DECISION' | 'EXPIRED' | 'NOT_CONFIRMED';

/** It ends before its term because of how it came about or was used (撤销); a decision of the registrar. */
@Event('certificates.certificate-revoked.v1')
export class CertificateRevoked {
  constructor(
    readonly certificateId: string,
    readonly number: string,
    readonly groundCode: string,
    readonly text: string,
    readonly at: string,
    readonly rulePack: string,
  ) {}
}

/** Another certificate stands in its place: after a change, a transfer or a renewal. */
@Event('certificates.certificate-superseded.v1')
export class CertificateSuperseded {
  constructor(
    readonly certificateId: string,
    readonly number: string,
    /** Null: what takes its place is on the register already, and waits for a number. */
    readonly supersededBy: string | null,
    readonly at: string,
    readonly applicationId: string,
  ) {}
}

/** What took its place has its number now. */
@Event('certificates.certificate-successor-numbered.v1')
export class CertificateSuccessorNumbered {
  constructor(
    readonly certificateId: string,
    readonly number: string,
    readonly supersededBy: string,
  ) {}
}

/** What was written on the register beside the rights after the issuance (N1 §23). */
@Event('certificates.certificate-remark-placed.v1')
export class CertificateRemarkPlaced {
  constructor(
    readonly certificateId: string,
    readonly number: string,
    readonly remark: PlacedRemark,
  ) {}
}

@Event('certificates.certificate-remark-lifted.v1')
export class CertificateRemarkLifted {
  constructor(
    readonly certificateId: string,
    readonly number: string,
    readonly remarkId: string,
    readonly because: LiftedBecause,
    readonly text: string,
    readonly at: string,
  ) {}
}

/** A remark blocks transfer, cancellation by the holder and new listings (INV-10). */
@Event('certificates.certificate-restricted.v1')
export class CertificateRestricted {
  constructor(
    readonly certificateId: string,
    readonly number: string,
    readonly remarkId: string,
    readonly at: string,
  ) {}
}

/** The last remark that blocked it is lifted. */
@Event('certificates.certificate-released.v1')
export class CertificateReleased {
  constructor(
    readonly certificateId: string,
    readonly number: string,
    readonly at: string,
  ) {}
}

/** An objection after registration was accepted (N1 §29). */
@Event('certificates.certificate-objection-opened.v1')
export class CertificateObjectionOpened {
  constructor(
    readonly certificateId: string,
    readonly number: string,
    readonly objectionId: string,
    readonly at: string,
  ) {}
}

@Event('certificates.certificate-objection-closed.v1')
export class CertificateObjectionClosed {
  constructor(
    readonly certificateId: string,
    readonly number: string,
    readonly objectionId: string,
    readonly at: string,
  ) {}
}

/** Everybody sees that an objection is open; the certificate stays in force. */
@Event('certificates.certificate-objected.v1')
export class CertificateObjected {
  constructor(
    readonly certificateId: string,
    readonly number: string,
    readonly at: string,
  ) {}
}

@Event('certificates.certificate-objection-cleared.v1')
export class CertificateObjectionCleared {
  constructor(
    readonly certificateId: string,
    readonly number: string,
    readonly at: string,
  ) {}
}
