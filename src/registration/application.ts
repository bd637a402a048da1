import { Entity } from 'typeorm';
import { addWorkingDays, resumeDeadline } from '@app/calendar';
import { workingDays } from '@app/rulepacks';
import type { ApplicationContent, CheckedItem, FileApplicationBody, Material, Remark } from '@app/sdk';
import { Stream } from '../platform/aggregate.js';
import { mustActFor, type Actor } from '../platform/context.js';
import { newId } from '../platform/id.js';
import { fault, Refusal } from '../platform/refusal.js';
import * as events from './application-events.js';
import { applicationMachine, type ApplicationAction } from './application-machine.js';
import { ApplicationRecord } from './application-record.js';
import { evidenceOf, type RegisteredFacts } from './evidence.js';
import * as rules from './application-rules.js';

export * from './application-events.js';

/** Who acts, and when. */
export interface Act {
  readonly actor: Actor;
  readonly now: Date;
}
export type ApplicationDeadline = `registration.${'acceptance' | 'correction' | 'review' | 'notice' | 'objection'}`;
type Told<E> = Omit<E, keyof events.Step>;

/** A request to register rights in data (登记申请), from the draft to the certificate. */
@Entity({ schema: 'registration', name: 'application' })
@Stream('app')
export class Application extends ApplicationRecord {
  static file({ regime, type, registrarId, ...content }: FileApplicationBody, { actor, now }: Act): Application {
    const pack = rules.newestPack(regime);
    rules.mustFitRegime(pack, type, content);
    const applicantId = actor.orgId;
    if (registrarId === applicantId) throw new Refusal('registration/own-registrar');
    const application = new Application();
    const step = { applicationId: newId('app'), by: actor.id, at: now.toISOString() };
    const rulePack = `${pack.id}@${pack.version}`;
    const facts = { ...step, rulePack, applicantId, registrarId, regime, type, content };
    application.apply(new events.ApplicationFiled(facts));
    return application;
  }

  revise(content: ApplicationContent, act: Act): void {
    mustActFor(act.actor, this.applicantId);
    if (this.state === 'CORRECTION_REQUIRED') this.mustBeInTime(this.correction!.dueAt, act.now);
    rules.mustFitRegime(this.pack, this.type, content);
    this.step(this.state === 'DRAFT' ? 'revise' : 'correct', events.ApplicationRevised, act, { content });
  }

  /** @param flags what the reviewer should look at, for example DUPLICATE_SUSPECT (INV-06) */
  submit(action: 'submit' | 'resubmit', facts: rules.SubmissionFacts, flags: readonly string[], act: Act): void {
    mustActFor(act.actor, this.applicantId);
    applicationMachine.next(this.state, action);
    if (action === 'resubmit') this.mustBeInTime(this.correction!.dueAt, act.now);
    rules.mustBeComplete(this.pack, this.type, this.content, facts);
    const acceptDue = addWorkingDays(act.now, rules.daysFrom(this.pack, 'SUBMISSION')).toISOString();
    this.step(action, events.ApplicationSubmitted, act, { acceptDue, flags });
  }

  withdraw(reason: string, act: Act): void {
    mustActFor(act.actor, this.applicantId);
    this.step('withdraw', events.ApplicationWithdrawn, act, { groundCode: null, text: reason });
  }

  requestCorrection(groundCode: string, items: readonly string[], days: number, act: Act): void {
    this.mustBeBeforeAcceptance('requestCorrection', act);
    if (this.correction) throw new Refusal('registration/already-corrected');
    rules.mustBeGround(this.pack, groundCode, 'CORRECTION');
    const dueAt = addWorkingDays(act.now, days).toISOString();
    const told = { groundCode, text: null, items, dueAt };
    this.step('requestCorrection', events.ApplicationCorrectionRequested, act, told);
  }

  lapse(act: Act): void {
    this.step('lapse', events.ApplicationLapsed, act, { groundCode: null, text: null });
  }

  decline(groundCode: string, text: string, act: Act): void {
    this.mustBeBeforeAcceptance('decline', act);
    rules.mustBeGround(this.pack, groundCode, 'NOT_ACCEPT');
    this.step('decline', events.ApplicationDeclined, act, { groundCode, text });
  }

  accept(act: Act): void {
    this.mustBeBeforeAcceptance('accept', act);
    this.step('accept', events.ApplicationAccepted, act, this.acceptance(act.now, false));
  }

  /** N1 §17: no answer within the time is acceptance. */
  acceptBySilence(act: Act): void {
    applicationMachine.next(this.state, 'acceptBySilence');
    const told = this.acceptance(rules.silenceAcceptsAt(this.acceptDue!), true);
    this.step('acceptBySilence', events.ApplicationAccepted, act, told);
  }

