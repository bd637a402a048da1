import { Entity } from 'typeorm';
import { addWorkingDays } from '@app/calendar';
import type { ConcludeObjectionBody, ExecuteObjectionBody } from '@app/sdk';
import { Stream } from '../platform/aggregate.js';
import { mustActFor } from '../platform/context.js';
import { newId } from '../platform/id.js';
import { fault, Refusal } from '../platform/refusal.js';
import { mustBeGround, packOf } from './application-rules.js';
import type { Act } from './application.js';
import * as events from './objection-events.js';
import { objectionActs, objectionMachine, type ObjectionAction } from './objection-machine.js';
import { ObjectionRecord, type Said } from './objection-record.js';

export * from './objection-events.js';
export * from './objection-machine.js';
export type { Said } from './objection-record.js';

export interface DisputedCertificate {
  readonly id: string;
  readonly number: string;
  readonly registrarId: string;
  readonly holderId: string;
  readonly rulePack: string;
  readonly resourceId: string;
}

/** An objection to what is registered (登记后异议, N1 §29). The registrar investigates; whom it does not convince goes to court. */
@Entity({ schema: 'registration', name: 'objection' })
@Stream('obj')
export class Objection extends ObjectionRecord {
  static file(certificate: DisputedCertificate, said: Said, { actor, now, agency }: Act): Objection {
    const { id: certificateId, number, registrarId, holderId, rulePack, resourceId } = certificate;
    const objectorId = actor.orgId;
    if ([objectorId, agency?.agentId].some((id) => id === holderId || id === registrarId))
      throw new Refusal('registration/own-certificate');
    const step = { objectionId: newId('obj'), certificateId, by: actor.id, at: now.toISOString(), rulePack };
    const parties = { certificateNumber: number, registrarId, registrantId: holderId, objectorId, resourceId };
    const told = { party: 'OBJECTOR', ...said, ...(agency && { agency }), notifyDue: notifyDue(rulePack, now) };
    const objection = new Objection();
    objection.apply(new events.ObjectionFiled({ ...step, ...parties, ...told }));
    return objection;
  }

  requestCompletion(said: Said, act: Act): void {
    this.step('REGISTRAR', 'requestCompletion', events.ObjectionCompletionRequested, said, act);
  }

  complete(said: Said, act: Act): void {
    this.step('OBJECTOR', 'complete', events.ObjectionCompleted, said, act, {
      notifyDue: notifyDue(this.rulePack, act.now),
    });
  }

  accept(said: Said, act: Act): void {
    this.step('REGISTRAR', 'accept', events.ObjectionAccepted, said, act);
  }

  admit(said: Said, act: Act): void {
    this.step('REGISTRANT', 'admit', events.ObjectionAdmitted, said, act);
  }

  contest(said: Said, act: Act): void {
    this.step('REGISTRANT', 'contest', events.ObjectionContested, said, act);
  }

  investigate(said: Said, act: Act): void {
    this.step('REGISTRAR', 'investigate', events.ObjectionInvestigationStarted, said, act);
  }

  makeStatement(said: Said, act: Act): void {
    if (this.acts.filter(({ action }) => action === 'makeStatement').length >= STATEMENTS_MAX)
      throw new Refusal('registration/too-many-statements', { limit: STATEMENTS_MAX });
    this.step(this.partyOf(act), 'makeStatement', events.ObjectionStatementMade, said, act);
  }

  conclude(said: Said, told: Pick<ConcludeObjectionBody, 'upheld' | 'remedy'>, act: Act): void {
    this.step('REGISTRAR', 'conclude', events.ObjectionConcluded, said, act, told);
  }

  /** Both parties must agree; the first who does not, ends the registrar's part. */
  answer(agrees: boolean, said: Said, act: Act): void {
    const party = this.partyOf(act);
    objectionMachine.next(this.state, 'acceptConclusion');
    if (!agrees) return this.step(party, 'rejectConclusion', events.ObjectionConclusionRejected, said, act);
    if (this.answers.some((answer) => answer.party === party)) throw new Refusal('registration/already-answered');
    if (this.answers.length === 0)
      return this.step(party, 'acceptConclusion', events.ObjectionConclusionAccepted, said, act);
    if (this.conclusion!.upheld) return this.step(party, 'agree', events.ObjectionAgreed, said, act);
    return this.step(party, 'agreeUnfounded', events.ObjectionDismissed, said, act);
  }

