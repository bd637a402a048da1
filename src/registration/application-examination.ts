import { addWorkingDays, resumeDeadline } from '@app/calendar';
import { workingDays } from '@app/rulepacks';
import type { CheckedItem, DeclareResourceBody, Remark } from '@app/sdk';
import { mustActFor } from '../platform/context.js';
import { fault, Refusal } from '../platform/refusal.js';
import type { Act, Told } from './application-clocks.js';
import { ApplicationCommittee } from './application-committee.js';
import * as events from './application-events.js';
import { applicationMachine, type ApplicationAction } from './application-machine.js';
import * as rules from './application-rules.js';
import { standsAgainst } from './application-types.js';
import { conditionRemarks, mustBeHeard } from './committee-rules.js';
import { closureOf, registrationOf, type RegisteredFacts } from './evidence.js';

/** Refused; reviewed again in the light of it; or the notice goes on. */
export type ObjectionOutcome = 'upholdObjection' | 'upholdObjectionPartly' | 'dismissObjection';

/** What the registrar decides about an application. */
export abstract class ApplicationExamination extends ApplicationCommittee {
  requestCorrection(groundCode: string, items: readonly string[], days: number, act: Act): void {
    this.mustBeBeforeAcceptance('requestCorrection', act);
    if (this.correction) throw new Refusal('registration/already-corrected');
    rules.mustBeGround(this.pack, groundCode, 'CORRECTION');
    const dueAt = addWorkingDays(act.now, days).toISOString();
    const told = { groundCode, text: null, items, dueAt };
    this.step('requestCorrection', events.ApplicationCorrectionRequested, act, told);
  }

  /** INV-03: the list is given once; only another person than its author adds to it, with a reason and new time. */
  addCorrection(items: readonly string[], days: number, text: string, act: Act): void {
    mustActFor(act.actor, this.registrarId);
    applicationMachine.next(this.state, 'addCorrection');
    this.mustBeInTime(this.correction!.dueAt, act.now);
    const asked = this.decisions.findLast(({ action }) => action === 'requestCorrection')!;
    if (asked.by === act.actor.id) throw new Refusal('same-person');
    const due = addWorkingDays(act.now, days).toISOString();
    const dueAt = due > this.correction!.dueAt ? due : this.correction!.dueAt;
    const told = { groundCode: asked.groundCode, text, items: [...this.correction!.items, ...items], dueAt };
    this.step('addCorrection', events.ApplicationCorrectionAdded, act, told);
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

  passReview(
    checklist: readonly CheckedItem[],
    remarks: readonly Remark[],
    declared: DeclareResourceBody,
    act: Act,
  ): void {
    this.mustBeReviewer('passReview', act);
    rules.mustPassChecklist(this.pack, declared.sourceKind, checklist);
    rules.mustBeRemarks(this.pack, remarks);
    mustBeHeard(this.committeeTriggers(declared), this.resolution);
    const recorded = [...remarks, ...conditionRemarks(this.pack, this.resolution)];
    const told = { groundCode: null, text: null, checklist, remarks: recorded };
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

  /** The applicant gave a reason for doing without a notice; the reviewer finds it good (N1 §24). */
  proposeWaiver(text: string, act: Act): void {
    this.mustBeReviewer('proposeWaiver', act);
    rules.mustAllowWaiver(this.pack, this.content);
    this.step('proposeWaiver', events.ApplicationWaiverProposed, act, { groundCode: null, text });
  }

  /** Another person than the reviewer agrees: there is no notice, and the evidence is taken at once. */
  approveWithoutNotice(text: string, facts: RegisteredFacts, act: Act): void {
    this.mustBeSecondPerson('approve', act);
    if (!this.waiver) throw new Refusal('registration/no-waiver', {}, [rules.waiverNotProposed]);
    this.step('approve', events.ApplicationApproved, act, { groundCode: null, text: null });
    this.step('waiveNotice', events.ApplicationNoticeWaived, act, { groundCode: null, text });
    this.enter(facts, act);
  }

  decideObjection(outcome: ObjectionOutcome, text: string, act: Act): void {
    mustActFor(act.actor, this.registrarId);
    applicationMachine.next(this.state, outcome);
    const groundCode = this.pack.noticePolicy.objection.ifUpheld;
    if (outcome === 'upholdObjection' && rules.isTerminatedOnObjection(this.pack))
      return this.step('terminateOnObjection', events.ApplicationTerminated, act, { groundCode, text });
    if (outcome === 'upholdObjection') return this.step(outcome, events.ApplicationRefused, act, { groundCode, text });
    const resumed = this.resumption(act.now);
    if (outcome === 'upholdObjectionPartly')
      return this.step(outcome, events.ApplicationObjectionPartlyUpheld, act, { groundCode: null, text, resumed });
    const objectedAt = new Date(this.objections.at(-1)!.at);
    const noticeEndsAt = resumeDeadline(this.noticeEndsAt!, objectedAt, act.now).due.toISOString();
    const told = { groundCode: null, text, noticeEndsAt, resumed };
    this.step('dismissObjection', events.ApplicationObjectionDismissed, act, told);
  }

  /**
   * Evidence is taken and the rights are on the register (INV-04). What they rest on may have gone meanwhile: then nothing
   * is registered (INV-07).
   */
  protected enter(facts: RegisteredFacts, act: Act): void {
    const faults = standsAgainst(this, facts.prior ?? null, act.now, 'REGISTRATION');
    if (faults.length > 0) {
      const text = faults.map(({ zh, en }) => `${zh} ${en}`).join('; ');
      return this.step('fail', events.ApplicationTerminated, act, { groundCode: null, text });
    }
    if (this.type === 'CANCELLATION')
      return this.step('close', events.ApplicationClosed, act, closureOf(this, facts, act.now));
    applicationMachine.next(this.state, 'register');
    this.apply(new events.ApplicationRegistered(registrationOf(this, facts, act.now)));
  }

  private acceptance(at: Date, deemed: boolean): Told<events.ApplicationAccepted> {
    const reviewDue = addWorkingDays(at, rules.reviewDays(this.pack, this.type)).toISOString();
    return { groundCode: null, text: null, acceptedAt: at.toISOString(), deemed, reviewDue };
  }

  private mustBeBeforeAcceptance(action: ApplicationAction, { actor, now }: Act): void {
    mustActFor(actor, this.registrarId);
    applicationMachine.next(this.state, action);
    if (rules.isAcceptedBySilence(this.pack)) this.mustBeInTime(this.acceptDue!.toISOString(), now);
  }

  private mustBeSecondPerson(action: ApplicationAction, { actor }: Act): void {
    mustActFor(actor, this.registrarId);
    applicationMachine.next(this.state, action);
    if (this.checklist === null) throw new Refusal('registration/not-reviewed');
    if (actor.id === this.reviewerId) throw new Refusal('same-person');
  }
}
