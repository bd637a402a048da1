import { randomUUID } from 'node:crypto';
import { addMonths, addWorkingDays, shanghaiDate } from '@app/calendar';
import { regions } from '@app/rulepacks';
import {
  type ApplyAsRegistrarBody,
  type AssessRegistrarBody,
  type NoticeExitBody,
  type NoticeRegistrarChangeBody,
  type OpenRegistrarBody,
  type ProposeRegistrarOrderBody,
  type RegistrarDisclosure,
  type RegistrarMeasure,
  type RegistrarNumbers,
  type RegistrarOrder,
  type RegistrarProfile,
  type SubmitRegistrarReportBody,
  SERVING,
  type RegistrarState,
} from '@app/sdk';
import { Entity } from 'typeorm';
import { Stream } from '../platform/aggregate.js';
import { mustActFor, type Actor } from '../platform/context.js';
import { newId } from '../platform/id.js';
import { fault, Refusal } from '../platform/refusal.js';
import * as events from './registrar-events.js';
import { actionOf, registrarMachine, type RegistrarAction } from './registrar-machine.js';
import { RegistrarRecord } from './registrar-record.js';
import * as rules from './registrar-rules.js';

export * from './registrar-events.js';

export interface RegistrarAct {
  readonly actor: Actor;
  readonly now: Date;
}
type Told<E> = Omit<E, keyof events.RegistrarStep>;

/** A registration institution (登记机构): admitted by the data authority, with its place in certificate numbers (N1 annex 6). */
@Entity({ schema: 'registration', name: 'registrar' })
@Stream('reg')
export class Registrar extends RegistrarRecord {
  static open(facts: OpenRegistrarBody, now: Date): Registrar {
    mustBeRegion(facts.regionCode2);
    const registrar = new Registrar();
    registrar.apply(new events.RegistrarCatalogued(newId('reg'), facts, now.toISOString()));
    return registrar;
  }

  static candidate(facts: ApplyAsRegistrarBody, act: RegistrarAct): Registrar {
    mustBeRegion(facts.regionCode2);
    const registrar = new Registrar();
    const step = { ...registrar.stepBy(act), registrarId: newId('reg') };
    registrar.apply(new events.RegistrarApplied({ ...step, organisationId: act.actor.orgId, facts }));
    return registrar;
  }

  /** A candidate's, or the first one of a registrar that the operator entered; later ones by notice of a change. */
  stateProfile(profile: RegistrarProfile, act: RegistrarAct): void {
    mustActFor(act.actor, this.organisationId);
    if (this.state === 'CANDIDATE') registrarMachine.next(this.state, 'stateProfile');
    else if (this.profile !== null) throw new Refusal('registration/change-notice-needed');
    else this.mustServe();
    this.step(events.RegistrarProfileStated, act, { profile });
  }

  disclose(disclosure: RegistrarDisclosure, act: RegistrarAct): void {
    mustActFor(act.actor, this.organisationId);
    if (!['CANDIDATE', 'RECOMMENDED'].includes(this.state)) this.mustServe();
    this.step(events.RegistrarDisclosed, act, { disclosure });
  }

  propose({ kind, reason, digit, successorId }: ProposeRegistrarOrderBody, documentSha256: string, act: RegistrarAct) {
    if (this.pending) throw new Refusal('registration/order-pending', { id: this.pending.id });
    this.mustAllow(kind);
    if ((kind === 'CATALOGUE') !== (digit !== null))
      throw fault('/digit', '列入目录时须确定一位数字代码', 'the digit is given with CATALOGUE, and only then');
    if (kind === 'NAME_SUCCESSOR' && successorId === null)
      throw fault('/successorId', '须指定承接机构', 'name the successor');
    if (successorId !== null && kind !== 'NAME_SUCCESSOR' && kind !== 'REMOVE')
      throw fault('/successorId', '该指令不指定承接机构', 'this order names no successor');
    const made = { proposedBy: act.actor.id, proposedAt: act.now.toISOString() };
    const order = { id: randomUUID(), kind, reason, documentSha256, digit, successorId, ...made };
    this.step(events.RegistrarOrderProposed, act, { order });
  }

  /** Whoever proposed it may take it back too. */
  declineOrder(reason: string, act: RegistrarAct): void {
    this.step(events.RegistrarOrderDeclined, act, { orderId: this.mustHaveOrder().id, reason });
  }