  /** The actor is the reviewer from now on; also in place of another. */
  startReview(act: Act): void {
    mustActFor(act.actor, this.registrarId);
    const action = this.state === 'UNDER_REVIEW' ? 'takeOverReview' : 'startReview';
    this.step(action, events.ApplicationReviewStarted, act, {});
  }

  extendReview(days: number, text: string, act: Act): void {
    this.mustBeReviewer('extendReview', act);
    if (this.extendedDays !== null) throw new Refusal('registration/already-extended', { days: this.extendedDays });
    const longest = rules.daysFrom(this.pack, 'REVIEW_DUE');
    if (days > longest) throw fault('/workingDays', `最多延长 ${longest} 个工作日`, `at most ${longest} working days`);
    const reviewDue = addWorkingDays(this.reviewDue!, days).toISOString();
    const told = { groundCode: null, text, workingDays: days, reviewDue };
    this.step('extendReview', events.ApplicationReviewExtended, act, told);
  }

  requestSupplement(items: readonly string[], days: number, act: Act): void {
    this.mustBeReviewer('requestSupplement', act);
    const dueAt = addWorkingDays(act.now, days).toISOString();
    const told = { groundCode: null, text: null, items, dueAt };
    this.step('requestSupplement', events.ApplicationSupplementRequested, act, told);
  }

  supply(materials: readonly Material[], text: string, act: Act): void {
    mustActFor(act.actor, this.applicantId);
    applicationMachine.next(this.state, 'supply');
    const told = { groundCode: null, text, materials, resumed: this.resumption(act.now) };
    this.step('supply', events.ApplicationSupplied, act, told);
  }

  terminate(groundCode: string, text: string, act: Act): void {
    mustActFor(act.actor, this.registrarId);
    applicationMachine.next(this.state, 'terminate');
    rules.mustBeGround(this.pack, groundCode, 'TERMINATE');
    this.step('terminate', events.ApplicationTerminated, act, { groundCode, text });
  }

  refuse(groundCode: string, text: string, act: Act): void {
    mustActFor(act.actor, this.registrarId);
    applicationMachine.next(this.state, 'refuse');
    rules.mustBeGround(this.pack, groundCode, 'REFUSE');
    this.step('refuse', events.ApplicationRefused, act, { groundCode, text });
  }

  passReview(checklist: readonly CheckedItem[], remarks: readonly Remark[], sourceKind: string, act: Act): void {
    this.mustBeReviewer('passReview', act);
    rules.mustPassChecklist(this.pack, sourceKind, checklist);
    rules.mustBeRemarks(this.pack, remarks);
    const told = { groundCode: null, text: null, checklist, remarks };
    this.step('passReview', events.ApplicationReviewPassed, act, told);
  }

  returnReview(text: string, act: Act): void {
    this.mustBeSecondPerson('returnReview', act);
    this.step('returnReview', events.ApplicationReviewReturned, act, { groundCode: null, text });
  }

  /** SOD-7: by another person than the reviewer. The notice begins at once. */
  approve(notice: events.NoticeContent, act: Act): void {
    this.mustBeSecondPerson('approve', act);
    this.step('approve', events.ApplicationApproved, act, { groundCode: null, text: null });
    const days = workingDays(this.pack, this.pack.noticePolicy.deadline);
    const noticeEndsAt = addWorkingDays(act.now, days).toISOString();
    this.step('publish', events.ApplicationPublished, act, { notice, noticeEndsAt });
  }

  object(reason: string, fileIds: readonly string[], act: Act): string {
    if (act.actor.orgId === this.applicantId) throw new Refusal('registration/own-application');
    applicationMachine.next(this.state, 'object');
    this.mustBeInTime(this.noticeEndsAt!.toISOString(), act.now);
    const days = workingDays(this.pack, this.pack.noticePolicy.objection.deadline);
    const dueAt = addWorkingDays(act.now, days).toISOString();
    const objectionId = newId('obj');
    const organisationId = act.actor.orgId;
    const told = { objectionId, organisationId, reason, fileIds, dueAt, resumed: this.resumption(act.now) };
    this.step('object', events.ApplicationObjected, act, told);
    return objectionId;
  }

  decideObjection(upheld: boolean, text: string, act: Act): void {
    mustActFor(act.actor, this.registrarId);
    applicationMachine.next(this.state, upheld ? 'upholdObjection' : 'dismissObjection');
    const groundCode = this.pack.noticePolicy.objection.ifUpheld;
    if (upheld) return this.step('upholdObjection', events.ApplicationRefused, act, { groundCode, text });
    const objectedAt = new Date(this.objections.at(-1)!.at);
    const noticeEndsAt = resumeDeadline(this.noticeEndsAt!, objectedAt, act.now).due.toISOString();
    const told = { groundCode: null, text, noticeEndsAt, resumed: this.resumption(act.now) };
    this.step('dismissObjection', events.ApplicationObjectionDismissed, act, told);
  }

