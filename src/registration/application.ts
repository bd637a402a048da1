import { Entity } from 'typeorm';
import { addWorkingDays } from '@app/calendar';
import type { ApplicationType, FiledContent, Material } from '@app/sdk';
import { Stream } from '../platform/aggregate.js';
import type { Actor } from '../platform/context.js';
import { newId } from '../platform/id.js';
import { fault, Refusal } from '../platform/refusal.js';
import type { Act } from './application-clocks.js';
import * as events from './application-events.js';
import { ApplicationExamination } from './application-examination.js';
import { applicationMachine } from './application-machine.js';
import * as rules from './application-rules.js';
import { standsAgainst } from './application-types.js';
import type { RegisteredFacts } from './evidence.js';
import { coApplicantsOf, jointFaults, mustBeOthers } from './joint-applicants.js';
import type { SimilarData } from './list-similar-data.js';

export type { Act, ApplicationDeadline } from './application-clocks.js';
export * from './application-events.js';

export interface Filing extends FiledContent {
  readonly regime: string;
  readonly type: ApplicationType;
  readonly registrarId: string;
}

/** A request to register rights in data (登记申请), from the draft to the certificate. */
@Entity({ schema: 'registration', name: 'application' })
@Stream('app')
export class Application extends ApplicationExamination {
  /**
   * @param about the certificate that it concerns, and where that is kept
   * @param groupId when it is one of several that are filed as one
   * @param objectionId whose result it carries out
   */
  static file(
    { regime, type, registrarId, ...content }: Filing,
    { actor, now, agency }: Act,
    about: events.FiledAbout | null = null,
    groupId?: string,
    objectionId?: string,
  ): Application {
    if (about) mustBeKeptThere(about, regime, registrarId);
    const pack = rules.newestPack(regime, now);
    rules.mustFitRegime(pack, type, content);
    const applicantId = actor.orgId;
    if (registrarId === applicantId) throw new Refusal('registration/own-registrar');
    mustBeOthers(content, applicantId, registrarId);
    const application = new Application();
    const step = { applicationId: newId('app'), by: actor.id, at: now.toISOString(), ...(agency && { agency }) };
    const rulePack = `${pack.id}@${pack.version}`;
    const prior = about && { priorCertificateId: about.certificateId };
    const facts = {
      ...step,
      rulePack,
      applicantId,
      registrarId,
      regime,
      type,
      content,
      ...prior,
      ...(groupId !== undefined && { groupId }),
      ...(objectionId !== undefined && { objectionId }),
    };
    application.apply(new events.ApplicationFiled(facts));
    application.mustStandOnOneSide(applicantId, agency);
    return application;
  }

  revise(content: FiledContent, act: Act, about: events.FiledAbout | null = null): void {
    this.mustActIn(act, this.applicantId);
    if ((content.particulars?.type ?? 'INITIAL') !== this.type)
      throw fault('/type', '登记类型不得变更', 'the type of an application stays');
    if (about) mustBeKeptThere(about, this.regime, this.registrarId);
    if (this.groupId !== null && content.resourceId !== this.resourceId)
      throw fault(
        '/resourceId',
        '合并办理的申请须为同一数据',
        'applications that were filed as one concern the same data',
      );
    if (this.state === 'CORRECTION_REQUIRED') this.mustBeInTime(this.correction!.dueAt, act.now);
    rules.mustFitRegime(this.pack, this.type, content);
    mustBeOthers(content, this.applicantId, this.registrarId);
    this.step(this.state === 'DRAFT' ? 'revise' : 'correct', events.ApplicationRevised, act, {
      content,
      ...(about && { priorCertificateId: about.certificateId }),
    });
    this.mustStandOnOneSide(this.applicantId, act.agency);
  }

  /** A transferee's or joint applicant's part of an application. What it joins is the content as it stands. */
  join(act: Act): void {
    const invited = coApplicantsOf(this);
    if (invited.length === 0) throw new Refusal('registration/nothing-to-join');
    const own = invited.find(({ organisationId }) => organisationId === act.actor.orgId);
    if (!own) throw new Refusal('not-your-organisation');
    this.mustActIn(act, own.organisationId);
    const action = this.state === 'CORRECTION_REQUIRED' ? 'rejoin' : 'join';
    applicationMachine.next(this.state, action);
    if (own.joined !== null) throw new Refusal('registration/already-joined');
    this.step(action, events.ApplicationJoined, act, { organisationId: act.actor.orgId });
  }