  /** SOD-7: by another person than the proposer. @param unmet what keeps it from being recommended or catalogued */
  confirmOrder(unmet: readonly rules.CheckedRequirement[], act: RegistrarAct): void {
    const order = this.mustHaveOrder();
    if (act.actor.id === order.proposedBy) throw new Refusal('same-person');
    this.mustAllow(order.kind);
    const measure = { ...order, confirmedBy: act.actor.id, confirmedAt: act.now.toISOString() };
    const told = { measure };
    const due = (id: Parameters<typeof rules.daysOf>[0]) => addWorkingDays(act.now, rules.daysOf(id)).toISOString();
    switch (order.kind) {
      case 'RECOMMEND':
        mustBeAdmissible(unmet);
        return this.step(events.RegistrarRecommended, act, told);
      case 'CATALOGUE':
        mustBeAdmissible(unmet);
        return this.enter(measure, act);
      case 'SUSPEND_PUBLISHING':
        return this.step(events.RegistrarPublishingSuspended, act, told);
      case 'REINSTATE':
        return this.step(events.RegistrarReinstated, act, told);
      case 'REMOVE':
        return this.step(events.RegistrarRemoved, act, told);
      case 'NAME_SUCCESSOR':
        return this.step(events.RegistrarSuccessorNamed, act, told);
      case 'APPROVE_EXIT':
        return this.step(events.RegistrarExitApproved, act, { ...told, reportDue: due('A-EXIT-REPORT') });
      case 'DECLINE_EXIT':
        return this.step(events.RegistrarExitDeclined, act, told);
      case 'CONFIRM_CHANGE':
        return this.step(events.RegistrarChangeConfirmed, act, { ...told, updateDue: due('A-REG-CHANGE-UPDATE') });
      case 'DECLINE_CHANGE':
        return this.step(events.RegistrarChangeDeclined, act, told);
    }
  }

  /** N1 §13: at least six months before. */
  noticeExit({ exitOn, successorId, reason }: NoticeExitBody, planSha256: string, act: RegistrarAct): void {
    mustActFor(act.actor, this.organisationId);
    registrarMachine.next(this.state, 'noticeExit');
    const earliest = shanghaiDate(addMonths(act.now, rules.exitNoticeMonths()));
    if (exitOn < earliest) throw new Refusal('registration/exit-too-early', { earliest });
    const decisionDue = addWorkingDays(act.now, rules.daysOf('A-EXIT-DECISION')).toISOString();
    const open = { approvedAt: null, reportDue: null, reportedAt: null };
    const exit = { exitOn, reason, planSha256, noticedAt: act.now.toISOString(), decisionDue, ...open };
    this.step(events.RegistrarExitNoticed, act, { exit, successorId });
  }

  reportExit(reason: string, act: RegistrarAct): void {
    registrarMachine.next(this.state, 'reportExit');
    this.step(events.RegistrarExitReported, act, { reason });
  }

  /** Fixes what will be handed over. From now on the registrar decides nothing more. */
  keepArchive(archive: Told<events.RegistrarArchived>, act: RegistrarAct): void {
    this.mustNotBeHandedOver();
    registrarMachine.next(this.state, this.state === 'REMOVED' ? 'archiveRemoved' : 'archive');
    this.step(events.RegistrarArchived, act, archive);
  }

  /** The successor's person confirms that it has the archive. @param root of the archive as it is at this moment */
  handOver(confirmed: string, root: string, act: RegistrarAct): void {
    this.mustNotBeHandedOver();
    registrarMachine.next(this.state, this.state === 'REMOVED' ? 'handOverRemoved' : 'handOver');
    const { successorId, organisationId, exit } = this;
    if (successorId === null) throw new Refusal('registration/successor');
    mustActFor(act.actor, successorId);
    if (this.state === 'EXIT_APPROVED' && shanghaiDate(act.now) < exit!.exitOn)
      throw new Refusal('registration/exit-too-early', { earliest: exit!.exitOn });
    if (this.archive?.root !== root || confirmed !== root) throw new Refusal('registration/archive-changed', { root });
    const type = this.state === 'REMOVED' ? events.RegistrarTakenOver : events.RegistrarExited;
    this.step(type, act, { organisationId, successorId, root });
  }

  noticeChange({ effectiveOn, reason, name, profile }: NoticeRegistrarChangeBody, act: RegistrarAct): void {
    mustActFor(act.actor, this.organisationId);
    this.mustServe();
    if (this.change) throw new Refusal('registration/change-pending', { state: this.change.state });
    const late = rules.isLateNotice(act.now, effectiveOn);
    const told = { effectiveOn, reason, name, profile, noticedAt: act.now.toISOString(), late };
    const change = { id: randomUUID(), state: 'NOTICED' as const, ...told, updateDue: null };
    this.step(events.RegistrarChangeNoticed, act, { change });
    if (late) this.step(events.RegistrarOverdue, act, { duty: 'CHANGE_NOTICE', due: act.now.toISOString() });
  }