  refer(to: 'LITIGATION' | 'ARBITRATION', said: Said, act: Act): void {
    if (to === 'LITIGATION') this.step('REGISTRAR', 'litigate', events.ObjectionTakenToCourt, said, act);
    else this.step('REGISTRAR', 'arbitrate', events.ObjectionTakenToArbitration, said, act);
  }

  /** @param restricted whether the certificate is: then what the parties agree on cannot end it (INV-10) */
  execute(said: Said, told: Pick<ExecuteObjectionBody, 'remedy' | 'groundCode'>, restricted: boolean, act: Act): void {
    objectionMachine.next(this.state, 'execute');
    const { remedy, groundCode } = told;
    const consensual = this.state === 'ADMITTED' || this.state === 'AGREED';
    if (this.state === 'AGREED' && remedy !== this.conclusion!.remedy)
      throw fault('/remedy', '须与双方认可的结论一致', 'must be what both parties agreed on');
    if (this.state === 'ADMITTED' && remedy === 'NONE')
      throw fault('/remedy', '权利人已认可异议,须变更或注销', 'the registrant admitted it: CHANGE or CANCEL');
    if (!consensual && said.files.length === 0)
      throw fault('/fileIds', '须附已生效的裁判或仲裁文书', 'attach the judgment or award that is in force');
    if ((remedy === 'CANCEL') !== (groundCode !== null))
      throw fault('/groundCode', '注销须有依据,其他情形不得填写', 'CANCEL needs a ground, nothing else has one');
    if (groundCode !== null) mustBeGround(packOf(this.rulePack), groundCode, 'CANCEL');
    if (remedy === 'CANCEL' && consensual && restricted)
      throw new Refusal('registration/restricted', { number: this.certificateNumber });
    this.step('REGISTRAR', 'execute', events.ObjectionExecuted, said, act, told);
  }

  dismiss(said: Said, act: Act): void {
    this.step('REGISTRAR', 'dismiss', events.ObjectionDismissed, said, act);
  }

  withdraw(said: Said, act: Act): void {
    this.step('OBJECTOR', 'withdraw', events.ObjectionWithdrawn, said, act);
  }

  /** Notes that the registrant should know by now. */
  noteOverdue(act: Act): void {
    if (this.deadline === null || this.deadline > act.now) return;
    this.apply(new events.ObjectionOverdue({ ...this.stepBy(act), party: 'REGISTRAR', text: '', files: [] }));
  }

  /** When the platform notes that the registrar is late, as long as nothing else happens. */
  get deadline(): Date | null {
    if (this.state !== 'FILED' || this.overdue || this.notifyDue === null) return null;
    return new Date(this.notifyDue.getTime() + 1);
  }

