import type { Text } from '@app/rulepacks';
import type { Agency, ApplicationType, CheckedItem, FiledContent, Material, Remark } from '@app/sdk';
import { Event } from '../platform/event.js';
import type { SimilarData } from './list-similar-data.js';
import type { CommitteeResolutionSealed } from '../committee/committee-case.js';

export { ApplicationRegistered, type RegisteredResource } from './application-registered.js';

/** INV-51: whoever changes an application leaves a name, a time and the version of the rules that were followed. */
export abstract class Step {
  declare readonly applicationId: string;
  declare readonly by: string;
  declare readonly at: string;
  declare readonly rulePack: string;
  /** By whom, for whom and by what authority; absent: nobody acted for another. */
  declare readonly agency?: Agency;

  constructor(facts: object) {
    Object.assign(this, facts);
  }
}

/** A decision with its ground from the rule pack, where the law wants one, and its reasons in words. */
export abstract class Decision extends Step {
  declare readonly groundCode: string | null;
  declare readonly text: string | null;
}

/** The review clock stood still until `to`; `reviewDue` is its new end. */
export interface Resumed {
  readonly to: string;
  readonly reviewDue: string;
}

/** Which certificate an application concerns, and where that is kept. */
export interface FiledAbout {
  readonly certificateId: string;
  readonly regime: string;
  readonly registrarId: string;
}

@Event('registration.application-filed.v1')
export class ApplicationFiled extends Step {
  declare readonly applicantId: string;
  declare readonly registrarId: string;
  declare readonly regime: string;
  declare readonly type: ApplicationType;
  declare readonly content: FiledContent;
  /** Absent: it concerns none. */
  declare readonly priorCertificateId?: string;
  /** Of all that were filed as one under several regimes; absent: it was filed alone. */
  declare readonly groupId?: string;
  /** The objection whose result it carries out: the platform opened it for the registrant. */
  declare readonly objectionId?: string;
}

@Event('registration.application-revised.v1')
export class ApplicationRevised extends Step {
  declare readonly content: FiledContent;
  declare readonly priorCertificateId?: string;
}

/** A transferee (N1 §34) or a joint applicant applies together with the applicant. */
@Event('registration.application-joined.v1')
export class ApplicationJoined extends Step {
  declare readonly organisationId: string;
}

/** Also after a correction. */
@Event('registration.application-submitted.v1')
export class ApplicationSubmitted extends Step {
  declare readonly acceptDue: string;
  declare readonly flags: readonly string[];
  /** What data it resembles; absent from submissions before fingerprints were taken. */
  declare readonly similar?: readonly SimilarData[];
}

@Event('registration.application-withdrawn.v1')
export class ApplicationWithdrawn extends Decision {}

@Event('registration.application-correction-requested.v1')
export class ApplicationCorrectionRequested extends Decision {
  declare readonly items: readonly string[];
  declare readonly dueAt: string;
}

/** A supervisor adds to the one list, and says why that was not seen before (INV-03). `items` and `dueAt`: the whole list from now on. */
@Event('registration.application-correction-added.v1')
export class ApplicationCorrectionAdded extends Decision {
  declare readonly items: readonly string[];
  declare readonly dueAt: string;
}

/** Not corrected in time: counts as never filed. */
@Event('registration.application-lapsed.v1')
export class ApplicationLapsed extends Decision {}

@Event('registration.application-declined.v1')
export class ApplicationDeclined extends Decision {}

@Event('registration.application-accepted.v1')
export class ApplicationAccepted extends Decision {
  declare readonly acceptedAt: string;
  /** By silence. */
  declare readonly deemed: boolean;
  declare readonly reviewDue: string;
}

/** `by` is the reviewer from now on. */
@Event('registration.application-review-started.v1')
export class ApplicationReviewStarted extends Step {}

@Event('registration.application-review-extended.v1')
export class ApplicationReviewExtended extends Decision {
  declare readonly workingDays: number;
  declare readonly reviewDue: string;
}

@Event('registration.application-supplement-requested.v1')
export class ApplicationSupplementRequested extends Decision {
  declare readonly items: readonly string[];
  declare readonly dueAt: string;
}

@Event('registration.application-supplied.v1')
export class ApplicationSupplied extends Decision {
  declare readonly materials: readonly Material[];
  declare readonly resumed: Resumed;
}

@Event('registration.application-terminated.v1')
export class ApplicationTerminated extends Decision {}

/** A cancellation is on the register: nothing new is certified. */
@Event('registration.application-closed.v1')
export class ApplicationClosed extends Decision {
  declare readonly certificateId: string;
  declare readonly certificateNumber: string;
  declare readonly evidence: string;
  declare readonly evidenceHash: string;
}