  update(act: RegistrarAct): void {
    mustActFor(act.actor, this.organisationId);
    this.mustServe();
    if (this.change?.state !== 'CONFIRMED')
      throw new Refusal('registration/change-pending', { state: this.change?.state ?? null });
    const { name, profile } = this.change;
    this.step(events.RegistrarUpdated, act, { name, profile });
  }

  report(body: SubmitRegistrarReportBody, numbers: RegistrarNumbers, act: RegistrarAct): void {
    mustActFor(act.actor, this.organisationId);
    this.mustServe();
    const { year } = body;
    const isPast = year < Number(shanghaiDate(act.now).slice(0, 4)) && year >= this.firstYear!;
    if (!isPast || this.reports.some((report) => report.year === year))
      throw new Refusal('registration/report-year', { year });
    const late = act.now > rules.annualDue('ANNUAL_REPORT', year);
    const told = { by: act.actor.id, at: act.now.toISOString(), late, assessment: null };
    const report = { ...body, numbers, fees: this.disclosure?.fees ?? [], ...told };
    this.step(events.RegistrarReported, act, { report });
  }

  assess({ year, result, reason }: AssessRegistrarBody, documentSha256: string, act: RegistrarAct): void {
    this.mustServe();
    if (!this.reports.some((report) => report.year === year && report.assessment === null))
      throw new Refusal('registration/report-year', { year });
    const late = act.now > rules.annualDue('ANNUAL_ASSESSMENT', year);
    const told = { result, reason, documentSha256, by: act.actor.id, at: act.now.toISOString(), late };
    this.step(events.RegistrarAssessed, act, { year, assessment: told });
  }

  /** Notes every duty whose time has passed. */
  noteOverdue(act: RegistrarAct): void {
    for (const { duty, due } of this.duties)
      if (due < act.now) this.step(events.RegistrarOverdue, act, { duty, due: due.toISOString() });
  }

  get duties(): rules.Duty[] {
    return rules.dutiesOf(this);
  }

  /** When the platform looks next. */
  get nextDue(): Date | null {
    const ends = this.duties.map(({ due }) => due.getTime());
    return ends.length === 0 ? null : rules.after(new Date(Math.min(...ends)));
  }

  private enter(measure: RegistrarMeasure, { now }: RegistrarAct): void {
    const { organisationId, name, regionCode2 } = this;
    const facts = { organisationId, name, regionCode2, digit: measure.digit! };
    this.apply(new events.RegistrarCatalogued(this.id, facts, now.toISOString(), measure));
  }

  private mustAllow(kind: ProposeRegistrarOrderBody['kind']): void {
    const action: RegistrarAction | null = actionOf[kind];
    if (action !== null) registrarMachine.next(this.state, action);
    else if (this.change?.state !== 'NOTICED')
      throw new Refusal('registration/change-pending', { state: this.change?.state ?? null });
    if (kind === 'NAME_SUCCESSOR') this.mustNotBeHandedOver();
  }

  private mustHaveOrder(): RegistrarOrder {
    if (!this.pending) throw new Refusal('registration/no-order');
    return this.pending;
  }

  private mustServe(): void {
    if (!SERVING.includes(this.state)) throw closed(this.organisationId, this.state);
  }

  private mustNotBeHandedOver(): void {
    if (this.archive?.confirmedAt) throw closed(this.organisationId, this.state);
  }

  private stepBy({ actor, now }: RegistrarAct) {
    const { id, version } = rules.registrarPack();
    return { registrarId: this.id, by: actor.id, at: now.toISOString(), rulePack: `${id}@${version}` };
  }

  private step<E extends events.RegistrarStep>(type: new (facts: object) => E, act: RegistrarAct, told: Told<E>): void {
    this.apply(new type({ ...this.stepBy(act), ...told }));
  }
}

export const closed = (registrarId: string, state: RegistrarState): Refusal =>
  new Refusal('registration/registrar-closed', { registrarId, state });

function mustBeRegion(code: string): void {
  if (!(code in regions))
    throw fault('/regionCode2', 'GB/T 2260 没有该省级代码', 'no province-level code of GB/T 2260');
}

function mustBeAdmissible(unmet: readonly rules.CheckedRequirement[]): void {
  const faults = rules.admissionFaults(unmet);
  if (faults.length > 0) throw new Refusal('registration/admission', {}, faults);
}