  onObjectionFiled(event: events.ObjectionFiled): void {
    const { objectionId, certificateId, certificateNumber, registrarId, registrantId, objectorId, rulePack } = event;
    const { resourceId = null } = event;
    const parties = { certificateId, certificateNumber, registrarId, registrantId, objectorId, resourceId, agents: [] };
    const start = { overdue: false, acceptedAt: null, handlerId: null, conclusion: null, answers: [], remedy: null };
    const told = { reason: event.text, evidence: event.files, filedAt: new Date(event.at), acts: [], closedAt: null };
    Object.assign(this, { id: objectionId, ...parties, rulePack, ...start, ...told, state: objectionMachine.initial });
    Object.assign(this, { notifyDue: dateOf(event.notifyDue) });
    this.note(event.agency);
  }
  onObjectionCompletionRequested(event: events.ObjectionCompletionRequested): void {
    this.handled('requestCompletion', event, { notifyDue: null, overdue: false });
  }
  onObjectionCompleted(event: events.ObjectionCompleted): void {
    const evidence = [...this.evidence, ...event.files];
    this.become('complete', event, { evidence, notifyDue: dateOf(event.notifyDue) });
  }
  onObjectionAccepted(event: events.ObjectionAccepted): void {
    this.handled('accept', event, { acceptedAt: new Date(event.at) });
  }
  onObjectionOverdue(): void {
    Object.assign(this, { overdue: true });
  }
  onObjectionAdmitted(event: events.ObjectionAdmitted): void {
    this.become('admit', event);
  }
  onObjectionContested(event: events.ObjectionContested): void {
    this.become('contest', event);
  }
  onObjectionInvestigationStarted(event: events.ObjectionInvestigationStarted): void {
    this.handled('investigate', event);
  }
  onObjectionStatementMade(event: events.ObjectionStatementMade): void {
    this.become('makeStatement', event);
  }
  onObjectionConcluded(event: events.ObjectionConcluded): void {
    const { upheld, remedy, text } = event;
    this.become('conclude', event, { conclusion: { upheld, remedy, text } });
  }
  onObjectionConclusionAccepted(event: events.ObjectionConclusionAccepted): void {
    this.become('acceptConclusion', event, this.answered(event, true));
  }
  onObjectionAgreed(event: events.ObjectionAgreed): void {
    this.become('agree', event, this.answered(event, true));
  }
  onObjectionConclusionRejected(event: events.ObjectionConclusionRejected): void {
    this.become('rejectConclusion', event, this.answered(event, false));
  }
  onObjectionTakenToCourt(event: events.ObjectionTakenToCourt): void {
    this.handled('litigate', event);
  }
  onObjectionTakenToArbitration(event: events.ObjectionTakenToArbitration): void {
    this.handled('arbitrate', event);
  }
  onObjectionExecuted(event: events.ObjectionExecuted): void {
    const { remedy: kind, groundCode, at } = event;
    this.become('execute', event, { remedy: { kind, groundCode }, closedAt: new Date(at) });
  }
  onObjectionDismissed(event: events.ObjectionDismissed): void {
    const agreed = event.party !== 'REGISTRAR';
    const closed = { closedAt: new Date(event.at), ...(agreed && this.answered(event, true)) };
    this.become(agreed ? 'agreeUnfounded' : 'dismiss', event, closed);
  }
  onObjectionWithdrawn(event: events.ObjectionWithdrawn): void {
    this.become('withdraw', event, { closedAt: new Date(event.at) });
  }

  private partyOf({ actor }: Act): events.Party {
    if (actor.orgId === this.objectorId) return 'OBJECTOR';
    if (actor.orgId === this.registrantId) return 'REGISTRANT';
    throw new Refusal('not-your-organisation');
  }

  private orgOf(party: events.Party): string {
    return { OBJECTOR: this.objectorId, REGISTRANT: this.registrantId, REGISTRAR: this.registrarId }[party];
  }

  private step<E extends events.ObjectionStep>(
    party: events.Party,
    action: ObjectionAction,
    type: new (facts: object) => E,
    said: Said,
    act: Act,
    told: object = {},
  ): void {
    mustActFor(act.actor, this.orgOf(party));
    this.mustSpeakForOne(act.agency);
    objectionMachine.next(this.state, action);
    const approves = (objectionActs.approver as readonly ObjectionAction[]).includes(action);
    if (approves && act.actor.id === this.handlerId) throw new Refusal('same-person');
    this.apply(new type({ ...this.stepBy(act), party, ...said, ...told }));
  }

  private stepBy({ actor, now, agency }: Act) {
    const { id: objectionId, certificateId, rulePack } = this;
    return { objectionId, certificateId, by: actor.id, at: now.toISOString(), rulePack, ...(agency && { agency }) };
  }

  private answered({ party }: events.ObjectionStep, agrees: boolean) {
    return { answers: [...this.answers, { party, agrees }] };
  }

  private handled(action: ObjectionAction, event: events.ObjectionStep, changes: object = {}): void {
    this.become(action, event, { ...changes, handlerId: event.by });
  }

  private become(action: ObjectionAction, event: events.ObjectionStep, changes: object = {}): void {
    const { party, at, text, files, agency } = event;
    const acts = [...this.acts, { action, party, at, text, files, ...(agency && { agency }) }];
    Object.assign(this, changes, { acts, state: objectionMachine.next(this.state, action) });
    this.note(agency);
  }
}

/** Of one objection. */
const STATEMENTS_MAX = 100;

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

/** The regime's time to tell the registrant: the one that an objection starts, besides that of the public notice. */
function notifyDue(rulePack: string, now: Date): string | null {
  const { deadlines, noticePolicy } = packOf(rulePack);
  const rules = Object.entries(deadlines).filter(([id]) => id !== noticePolicy.objection.deadline);
  const found = rules.map(([, rule]) => rule).find((rule) => rule.kind === 'PERIOD' && rule.start === 'OBJECTION');
  if (found?.kind !== 'PERIOD' || found.length.unit !== 'wd' || found.length.count === null) return null;
  return addWorkingDays(now, found.length.count).toISOString();
}
