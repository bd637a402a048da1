import { canonicalText } from '@app/signing';
import type { Agency, ApplicationType, ClaimedRight, DeclareResourceBody, RegisteredHolder, Remark } from '@app/sdk';
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
  readonly registrarName?: string;
  /** By code, with the SHA-256 of the file. */
  readonly materials?: readonly { readonly code: string; readonly sha256: string }[];
  /** Who acted for those who applied, by which letter; absent: nobody did. */
  readonly agents?: readonly ActingAgent[];
  /** SHA-256 of the UTF-8 bytes of the evidence. */
  readonly evidenceHash!: string;
  /** The evidence itself, in events of the time when it was kept beside the rest. */
  readonly evidence?: string;

  constructor(facts: ApplicationRegistered) {
    Object.assign(this, facts);
  }
}

export interface ActingAgent extends Agency {
  readonly name: string;
  readonly uscc: string;
}

/** The evidence of a registration: the canonical JSON (RFC 8785) of all that the event says beside its hash. */
export function evidenceOf(registered: ApplicationRegistered): string {
  const { evidence, evidenceHash: _, ...content } = registered;
  return evidence ?? canonicalText(content)!;
}