  /** The notice is over: evidence is taken and the rights are on the register (INV-04). */
  register(facts: RegisteredFacts, act: Act): void {
    applicationMachine.next(this.state, 'endNotice');
    const end = this.noticeEndsAt!;
    this.step('endNotice', events.ApplicationNoticeEnded, act, { resumed: this.resumption(end) });
    applicationMachine.next(this.state, 'register');
    const { validFrom, validTo } = rules.validity(this.pack, act.now, this.content.validityYears);
    this.apply(new events.ApplicationRegistered(evidenceOf(this, facts, validFrom, validTo)));
  }

  certify(certificateId: string, certificateNumber: string): void {
    applicationMachine.next(this.state, 'certify');
    this.apply(new events.ApplicationCertified(this.id, certificateId, certificateNumber));
  }

  /** Notes that a legal time has passed. The law attaches no decision to it. */
  noteOverdue(act: Act): void {
    const [clock, due] =
      this.state === 'OBJECTION_HANDLING'
        ? ['OBJECTION' as const, this.objectionDue!]
        : ['REVIEW' as const, this.reviewDue!];
    this.apply(new events.ApplicationOverdue({ ...this.stepBy(act), clock, due: due.toISOString() }));
  }

  /** Whether a deadline that fired still applies. */
  isDue(kind: ApplicationDeadline, now: Date): boolean {
    const due = this.deadlines[kind];
    return due !== null && due <= now;
  }

  /** What the platform must do by itself, and when, as long as nothing else happens. */
  get deadlines(): Record<ApplicationDeadline, Date | null> {
    const after = (applies: boolean, due: Date | null) => (applies && due ? new Date(due.getTime() + 1) : null);
    const { state } = this;
    const open = (due: Date | null) => due !== null && !this.missed.includes(due.toISOString());
    const reviewing = state === 'ACCEPTED' || state === 'UNDER_REVIEW';
    return {
      'registration.acceptance': state === 'SUBMITTED' ? rules.silenceAcceptsAt(this.acceptDue!) : null,
      'registration.correction': after(state === 'CORRECTION_REQUIRED', dateOf(this.correction?.dueAt)),
      'registration.review': after(reviewing && open(this.reviewDue), this.reviewDue),
      'registration.notice': after(state === 'PUBLIC_NOTICE', this.noticeEndsAt),
      'registration.objection': after(state === 'OBJECTION_HANDLING' && open(this.objectionDue), this.objectionDue),
    };
  }

  get pack() {
    return rules.packOf(this.rulePack);
  }

  private get objectionDue(): Date | null {
    return dateOf(this.objections.at(-1)?.dueAt);
  }

  private stepBy({ actor, now }: Act) {
    return { applicationId: this.id, by: actor.id, at: now.toISOString(), rulePack: this.rulePack };
  }

  private step<E extends events.Step>(
    action: ApplicationAction,
    type: new (facts: object) => E,
    act: Act,
    told: Told<E>,
  ): void {
    applicationMachine.next(this.state, action);
    this.apply(new type({ ...this.stepBy(act), ...told }));
  }

  private acceptance(at: Date, deemed: boolean): Told<events.ApplicationAccepted> {
    const reviewDue = addWorkingDays(at, rules.daysFrom(this.pack, 'ACCEPTANCE')).toISOString();
    return { groundCode: null, text: null, acceptedAt: at.toISOString(), deemed, reviewDue };
  }

  private resumption(at: Date): events.Resumed {
    const paused = new Date(this.pauses.at(-1)!.from);
    return { to: at.toISOString(), reviewDue: resumeDeadline(this.reviewDue!, paused, at).due.toISOString() };
  }

  private mustBeInTime(due: string, now: Date): void {
    if (now > new Date(due)) throw new Refusal('registration/too-late', { due });
  }

  private mustBeBeforeAcceptance(action: ApplicationAction, { actor, now }: Act): void {
    mustActFor(actor, this.registrarId);
    applicationMachine.next(this.state, action);
    this.mustBeInTime(this.acceptDue!.toISOString(), now);
  }

  private mustBeReviewer(action: ApplicationAction, { actor }: Act): void {
    mustActFor(actor, this.registrarId);
    applicationMachine.next(this.state, action);
    const { reviewerId } = this;
    if (actor.id !== reviewerId) throw new Refusal('registration/not-the-reviewer', { reviewerId });
  }

  private mustBeSecondPerson(action: ApplicationAction, { actor }: Act): void {
    mustActFor(actor, this.registrarId);
    applicationMachine.next(this.state, action);
    if (this.checklist === null) throw new Refusal('registration/not-reviewed');
    if (actor.id === this.reviewerId) throw new Refusal('same-person');
  }
}

const dateOf = (text: string | undefined): Date | null => (text === undefined ? null : new Date(text));
