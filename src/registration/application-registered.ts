import type { ApplicationType, ClaimedRight, DeclareResourceBody, RegisteredHolder, Remark } from '@app/sdk';
import { Event } from '../platform/event.js';

type Declared = Pick<
  DeclareResourceBody,
  | 'name'
  | 'abstract'
  | 'industry'
  | 'sourceKind'
  | 'regionLevel'
  | 'regionText'
  | 'timeFrom'
  | 'timeTo'
  | 'updateFrequency'
  | 'form'
  | 'grade'
  | 'personalInfo'
>;
export type RegisteredResource = Declared & {
  readonly id: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
};

/** One of several who hold the same rights jointly. */
type JointHolder = { readonly name: string; readonly uscc: string };
type Holder = { readonly organisationId: string; readonly name: string; readonly uscc: string };

/** What is on the register from now on, with everything that a certificate states. */
@Event('registration.application-registered.v1')
export class ApplicationRegistered {
  readonly applicationId!: string;
  readonly type?: ApplicationType;
  /** The certificate upon which it is registered, and which it ends. */
  readonly prior?: { readonly certificateId: string; readonly number: string } | null;
  /** What a transferor keeps, in a certificate of its own. */
  readonly remainder?: {
    readonly holder: Holder;
    readonly holders?: readonly JointHolder[];
    readonly rights: readonly ClaimedRight[];
    readonly rightHolders?: readonly RegisteredHolder[];
    readonly remarks: readonly Remark[];
  } | null;
  readonly operatingAgreementEnd?: string;
  /** The certificate issued elsewhere in whose place it stands (N1 §41). */
  readonly upgradedFrom?: { readonly id: string; readonly number: string; readonly issuer: string };
  readonly evidenceAt!: string;
  readonly validFrom!: string;
  readonly validTo!: string;
  readonly regime!: string;
  /** `CN-PROPERTY-2026@1.0.0` */
  readonly rulePack!: string;
  /** The organisation (org_…) that keeps the register. */
  readonly registrarId!: string;
  readonly registrarDigit!: string;
  readonly regionCode2!: string;
  readonly holder!: Holder;
  /**
   * All who hold the rights jointly, `holder` first; absent: it holds them alone. How they share them is theirs to agree: towards the
   * register `holder` acts for all of them.
   */
  readonly holders?: readonly JointHolder[];
  readonly resource!: RegisteredResource;
  readonly rights!: readonly ClaimedRight[];
  /** 权利配置: every right of everybody who holds one in the data; those who hold this certificate first. */
  readonly rightHolders?: readonly RegisteredHolder[];
  readonly restriction!: string;
  readonly scenario!: string;
  readonly remarks!: readonly Remark[];
  /** SHA-256 of the UTF-8 bytes of `evidence`. */
  readonly evidenceHash!: string;
  /** Canonical JSON (RFC 8785) of the registered content. */
  readonly evidence!: string;

  constructor(facts: ApplicationRegistered) {
    Object.assign(this, facts);
  }
}
