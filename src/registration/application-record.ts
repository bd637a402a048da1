import { Column } from 'typeorm';
import type { ApplicationType, CheckedItem, FiledContent, ObjectionView, Remark, ReviewPause } from '@app/sdk';
import { Aggregate } from '../platform/aggregate.js';
import type * as events from './application-events.js';
import { evidenceOf } from './application-registered.js';
import { applicationMachine, type ApplicationAction, type ApplicationState } from './application-machine.js';
import type { SimilarData } from './list-similar-data.js';

export interface Request {
  readonly items: readonly string[];
  readonly dueAt: string;
}
export type DecisionRecord = Pick<events.Decision, 'by' | 'at' | 'rulePack' | 'groundCode' | 'text'> & {
  readonly action: ApplicationAction;
  /** By an agent. */
  readonly authorityId?: string;
};

/** Somebody who is to apply together with the applicant, and whether it has joined. */
export interface CoApplicant {
  readonly organisationId: string;
  readonly joined: { readonly by: string; readonly at: string } | null;
}

export type Referral = Pick<events.ApplicationReferred, 'by' | 'at' | 'triggers' | 'text' | 'dueAt'>;
export type SealedResolution = events.Resolution & { readonly at: string; readonly triggers: readonly string[] };
export type Waiver = Pick<events.ApplicationWaiverProposed, 'by' | 'at' | 'text'>;

/** What the reviewer found falls when the facts change: it has to be found again. */
const unreviewed = { checklist: null, remarks: [], waiver: null };

