import { Entity } from 'typeorm';
import { addWorkingDays } from '@app/calendar';
import type { ApplicationContent, FileApplicationBody, Material } from '@app/sdk';
import { Stream } from '../platform/aggregate.js';
import { mustActFor } from '../platform/context.js';
import { newId } from '../platform/id.js';
import { Refusal } from '../platform/refusal.js';
import type { Act } from './application-clocks.js';
import * as events from './application-events.js';
import { ApplicationExamination } from './application-examination.js';
import { applicationMachine } from './application-machine.js';
import type { RegisteredFacts } from './evidence.js';
import * as rules from './application-rules.js';
import type { SimilarData } from './list-similar-data.js';

export type { Act, ApplicationDeadline } from './application-clocks.js';
export * from './application-events.js';

/** A request to register rights in data (登记申请), from the draft to the certificate. */
@Entity({ schema: 'registration', name: 'application' })
@Stream('app')
export class Application extends ApplicationExamination {
  static file({ regime, type, registrarId, ...content }: FileApplicationBody, { actor, now }: Act): Application {
    const pack = rules.newestPack(regime, now);
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

  /** @param similar what the reviewer should look at; it never stands in the way (INV-06) */
  submit(action: 'submit' | 'resubmit', facts: rules.SubmissionFacts, similar: readonly SimilarData[], act: Act): void {
    mustActFor(act.actor, this.applicantId);
    applicationMachine.next(this.state, action);
    if (action === 'resubmit') this.mustBeInTime(this.correction!.dueAt, act.now);
    rules.mustBeComplete(this.pack, this.type, this.content, facts);
    const flags = [...new Set(similar.map(({ kind }) => kind))];
    const acceptDue = addWorkingDays(act.now, rules.daysFrom(this.pack, 'SUBMISSION')).toISOString();
    this.step(action, events.ApplicationSubmitted, act, { acceptDue, flags, similar });
  }

  withdraw(reason: string, act: Act): void {
    mustActFor(act.actor, this.applicantId);
    this.step('withdraw', events.ApplicationWithdrawn, act, { groundCode: null, text: reason });
  }

  lapse(act: Act): void {
    this.step('lapse', events.ApplicationLapsed, act, { groundCode: null, text: null });
  }

  supply(materials: readonly Material[], text: string, act: Act): void {
    mustActFor(act.actor, this.applicantId);
    applicationMachine.next(this.state, 'supply');
    const told = { groundCode: null, text, materials, resumed: this.resumption(act.now) };
    this.step('supply', events.ApplicationSupplied, act, told);
  }

  object(reason: string, fileIds: readonly string[], act: Act): string {
    if (act.actor.orgId === this.applicantId) throw new Refusal('registration/own-application');
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
}