@Event('registration.application-refused.v1')
export class ApplicationRefused extends Decision {}

/** The reviewer finds it fit; a second person decides. */
@Event('registration.application-review-passed.v1')
export class ApplicationReviewPassed extends Decision {
  declare readonly checklist: readonly CheckedItem[];
  declare readonly remarks: readonly Remark[];
}

/** To the compliance committee. `triggers`: risks of the rule pack, ALWAYS, or REVIEWER when the reviewer wants its opinion. */
@Event('registration.application-referred.v1')
export class ApplicationReferred extends Step {
  declare readonly applicantId: string;
  declare readonly registrarId: string;
  declare readonly resourceId: string;
  declare readonly triggers: readonly string[];
  declare readonly text: string;
  /** When the opinion is due, never after the review itself; null: 未公布. */
  declare readonly dueAt: string | null;
}

export type Resolution = Pick<
  CommitteeResolutionSealed,
  'caseId' | 'opinion' | 'groundCode' | 'reasons' | 'conditions' | 'resolutionHash'
>;

/** The committee's sealed opinion takes effect. */
export abstract class Resolved extends Decision {
  declare readonly resolution: Resolution;
}

/** It passes, perhaps with conditions: the review goes on. */
@Event('registration.application-admitted-by-committee.v1')
export class ApplicationAdmittedByCommittee extends Resolved {}

@Event('registration.application-returned-by-committee.v1')
export class ApplicationReturnedByCommittee extends Resolved {
  declare readonly items: readonly string[];
  declare readonly dueAt: string;
}

@Event('registration.application-refused-by-committee.v1')
export class ApplicationRefusedByCommittee extends Resolved {}

/** The reviewer finds the applicant's reason good enough to do without a public notice; a second person decides. */
@Event('registration.application-waiver-proposed.v1')
export class ApplicationWaiverProposed extends Decision {}

@Event('registration.application-notice-waived.v1')
export class ApplicationNoticeWaived extends Decision {}

/** The second person disagrees: the review goes on. */
@Event('registration.application-review-returned.v1')
export class ApplicationReviewReturned extends Decision {}

@Event('registration.application-approved.v1')
export class ApplicationApproved extends Decision {}

/** What everybody may read (N1 §24). */
export interface NoticeContent {
  /** Absent in notices of an initial registration. */
  readonly type?: ApplicationType;
  readonly certificateNumber?: string;
  readonly transferee?: { readonly name: string; readonly uscc: string };
  /** Absent: the applicant applies alone. */
  readonly jointApplicants?: readonly { readonly name: string; readonly uscc: string }[];
  readonly applicant: { readonly name: string; readonly uscc: string };
  readonly dataName: string;
  readonly dataAbstract: string;
  /** In words; a plain text is as somebody wrote it. */
  readonly restrictions: readonly (string | Text)[];
}

@Event('registration.application-published.v1')
export class ApplicationPublished extends Step {
  declare readonly notice: NoticeContent;
  declare readonly noticeEndsAt: string;
}

@Event('registration.application-objected.v1')
export class ApplicationObjected extends Step {
  declare readonly objectionId: string;
  declare readonly organisationId: string;
  declare readonly reason: string;
  declare readonly fileIds: readonly string[];
  /** Null: 未公布. */
  declare readonly dueAt: string | null;
  declare readonly resumed: Resumed;
}

@Event('registration.application-objection-dismissed.v1')
export class ApplicationObjectionDismissed extends Decision {
  declare readonly noticeEndsAt: string;
  declare readonly resumed: Resumed;
}

/** Some of it holds: what was reviewed is reviewed again. */
@Event('registration.application-objection-partly-upheld.v1')
export class ApplicationObjectionPartlyUpheld extends Decision {
  declare readonly resumed: Resumed;
}

@Event('registration.application-notice-ended.v1')
export class ApplicationNoticeEnded extends Step {
  declare readonly resumed: Resumed;
}

/** A legal time has passed without the registrar's act. It decides nothing. */
@Event('registration.application-overdue.v1')
export class ApplicationOverdue extends Step {
  declare readonly clock: 'ACCEPTANCE' | 'REVIEW' | 'OBJECTION';
  declare readonly due: string;
}

/** The registrar has left: its successor goes on where it stood. */
@Event('registration.application-handed-over.v1')
export class ApplicationHandedOver extends Step {
  declare readonly registrarId: string;
  declare readonly predecessorId: string;
}

@Event('registration.application-certified.v1')
export class ApplicationCertified {
  constructor(
    readonly applicationId: string,
    readonly certificateId: string,
    readonly certificateNumber: string,
  ) {}
}