/** What is known of an application: its columns, and how each event changes them. */
export abstract class ApplicationRecord extends Aggregate {
  @Column('text') readonly applicantId!: string;
  @Column('text') readonly registrarId!: string;
  @Column('text') readonly resourceId!: string;
  @Column('text') readonly regime!: string;
  @Column('text') readonly type!: ApplicationType;
  @Column('text') readonly rulePack!: string;
  @Column('text') readonly state!: ApplicationState;
  @Column('jsonb') readonly content!: FiledContent;
  /** The certificate that it concerns; null for an initial registration. */
  @Column('text', { nullable: true }) readonly priorCertificateId!: string | null;
  /** What it shares with those that were filed with it under other regimes. */
  @Column('text', { nullable: true }) readonly groupId!: string | null;
  @Column('text', { nullable: true }) readonly objectionId!: string | null;
  /** The transferee, and whether it has joined. */
  @Column('text', { nullable: true }) readonly counterpartyId!: string | null;
  @Column('jsonb', { nullable: true }) readonly joined!: CoApplicant['joined'];
  /** Of an initial registration that several ask for together: all but the applicant. */
  @Column('jsonb') readonly joint!: readonly CoApplicant[];
  @Column('jsonb') readonly flags!: readonly string[];
  /** For the registrar only. */
  @Column('jsonb') readonly similarData!: readonly SimilarData[];
  @Column('timestamptz', { nullable: true }) readonly submittedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) readonly acceptDue!: Date | null;
  @Column('jsonb', { nullable: true }) readonly correction!: Request | null;
  @Column('timestamptz', { nullable: true }) readonly acceptedAt!: Date | null;
  @Column('boolean') readonly deemedAccepted!: boolean;
  @Column('timestamptz', { nullable: true }) readonly reviewDue!: Date | null;
  @Column('integer', { nullable: true }) readonly extendedDays!: number | null;
  @Column('jsonb') readonly pauses!: readonly ReviewPause[];
  /** The clocks whose end was missed, by the instant of that end. */
  @Column('jsonb') readonly missed!: readonly string[];
  @Column('text', { nullable: true }) readonly reviewerId!: string | null;
  @Column('text', { nullable: true }) readonly approverId!: string | null;
  @Column('jsonb', { nullable: true }) readonly supplement!: Request | null;
  @Column('jsonb', { nullable: true }) readonly checklist!: readonly CheckedItem[] | null;
  @Column('jsonb', { nullable: true }) readonly referral!: Referral | null;
  @Column('jsonb', { nullable: true }) readonly resolution!: SealedResolution | null;
  @Column('jsonb', { nullable: true }) readonly waiver!: Waiver | null;
  @Column('jsonb') readonly remarks!: readonly Remark[];
  @Column('jsonb', { nullable: true }) readonly notice!: events.NoticeContent | null;
  @Column('timestamptz', { nullable: true }) readonly publishedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) readonly noticeEndsAt!: Date | null;
  @Column('jsonb') readonly objections!: readonly ObjectionView[];
  @Column('jsonb') readonly decisions!: readonly DecisionRecord[];
  @Column('timestamptz', { nullable: true }) readonly validFrom!: Date | null;
  @Column('timestamptz', { nullable: true }) readonly validTo!: Date | null;
  @Column('text', { nullable: true, select: false }) readonly evidence?: string | null;
  @Column('text', { nullable: true }) readonly evidenceHash!: string | null;
  @Column('text', { nullable: true }) readonly certificateNumber!: string | null;

  onApplicationFiled({ applicationId, by: _by, at: _at, ...facts }: events.ApplicationFiled): void {
    const unknown = {
      submittedAt: null,
      acceptDue: null,
      correction: null,
      acceptedAt: null,
      reviewDue: null,
      extendedDays: null,
      reviewerId: null,
      approverId: null,
      supplement: null,
      checklist: null,
      referral: null,
      resolution: null,
      waiver: null,
      notice: null,
      publishedAt: null,
      noticeEndsAt: null,
      validFrom: null,
      validTo: null,
      evidence: null,
      evidenceHash: null,
      certificateNumber: null,
    };
    const nothing = { flags: [], similarData: [], pauses: [], missed: [], remarks: [], objections: [], decisions: [] };
    const concerned = concernedBy(facts);
    const links = { groupId: facts.groupId ?? null, objectionId: facts.objectionId ?? null };
    const start = { ...concerned, ...unknown, ...nothing, ...links, deemedAccepted: false };
    this.become(applicationMachine.initial, { id: applicationId, ...facts, ...start });
  }
  /** Whoever had joined had joined something else. */
  onApplicationRevised(event: events.ApplicationRevised): void {
    this.become(this.state, { content: event.content, ...concernedBy(event) });
  }
  onApplicationJoined({ by, at, organisationId }: events.ApplicationJoined): void {
    const joined = { by, at };
    if (organisationId === this.counterpartyId) this.become(this.state, { joined });
    else
      this.become(this.state, {
        joint: this.joint.map((one) => (one.organisationId === organisationId ? { ...one, joined } : one)),
      });
  }
  onApplicationSubmitted({ at, acceptDue, flags, similar = [] }: events.ApplicationSubmitted): void {
    this.become('SUBMITTED', {
      submittedAt: new Date(at),
      acceptDue: new Date(acceptDue),
      flags,
      similarData: similar,
    });
  }
  onApplicationWithdrawn(event: events.ApplicationWithdrawn): void {
    this.decided('withdraw', 'WITHDRAWN', event);
  }
  onApplicationCorrectionRequested(event: events.ApplicationCorrectionRequested): void {
    const { items, dueAt } = event;
    this.decided('requestCorrection', 'CORRECTION_REQUIRED', event, { correction: { items, dueAt }, acceptDue: null });
  }
  onApplicationCorrectionAdded(event: events.ApplicationCorrectionAdded): void {
    const { items, dueAt } = event;
    this.decided('addCorrection', 'CORRECTION_REQUIRED', event, { correction: { items, dueAt } });
  }
  onApplicationLapsed(event: events.ApplicationLapsed): void {
    this.decided('lapse', 'LAPSED', event);
  }
  onApplicationDeclined(event: events.ApplicationDeclined): void {
    this.decided('decline', 'NOT_ACCEPTED', event);
  }
  onApplicationAccepted(event: events.ApplicationAccepted): void {
    const { deemed, acceptedAt, reviewDue } = event;
    const told = { deemedAccepted: deemed, acceptedAt: new Date(acceptedAt), reviewDue: new Date(reviewDue) };
    this.decided(deemed ? 'acceptBySilence' : 'accept', 'ACCEPTED', event, told);
  }
  onApplicationReviewStarted({ by }: events.ApplicationReviewStarted): void {
    this.become('UNDER_REVIEW', { reviewerId: by, ...unreviewed });
  }
  onApplicationReviewExtended(event: events.ApplicationReviewExtended): void {
    const { workingDays: extendedDays, reviewDue } = event;
    this.decided('extendReview', 'UNDER_REVIEW', event, { extendedDays, reviewDue: new Date(reviewDue) });
  }
  onApplicationSupplementRequested(event: events.ApplicationSupplementRequested): void {
    const { items, dueAt, at } = event;
    const asked = { supplement: { items, dueAt }, checklist: null, waiver: null };
    const told = { ...asked, pauses: this.paused('SUPPLEMENT', at) };
    this.decided('requestSupplement', 'SUPPLEMENT_REQUIRED', event, told);
  }
  onApplicationSupplied(event: events.ApplicationSupplied): void {
    const content = { ...this.content, materials: [...this.content.materials, ...event.materials] };
    this.decided('supply', 'UNDER_REVIEW', event, { content, ...this.resumed(event.resumed) });
  }
  onApplicationTerminated(event: events.ApplicationTerminated): void {
    const upheld = this.state === 'OBJECTION_HANDLING';
    const told = upheld ? { objections: this.answered(true, event.text) } : {};
    const action = upheld ? 'terminateOnObjection' : this.state === 'SUPPLEMENT_REQUIRED' ? 'terminate' : 'fail';
    this.decided(action, 'TERMINATED', event, told);
  }
  onApplicationClosed(event: events.ApplicationClosed): void {
    const { evidence, evidenceHash } = event;
    this.decided('close', 'CLOSED', event, { evidence, evidenceHash });
  }
  onApplicationRefused(event: events.ApplicationRefused): void {
    const upheld = this.state === 'OBJECTION_HANDLING';
    const told = upheld ? { objections: this.answered(true, event.text) } : {};
    this.decided(upheld ? 'upholdObjection' : 'refuse', 'REFUSED', event, told);
  }
  onApplicationReviewPassed(event: events.ApplicationReviewPassed): void {
    const { checklist, remarks } = event;
    this.decided('passReview', 'UNDER_REVIEW', event, { checklist, remarks });
  }
  onApplicationReviewReturned(event: events.ApplicationReviewReturned): void {
    this.decided('returnReview', 'UNDER_REVIEW', event, unreviewed);
  }
  onApplicationReferred({ by, at, triggers, text, dueAt }: events.ApplicationReferred): void {
    this.become('COMMITTEE_REVIEW', { referral: { by, at, triggers, text, dueAt }, ...unreviewed });
  }
  onApplicationAdmittedByCommittee(event: events.ApplicationAdmittedByCommittee): void {
    this.decided('admitByCommittee', 'UNDER_REVIEW', event, this.resolved(event));
  }
  onApplicationReturnedByCommittee(event: events.ApplicationReturnedByCommittee): void {
    const { items, dueAt, at } = event;
    const asked = { supplement: { items, dueAt }, pauses: this.paused('SUPPLEMENT', at) };
    this.decided('returnByCommittee', 'SUPPLEMENT_REQUIRED', event, { ...this.resolved(event), ...asked });
  }
  onApplicationRefusedByCommittee(event: events.ApplicationRefusedByCommittee): void {
    this.decided('refuseByCommittee', 'REFUSED', event, this.resolved(event));
  }
  onApplicationWaiverProposed(event: events.ApplicationWaiverProposed): void {
    const { by, at, text } = event;
    this.decided('proposeWaiver', 'UNDER_REVIEW', event, { waiver: { by, at, text } });
  }
  onApplicationNoticeWaived(event: events.ApplicationNoticeWaived): void {
    this.decided('waiveNotice', 'NOTICE_WAIVED', event);
  }
  onApplicationApproved(event: events.ApplicationApproved): void {
    this.decided('approve', 'REVIEW_PASSED', event, { approverId: event.by });
  }
  onApplicationPublished({ at, notice, noticeEndsAt }: events.ApplicationPublished): void {
    const told = { notice, publishedAt: new Date(at), noticeEndsAt: new Date(noticeEndsAt) };
    this.become('PUBLIC_NOTICE', { ...told, pauses: this.paused('NOTICE', at) });
  }
  onApplicationObjected(event: events.ApplicationObjected): void {
    const { objectionId: id, organisationId, by, at, reason, fileIds, dueAt } = event;
    const objection = { id, organisationId, by, reason, fileIds, at, dueAt, upheld: null, text: null };
    Object.assign(this, this.resumed(event.resumed));
    const told = { objections: [...this.objections, objection], pauses: this.paused('OBJECTION', at) };
    this.become('OBJECTION_HANDLING', told);
  }
  onApplicationObjectionDismissed(event: events.ApplicationObjectionDismissed): void {
    const { at, text, noticeEndsAt } = event;
    Object.assign(this, this.resumed(event.resumed));
    const told = { objections: this.answered(false, text), pauses: this.paused('NOTICE', at) };
    this.decided('dismissObjection', 'PUBLIC_NOTICE', event, { ...told, noticeEndsAt: new Date(noticeEndsAt) });
  }
  onApplicationObjectionPartlyUpheld(event: events.ApplicationObjectionPartlyUpheld): void {
    const unpublished = { notice: null, publishedAt: null, noticeEndsAt: null, approverId: null, ...unreviewed };
    const told = { ...unpublished, objections: this.answered(true, event.text), ...this.resumed(event.resumed) };
    this.decided('upholdObjectionPartly', 'UNDER_REVIEW', event, told);
  }
  onApplicationNoticeEnded({ resumed }: events.ApplicationNoticeEnded): void {
    this.become('NOTICE_DONE', this.resumed(resumed));
  }
  onApplicationOverdue({ due }: events.ApplicationOverdue): void {
    this.become(this.state, { missed: [...this.missed, due] });
  }
  onApplicationRegistered(event: events.ApplicationRegistered): void {
    const term = { validFrom: new Date(event.validFrom), validTo: new Date(event.validTo) };
    this.become('REGISTERED', { ...term, evidence: evidenceOf(event), evidenceHash: event.evidenceHash });
  }
  onApplicationHandedOver({ registrarId }: events.ApplicationHandedOver): void {
    this.become(this.state, { registrarId });
  }
  onApplicationCertified({ certificateNumber }: events.ApplicationCertified): void {
    this.become('CERTIFIED', { certificateNumber });
  }

  private decided(
    action: ApplicationAction,
    state: ApplicationState,
    event: events.Decision,
    changes: Changes = {},
  ): void {
    const { by, at, rulePack, groundCode, text, agency } = event;
    const authority = agency && { authorityId: agency.authorityId };
    const decisions = [...this.decisions, { action, by, at, rulePack, groundCode, text, ...authority }];
    this.become(state, { ...changes, decisions });
  }

  private become(state: ApplicationState, changes: Changes): void {
    Object.assign(this, changes, { state });
  }

  private paused(because: ReviewPause['because'], from: string): readonly ReviewPause[] {
    return [...this.pauses, { because, from, to: null }];
  }

  private resumed({ to, reviewDue }: events.Resumed): Changes {
    const pauses = this.pauses.map((pause) => (pause.to === null ? { ...pause, to } : pause));
    return { pauses, reviewDue: new Date(reviewDue) };
  }

  private resolved({ resolution, at }: events.Resolved): Changes {
    return { resolution: { ...resolution, at, triggers: this.referral!.triggers } };
  }

  private answered(upheld: boolean, text: string | null): readonly ObjectionView[] {
    return this.objections.map((objection) => (objection.upheld === null ? { ...objection, upheld, text } : objection));
  }
}

function concernedBy(event: Pick<events.ApplicationFiled, 'content' | 'priorCertificateId'>) {
  const { resourceId, particulars, jointApplicants = [] } = event.content;
  const joint = jointApplicants.map(({ organisationId }) => ({ organisationId, joined: null }));
  const priorCertificateId = event.priorCertificateId ?? null;
  const counterpartyId = particulars?.type === 'TRANSFER' ? particulars.transfereeId : null;
  return { resourceId, priorCertificateId, counterpartyId, joined: null, joint };
}

type Changes = Partial<Record<keyof ApplicationRecord, unknown>>;