  /** @param similar what the reviewer should look at; it never stands in the way (INV-06) */
  submit(action: 'submit' | 'resubmit', facts: rules.SubmissionFacts, similar: readonly SimilarData[], act: Act): void {
    this.mustActIn(act, this.applicantId);
    applicationMachine.next(this.state, action);
    if (action === 'resubmit') this.mustBeInTime(this.correction!.dueAt, act.now);
    const against = [
      ...jointFaults(this.joint, facts.jointApplicants),
      ...standsAgainst(this, facts.prior ?? null, act.now, 'SUBMISSION'),
    ];
    rules.mustBeComplete(this.pack, this.type, this.content, facts, against);
    const flags = [...new Set(similar.map(({ kind }) => kind))];
    const acceptDue = addWorkingDays(act.now, rules.daysFrom(this.pack, 'SUBMISSION')).toISOString();
    this.step(action, events.ApplicationSubmitted, act, { acceptDue, flags, similar });
  }

  /** Of a joint application any party may go, and with it the application. */
  withdraw(reason: string, act: Act): void {
    this.mustActIn(act, this.partyOf(act.actor));
    this.step('withdraw', events.ApplicationWithdrawn, act, { groundCode: null, text: reason });
  }

  lapse(act: Act): void {
    this.step('lapse', events.ApplicationLapsed, act, { groundCode: null, text: null });
  }

  supply(materials: readonly Material[], text: string, act: Act): void {
    this.mustActIn(act, this.applicantId);
    applicationMachine.next(this.state, 'supply');
    const told = { groundCode: null, text, materials, resumed: this.resumption(act.now) };
    this.step('supply', events.ApplicationSupplied, act, told);
  }

  object(reason: string, fileIds: readonly string[], act: Act): string {
    if (act.actor.orgId === this.partyOf(act.actor)) throw new Refusal('registration/own-application');
    this.mustStandOnOneSide(act.actor.orgId, act.agency, 'OBJECTOR');
    applicationMachine.next(this.state, 'object');
    this.mustBeInTime(this.noticeEndsAt!.toISOString(), act.now);
    const dueAt = rules.objectionDue(this.pack, act.now);
    const objectionId = newId('obj');
    const organisationId = act.actor.orgId;
    const told = { objectionId, organisationId, reason, fileIds, dueAt, resumed: this.resumption(act.now) };
    this.step('object', events.ApplicationObjected, act, told);
    return objectionId;
  }

  /** The notice is over: evidence is taken and the rights are on the register (INV-04). */
  register(facts: RegisteredFacts, act: Act): void {
    applicationMachine.next(this.state, 'endNotice');
    const end = this.noticeEndsAt!;
    this.step('endNotice', events.ApplicationNoticeEnded, act, { resumed: this.resumption(end) });
    this.enter(facts, act);
  }

  certify(certificateId: string, certificateNumber: string): void {
    applicationMachine.next(this.state, 'certify');
    this.apply(new events.ApplicationCertified(this.id, certificateId, certificateNumber));
  }

  /** To the registrar's successor; only what is under way: what is settled stays with the archive. */
  handOver(successorId: string, act: Act): void {
    applicationMachine.next(this.state, 'withdraw');
    const told = { registrarId: successorId, predecessorId: this.registrarId };
    this.apply(new events.ApplicationHandedOver({ ...this.stepBy(act), ...told }));
  }

  /** SOD-1: whom whoever registers must not be. */
  isAskedForBy(organisationId: string): boolean {
    return (
      organisationId === this.applicantId || coApplicantsOf(this).some((one) => one.organisationId === organisationId)
    );
  }

  /** Who holds what it registers; of several the first, who acts for all. */
  get holderId(): string {
    return this.counterpartyId ?? this.applicantId;
  }

  /** The party for which somebody acts; the applicant stands for all others. */
  private partyOf({ orgId }: Actor): string {
    const joined = coApplicantsOf(this).some((one) => one.organisationId === orgId && one.joined !== null);
    return joined ? orgId : this.applicantId;
  }
}

/** The registrar that issued a certificate adjusts it (N1 §34), under the regime that it was issued by. */
function mustBeKeptThere(about: events.FiledAbout, regime: string, registrarId: string): void {
  if (about.regime !== regime)
    throw fault('/regime', `该凭证依据 ${about.regime}`, `the certificate stands under ${about.regime}`);
  if (about.registrarId !== registrarId)
    throw fault(
      '/registrarId',
      '须向该凭证现时的登记机构申请',
      'apply to the registrar that keeps the register of the certificate',
    );
}
